using Descent.Text;

namespace Descent.Schedules;

/// <content>How schedules are made and combined.</content>
public abstract partial record Schedule
{
    /// <summary>The same value always.</summary>
    public static Schedule Constant(double value) => new ConstantSchedule(value);

    /// <summary>A straight line from one value to another, held afterwards.</summary>
    /// <param name="from">The value of the first update, at least 0.</param>
    /// <param name="to">The value after all steps, at least 0, held from then on.</param>
    /// <param name="steps">Updates it takes, at least 1.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule Linear(double from, double to, long steps) => new LinearSchedule(from, to, steps);

    /// <summary>Half a cosine wave from one value down (or up) to another, held afterwards.</summary>
    /// <param name="from">The value of the first update, at least 0.</param>
    /// <param name="to">The value after all steps, at least 0, held from then on.</param>
    /// <param name="steps">Updates it takes, at least 1.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule Cosine(double from, double to, long steps) => new CosineSchedule(from, to, steps);

    /// <summary>Cosine waves that start again; see <see cref="WarmRestartsSchedule"/>.</summary>
    /// <param name="from">The peak of the first wave, at least 0.</param>
    /// <param name="to">The bottom of every wave, at least 0.</param>
    /// <param name="period">Updates of the first wave, at least 1.</param>
    /// <param name="multiplier">How many times as long each wave is as the one before, at least 1.</param>
    /// <param name="decay">What the peak is multiplied by from wave to wave, in (0, 1].</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule WarmRestarts(double from, double to, long period, double multiplier = 1, double decay = 1) =>
        new WarmRestartsSchedule(from, to, period) { Multiplier = multiplier, Decay = decay };

    /// <summary>A power of what is left of the way; see <see cref="PolynomialSchedule"/>.</summary>
    /// <param name="from">The value of the first update, at least 0.</param>
    /// <param name="to">The value after all steps, at least 0, held from then on.</param>
    /// <param name="steps">Updates it takes, at least 1.</param>
    /// <param name="power">The power of what is left of the way, above 0.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule Polynomial(double from, double to, long steps, double power = 1) => new PolynomialSchedule(from, to, steps, power);

    /// <summary>Equal ratios from one value to another; see <see cref="GeometricSchedule"/>.</summary>
    /// <param name="from">The value of the first update, above 0.</param>
    /// <param name="to">The value after all steps, above 0, held from then on.</param>
    /// <param name="steps">Updates it takes, at least 1.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule Geometric(double from, double to, long steps) => new GeometricSchedule(from, to, steps);

    /// <summary>The fall of 1 − √; see <see cref="RootSchedule"/>.</summary>
    /// <param name="from">The value of the first update, at least 0.</param>
    /// <param name="to">The value after all steps, at least 0, held from then on.</param>
    /// <param name="steps">Updates it takes, at least 1.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule OneMinusSqrt(double from, double to, long steps) => new RootSchedule(from, to, steps);

    /// <summary>Slow at first, then steep; see <see cref="RexSchedule"/>.</summary>
    /// <param name="from">The value of the first update, at least 0.</param>
    /// <param name="to">The value after all steps, at least 0, held from then on.</param>
    /// <param name="steps">Updates it takes, at least 1.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule Rex(double from, double to, long steps) => new RexSchedule(from, to, steps);

    /// <summary>Multiplied by <paramref name="factor"/> every <paramref name="every"/> updates.</summary>
    /// <param name="value">The first value, at least 0.</param>
    /// <param name="every">Updates from one factor to the next, at least 1.</param>
    /// <param name="factor">At least 0.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule Step(double value, long every, double factor = 0.1) => new StepSchedule(value, every, factor);

    /// <summary>Multiplied by <paramref name="factor"/> at every milestone.</summary>
    /// <param name="value">The first value, at least 0.</param>
    /// <param name="factor">At least 0.</param>
    /// <param name="milestones">Updates, ascending; at least 0 each.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule MultiStep(double value, double factor, params IEnumerable<long> milestones) => new MultiStepSchedule(value, factor, new(milestones));

    /// <summary>Multiplied by <paramref name="factor"/> at every update.</summary>
    public static Schedule Exponential(double value, double factor) => new ExponentialSchedule(value, factor);

    /// <summary>One over the root of time; see <see cref="InverseSquareRootSchedule"/>.</summary>
    public static Schedule InverseSquareRoot(double value, long timescale) => new InverseSquareRootSchedule(value, timescale);

    /// <summary>One over a power of time; see <see cref="InverseTimeSchedule"/>.</summary>
    /// <param name="value">The first value, at least 0.</param>
    /// <param name="rate">How fast time passes, per update; at least 0.</param>
    /// <param name="power">Of time, above 0.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule InverseTime(double value, double rate = 1, double power = 1) => new InverseTimeSchedule(value, rate, power);

    /// <summary>The schedule of the first Transformer; see <see cref="NoamSchedule"/>.</summary>
    /// <param name="dimension">The size d of the model, at least 1.</param>
    /// <param name="warmup">Updates of the rise, at least 1.</param>
    /// <param name="factor">What all values are multiplied by, at least 0.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule Noam(long dimension, long warmup, double factor = 1) => new NoamSchedule(dimension, warmup) { Factor = factor };

