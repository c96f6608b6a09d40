using System.Globalization;

namespace Descent.Schedules;

/// <summary>
/// A hyperparameter as a function of the number of applied updates: immutable, compared by value, printed as text that
/// <see cref="Parse(string, ScheduleContext?)"/> reads back. Nothing is stepped, so nothing can be stepped twice or out of order.
/// </summary>
public abstract record Schedule
{
    /// <summary>How many updates the schedule describes, after which it holds its last value; null when it has no end.</summary>
    public virtual long? Duration => null;

    /// <summary>The value in force for update <paramref name="update"/>, which is 0 for the first one.</summary>
    public abstract double At(long update);

    /// <summary>The same value always.</summary>
    public static Schedule Constant(double value) => new ConstantSchedule(value);

    /// <summary>A straight line from one value to another, held afterwards.</summary>
    public static Schedule Linear(double from, double to, long steps) => new LinearSchedule(from, to, steps);

    /// <summary>Half a cosine wave from one value down (or up) to another, held afterwards.</summary>
    public static Schedule Cosine(double from, double to, long steps) => new CosineSchedule(from, to, steps);

    /// <summary>Multiplied by <paramref name="factor"/> every <paramref name="every"/> updates.</summary>
    public static Schedule Step(double value, long every, double factor = 0.1) => new StepSchedule(value, every, factor);

    /// <summary>Multiplied by <paramref name="factor"/> at every update.</summary>
    public static Schedule Exponential(double value, double factor) => new ExponentialSchedule(value, factor);

    /// <summary>
    /// A linear rise to the first value of the schedule that follows: <c>Schedule.Warmup(500).Then(Schedule.Cosine(…))</c>.
    /// </summary>
    /// <param name="steps">How many updates the rise takes; at least 1.</param>
    /// <param name="from">The fraction of the peak to start from, in [0, 1].</param>
    /// <param name="oneBased">Whether the first update already has one step's worth, so that it is not wasted at 0.</param>
    public static Warmup Warmup(long steps, double from = 0, bool oneBased = false) => new(steps, from, oneBased);

    /// <summary>The first <paramref name="steps"/> updates of this schedule, so that another may follow.</summary>
    public Schedule For(long steps) => new CutSchedule(this, steps);

    /// <summary>This schedule for its duration, then <paramref name="next"/> from its own beginning.</summary>
    /// <exception cref="DescentException">This schedule has no end.</exception>
    public Schedule Then(Schedule next) => new JoinedSchedule(this, next);

    /// <summary>Reads the text form; see <see cref="ScheduleParser"/> for its grammar.</summary>
    /// <param name="text">For example <c>warmup(500) then cosine(3e-4..3e-5, 9500)</c>.</param>
    /// <param name="context">What omitted values mean, so that <c>warmup(5%) then cosine</c> can be read; null when all must be given.</param>
    /// <exception cref="DescentException">The text is not a schedule; the message points at the character.</exception>
    public static Schedule Parse(string text, ScheduleContext? context = null) => ScheduleParser.Parse(text, context);

    internal static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    internal static double Finite(double value, string what) => double.IsFinite(value) && value >= 0
        ? value
        : throw new DescentException($"{what} must be a number of at least 0, but was {Text(value)}.");

    internal static long AtLeastOne(long steps, string what) => steps >= 1
        ? steps
        : throw new DescentException($"{what} must be at least 1 update, but was {steps}.");
}
