namespace Descent.Landscapes.Listings;

/// <summary>A schedule as text, as a call of the library, and from scratch: equations of the rate η for so many applied updates.</summary>
/// <param name="Id">In addresses.</param>
/// <param name="Title">For people.</param>
/// <param name="Text">As the library reads it, with PEAK for the rate; null where the rate is a number.</param>
/// <param name="Call">As C# calls it, with PEAK for the rate.</param>
/// <param name="Equations">The closed form, with η_peak for the rate.</param>
internal sealed record ScheduleListing(string Id, string Title, string? Text, string Call, IReadOnlyList<string> Equations)
{
    /// <summary>How many updates they all last.</summary>
    public const int Updates = 1000;

    /// <summary>Those of which programs are listed.</summary>
    public static IReadOnlyList<ScheduleListing> All { get; } =
    [
        new("constant", "none: a constant rate", null, "PEAK", []),
        new("cosine", "cosine", "cosine(PEAK..0, 1000)", "Schedule.Cosine(from: PEAK, to: 0, steps: 1000)", ["updates = t − 1", "η = η_peak·(1 + cos(π·updates/1000))/2"]),
        new(
            "warmup-cosine",
            "warmup, then cosine",
            "warmup(100) then cosine(PEAK..0, 900)",
            "Schedule.Warmup(100).Then(Schedule.Cosine(from: PEAK, to: 0, steps: 900))",
            ["updates = t − 1", "η = updates < 100 ? η_peak·updates/100 : η_peak·(1 + cos(π·(updates − 100)/900))/2"]),
        new(
            "warmup-stable-decay",
            "warmup, stable, decay",
            "warmup(100) then constant(PEAK) for 700 then one-minus-sqrt(PEAK..0, 200)",
            "Schedule.WarmupStableDecay(PEAK, warmup: 100, stable: 700, decay: Schedule.OneMinusSqrt(from: PEAK, to: 0, steps: 200))",
            ["updates = t − 1", "η = updates < 100 ? η_peak·updates/100 : (updates < 800 ? η_peak : η_peak·(1 − √((updates − 800)/200)))"]),
        new("linear", "linear", "linear(PEAK..0, 1000)", "Schedule.Linear(from: PEAK, to: 0, steps: 1000)", ["updates = t − 1", "η = η_peak·(1 − updates/1000)"]),
        new("polynomial", "polynomial", "polynomial(PEAK..0, 1000, power 2)", "Schedule.Polynomial(from: PEAK, to: 0, steps: 1000, power: 2)", ["updates = t − 1", "η = η_peak·(1 − updates/1000)²"]),
        new("step", "step", "step(PEAK, 300, 0.1)", "Schedule.Step(PEAK, every: 300, factor: 0.1)", ["updates = t − 1", "η = η_peak·0.1^floor(updates/300)"]),
        new(
            "multi-step",
            "several steps",
            "multi-step(PEAK, 0.1, 600, 850)",
            "Schedule.MultiStep(PEAK, 0.1, 600, 850)",
            ["updates = t − 1", "η = updates < 600 ? η_peak : (updates < 850 ? η_peak·0.1 : η_peak·0.1²)"]),
        new("exponential", "exponential", "exponential(PEAK, 0.995)", "Schedule.Exponential(PEAK, factor: 0.995)", ["updates = t − 1", "η = η_peak·0.995^updates"]),
        new(
            "inverse-square-root",
            "warmup, then inverse square root",
            "warmup(100) then inverse-square-root(PEAK, 100)",
            "Schedule.Warmup(100).Then(Schedule.InverseSquareRoot(PEAK, timescale: 100))",
            ["updates = t − 1", "η = updates < 100 ? η_peak·updates/100 : η_peak/√(updates/100)"]),
        new("inverse-time", "inverse time", "inverse-time(PEAK, rate 0.01)", "Schedule.InverseTime(PEAK, rate: 0.01)", ["updates = t − 1", "η = η_peak/(1 + 0.01·updates)"]),
        new(
            "warm-restarts",
            "cosine with warm restarts",
            "warm-restarts(PEAK..0, 250)",
            "Schedule.WarmRestarts(from: PEAK, to: 0, period: 250)",
            ["updates = t − 1", "η = η_peak·(1 + cos(π·(updates/250 − floor(updates/250))))/2"]),
        new(
            "cyclical",
            "cyclical (triangular)",
            "cyclical(0..PEAK, 100)",
            "Schedule.Cyclical(from: 0, to: PEAK, up: 100)",
            ["updates = t − 1", "η = η_peak·(1 − |2·(updates/200 − floor(updates/200)) − 1|)"]),
        new("rex", "reflected exponential", "rex(PEAK..0, 1000)", "Schedule.Rex(from: PEAK, to: 0, steps: 1000)", ["updates = t − 1", "left = 1 − updates/1000", "η = η_peak·left/(0.5 + 0.5·left)"]),
        new(
            "one-cycle",
            "one cycle",
            "one-cycle",
            "Schedule.OneCycle(PEAK, steps: 1000)",
            ["updates = t − 1", "low = η_peak/25", "last = low/10000", "η = updates < 299 ? η_peak + (low − η_peak)·(1 + cos(π·updates/299))/2 : last + (η_peak − last)·(1 + cos(π·(updates − 299)/700))/2"]),
    ];
}
