namespace Descent.Schedules;

/// <summary>One kind of schedule in the text form.</summary>
/// <param name="Name">The word that it starts with.</param>
/// <param name="Text">What is written, for messages and lists.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Create">Makes the schedule of what stands between the parentheses.</param>
public sealed record ScheduleForm(string Name, string Text, string Meaning, Func<ScheduleArguments, Schedule> Create)
{
    /// <summary>All kinds; a new one is a record and a row here.</summary>
    public static IReadOnlyList<ScheduleForm> All { get; } =
    [
        new("constant", "constant(VALUE)", "the same value always", a => new ConstantSchedule(a.Expect(numbers: 1).Value(0) ?? a.Rate)),
        new("linear", "linear(FROM..TO, STEPS)", "a straight line", a => new LinearSchedule(a.Expect(range: 2, numbers: 1).From, a.To, a.StepsOrRest(0))),
        new("cosine", "cosine(FROM..TO, STEPS, cycles N, restarts N, continues)", "half a cosine wave, or several", a =>
            new CosineSchedule(a.Expect(range: 2, numbers: 1, "cycles", "restarts", "continues").From, a.To, a.StepsOrRest(0))
            {
                Cycles = a.Named("cycles") ?? 0.5,
                Restarts = a.Whole("restarts") ?? 0,
                Continues = a.Flag("continues"),
            }),
        new("step", "step(VALUE, EVERY, FACTOR)", "a factor every so many updates", a => a.Expect(numbers: 3).Count == 3
            ? new StepSchedule(a.Value(0)!.Value, a.Steps(1)!.Value, a.Value(2)!.Value)
            : new StepSchedule(a.Rate, a.Steps(0) ?? Math.Max(1, a.Rest / 3), a.Value(1) ?? 0.1)),
        new("exponential", "exponential(VALUE, FACTOR)", "a factor at every update", a => a.Expect(numbers: 2).Count switch
        {
            2 => new ExponentialSchedule(a.Value(0)!.Value, a.Value(1)!.Value),
            1 => new ExponentialSchedule(a.Rate, a.Value(0)!.Value),
            _ => throw a.Incomplete("exponential(VALUE, FACTOR) or exponential(FACTOR)"),
        }),
        new("multi-step", "multi-step(VALUE, FACTOR, MILESTONE, …)", "a factor at every milestone", a => a.Expect(numbers: int.MaxValue).Count >= 3
            ? new MultiStepSchedule(a.Value(0)!.Value, a.Value(1)!.Value, new(Enumerable.Range(2, a.Count - 2).Select(i => a.Steps(i)!.Value)))
            : throw a.Incomplete("multi-step(VALUE, FACTOR, MILESTONE, …)")),
        new("polynomial", "polynomial(FROM..TO, STEPS, power P)", "a power of what is left of the way", a =>
            new PolynomialSchedule(a.Expect(range: 2, numbers: 1, "power").From, a.To, a.StepsOrRest(0), a.Named("power") ?? 1)),
        new("geometric", "geometric(FROM..TO, STEPS)", "equal ratios, as in a range test", a => a.Expect(range: 2, numbers: 1).HasRange
            ? new GeometricSchedule(a.From, a.To, a.StepsOrRest(0))
            : throw a.Incomplete("geometric(FROM..TO, STEPS)")),
        new("one-minus-sqrt", "one-minus-sqrt(FROM..TO, STEPS)", "the fall of 1 − √", a => new RootSchedule(a.Expect(range: 2, numbers: 1).From, a.To, a.StepsOrRest(0))),
        new("rex", "rex(FROM..TO, STEPS)", "slow at first, then steep", a => new RexSchedule(a.Expect(range: 2, numbers: 1).From, a.To, a.StepsOrRest(0))),
        new("warm-restarts", "warm-restarts(FROM..TO, PERIOD, multiplier M, decay D)", "cosine waves that start again", a =>
            new WarmRestartsSchedule(a.Expect(range: 2, numbers: 1, "multiplier", "decay").From, a.To, a.StepsOrRest(0))
            {
                Multiplier = a.Named("multiplier") ?? 1,
                Decay = a.Named("decay") ?? 1,
            }),
        new("inverse-square-root", "inverse-square-root(VALUE, TIMESCALE)", "one over the root of time", a => a.Expect(numbers: 2).Count == 2
            ? new InverseSquareRootSchedule(a.Value(0)!.Value, a.Steps(1)!.Value)
            : new InverseSquareRootSchedule(a.Rate, a.Steps(0) ?? a.Before)),
        new("inverse-time", "inverse-time(VALUE, rate R, power P)", "one over a power of time (Robbins–Monro)", a =>
            new InverseTimeSchedule(a.Expect(numbers: 1, "rate", "power").Value(0) ?? a.Rate, a.Named("rate") ?? 1, a.Named("power") ?? 1)),
        new("noam", "noam(DIMENSION, WARMUP, factor F)", "the first Transformer's rise and 1/√t", a => a.Expect(numbers: 2, "factor").Count == 2
            ? new NoamSchedule(a.Steps(0)!.Value, a.Steps(1)!.Value) { Factor = a.Named("factor") ?? 1 }
            : throw a.Incomplete("noam(DIMENSION, WARMUP, factor F)")),
        new("one-cycle", "one-cycle(FROM..PEAK..TO, STEPS, warmup SHARE, linear, three-phase)", "one rise and one fall", a =>
            (a.Expect(range: 3, numbers: 1, "warmup", "linear", "three-phase").HasRange
                ? new OneCycleSchedule(a.From, a.Middle, a.To, a.StepsOrRest(0))
                : Schedule.OneCycle(a.Rate, a.StepsOrRest(0))) with
            {
                WarmupFraction = a.Named("warmup") ?? 0.3,
                IsLinear = a.Flag("linear"),
                HasThreePhases = a.Flag("three-phase"),
            }),
        new("cyclical", "cyclical(FROM..TO, UP, DOWN, halving, factor F)", "between two values again and again", a =>
            new CyclicalSchedule(a.Expect(range: 2, numbers: 2, "halving", "factor").From, a.To, a.StepsOrRest(0), a.Steps(1) ?? a.StepsOrRest(0))
            {
                IsHalving = a.Flag("halving"),
                Factor = a.Named("factor") ?? 1,
            }),
        new("piecewise", "piecewise(UPDATE: VALUE, …, holds)", "straight lines between points, or steps", a =>
            new PiecewiseSchedule(new(a.Expect(points: true, "holds").Points)) { Holds = a.Flag("holds") }),
        new("plateau", "plateau(VALUE, factor F, patience N, threshold T, absolute, maximize, cooldown N, minimum M, minimum-change C)", "lowered when a metric stops improving", a =>
            new PlateauSchedule(a.Expect(points: true, numbers: 1, "factor", "patience", "threshold", "absolute", "maximize", "cooldown", "minimum", "minimum-change", "best", "waited", "cooling").Value(0) ?? a.Rate)
            {
                Factor = a.Named("factor") ?? 0.1,
                Patience = a.Whole("patience") ?? 10,
                Threshold = a.Named("threshold") ?? 1e-4,
                IsAbsolute = a.Flag("absolute"),
                IsMaximized = a.Flag("maximize"),
                Cooldown = a.Whole("cooldown") ?? 0,
                Minimum = a.Named("minimum") ?? 0,
                MinimumChange = a.Named("minimum-change") ?? 1e-8,
                Best = a.Named("best"),
                Waited = a.Whole("waited") ?? 0,
                Cooling = a.Whole("cooling") ?? 0,
                Reductions = new(a.Points),
            }),
        new("custom", "custom(NAME)", "a function of the caller's", a => a.OnlyWord is { } name && a.Function(name) is { } function
            ? new CustomSchedule(name, function)
            : throw a.Incomplete("a schedule that text can say (a custom function is known only to the program that made it)")),
    ];

    /// <summary>What else is written: the rise before a schedule, and what is made of schedules.</summary>
    public static IReadOnlyList<(string Text, string Meaning)> Others { get; } =
    [
        ("warmup(STEPS, from FRACTION, one-based) then S", "a rise to the first value of S"),
        ("S then S", "one after the other"),
        ("S for STEPS", "the first updates of S"),
        ("S scale FACTOR", "S, multiplied"),
        ("S clamp LEAST..MOST", "S, kept within bounds"),
        ("S offset STEPS", "S without its first updates"),
        ("S repeat TIMES", "S several times"),
        ("S restart EVERY", "S again and again from its beginning"),
        ("S * S", "the product of both"),
        ("warmup(5%) then constant for 75% then one-minus-sqrt", "warmup–stable–decay; linear and cosine fall, too"),
    ];

    /// <summary>The kind of that name, or null.</summary>
    public static ScheduleForm? Find(string name) => All.FirstOrDefault(form => form.Name == name);
}
