namespace Descent.Schedules;

/// <summary>
/// A schedule some of whose lengths are shares of a run that is not known yet, as in <c>linear(0.85..0.95, 50%)</c>. It has no values until
/// <see cref="ForRun"/> says how many updates the run has.
/// </summary>
public sealed record RelativeSchedule : Schedule
{
    /// <summary>Runs that stand for any run where a text is checked: lengths in updates may be beyond the shares of a short one.</summary>
    private static readonly long[] Samples = [10_000, 1_000_000_000];

    private RelativeSchedule(string source) => Source = source;

    /// <summary>The text.</summary>
    public string Source { get; }

    /// <summary>The schedule for a run of some length, to check what does not depend on it.</summary>
    internal Schedule Sample => Read(Source).Schedule;

    /// <summary>Reads a schedule of a run: one with values where the text says all, otherwise one that waits for the number of updates.</summary>
    /// <param name="text">As <see cref="Schedule.Parse"/> reads it.</param>
    /// <exception cref="DescentException">The text is not a schedule; the message points at the character.</exception>
    public static Schedule ParseForRun(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (schedule, isRelative) = Read(text);
        return isRelative ? new RelativeSchedule(text.Trim()) : schedule;
    }

    /// <summary>The schedule with values.</summary>
    /// <param name="updates">How many the run has; at least 1.</param>
    /// <exception cref="DescentException">In so short or long a run its parts do not follow each other.</exception>
    public Schedule ForRun(long updates) => Parse(Source, new ScheduleContext(TotalSteps: updates));

    /// <inheritdoc/>
    public override double At(long update) => throw Unknown("A value");

    /// <inheritdoc/>
    public override string ToString() => Source;

    internal DescentException Unknown(string what) =>
        new($"{what} depends on the length of the run in '{Source}', which is not known here; give it to Method.ForRun, or write lengths in updates.");

    private static (Schedule Schedule, bool IsRelative) Read(string text)
    {
        try
        {
            return ScheduleParser.ParseForRun(text, Samples[0]);
        }
        catch (DescentException)
        {
            return ScheduleParser.ParseForRun(text, Samples[1]);
        }
    }
}