    /// <summary>Between two values again and again; see <see cref="CyclicalSchedule"/>.</summary>
    /// <param name="from">The first value, at least 0.</param>
    /// <param name="to">The value at the turn, at least 0.</param>
    /// <param name="up">Updates of the way up, at least 1.</param>
    /// <param name="down">Updates of the way down; as many as up when null.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static Schedule Cyclical(double from, double to, long up, long? down = null) => new CyclicalSchedule(from, to, up, down ?? up);

    /// <summary>One rise and one fall; see <see cref="OneCycleSchedule"/>.</summary>
    /// <param name="maximum">The peak.</param>
    /// <param name="steps">All updates.</param>
    /// <param name="initialDivisor">The start is the peak divided by it.</param>
    /// <param name="finalDivisor">The end is the start divided by it.</param>
    public static OneCycleSchedule OneCycle(double maximum, long steps, double initialDivisor = 25, double finalDivisor = 1e4) => new(
        maximum / Positive(initialDivisor, "The initial divisor of a one-cycle schedule"),
        maximum,
        maximum / initialDivisor / Positive(finalDivisor, "The final divisor of a one-cycle schedule"),
        steps);

    /// <summary>A value that is lowered when a metric stops improving; see <see cref="PlateauSchedule"/>.</summary>
    /// <param name="value">The first value, at least 0.</param>
    /// <param name="factor">What it is multiplied by at a reduction, in (0, 1).</param>
    /// <param name="patience">Observations without improvement that are waited for, at least 0.</param>
    /// <exception cref="DescentException">A value is negative or not finite, or a length or an option is out of its range.</exception>
    public static PlateauSchedule ReduceOnPlateau(double value, double factor = 0.1, long patience = 10) => new(value) { Factor = factor, Patience = patience };

    /// <summary>Straight lines between points; see <see cref="PiecewiseSchedule"/>.</summary>
    public static Schedule Piecewise(params IEnumerable<(long Update, double Value)> points) => new PiecewiseSchedule(new ValueList<(long, double)>(points));

    /// <summary>A function of the caller's; see <see cref="CustomSchedule"/>.</summary>
    public static Schedule Custom(string name, Func<long, double> function) => new CustomSchedule(name, function);

    /// <summary>
    /// A linear rise to the first value of the schedule that follows: <c>Schedule.Warmup(500).Then(Schedule.Cosine(…))</c>.
    /// </summary>
    /// <param name="steps">How many updates the rise takes; 0 for none.</param>
    /// <param name="from">The fraction of the peak to start from, in [0, 1].</param>
    /// <param name="oneBased">Whether the first update already has one step's worth, so that it is not wasted at 0.</param>
    public static Warmup Warmup(long steps, double from = 0, bool oneBased = false) => new(steps, from, oneBased);

    /// <summary>A rise, a plain, and a fall: warmup–stable–decay.</summary>
    /// <remarks>
    /// Source: Hu et al., "MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies", 2024,
    /// <see href="https://arxiv.org/abs/2404.06395"/>, equation 1.
    /// </remarks>
    /// <param name="peak">The value of the plain.</param>
    /// <param name="warmup">The updates of the rise; at least 0.</param>
    /// <param name="stable">The updates of the plain; at least 0.</param>
    /// <param name="decay">The fall, from the peak: <see cref="LinearSchedule"/>, <see cref="CosineSchedule"/> or <see cref="RootSchedule"/>.</param>
    public static Schedule WarmupStableDecay(double peak, long warmup, long stable, Schedule decay) =>
        Warmup(warmup).Then(stable == 0 ? decay : Constant(peak).For(stable).Then(decay));

    /// <summary>The first <paramref name="steps"/> updates of this schedule, so that another may follow.</summary>
    public Schedule For(long steps) => new CutSchedule(this, steps);

    /// <summary>This schedule for its duration, then <paramref name="next"/> from its own beginning.</summary>
    /// <exception cref="DescentException">This schedule has no end.</exception>
    public virtual Schedule Then(Schedule next) => new JoinedSchedule(this, next);

    /// <summary>All values multiplied by <paramref name="factor"/>, at least 0.</summary>
    public Schedule Scale(double factor) => new ScaledSchedule(this, factor);

    /// <summary>All values multiplied by those of another schedule.</summary>
    public Schedule Times(Schedule other) => new ProductSchedule(this, other);

    /// <summary>Values below <paramref name="least"/> and above <paramref name="most"/> become these.</summary>
    public Schedule Clamp(double least, double most) => new ClampedSchedule(this, least, most);

    /// <summary>The schedule without its first <paramref name="updates"/> updates.</summary>
    public Schedule Offset(long updates) => new OffsetSchedule(this, updates);

    /// <summary>The schedule several times; it must have an end and must not follow a metric.</summary>
    public Schedule Repeat(long times) => new RepeatedSchedule(this, times);

    /// <summary>The schedule again from its beginning every so many updates, for ever; it must not follow a metric.</summary>
    public Schedule Restart(long every) => new RestartedSchedule(this, every);
}
