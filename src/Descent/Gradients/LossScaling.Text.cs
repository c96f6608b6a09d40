using System.Globalization;
using Descent.Schedules;
using Descent.Text;

namespace Descent.Gradients;

/// <content>The text form.</content>
public abstract partial record LossScaling
{
    private static readonly IReadOnlyList<Form<LossScaling>> Forms =
    [
        new("dynamic", "dynamic(INITIAL, growth=G, backoff=B, interval=STEPS)", a => new DynamicLossScaling
        {
            InitialScale = a.Number(a.NextOrNull()) ?? 65_536,
            Growth = a.Number(a.Named("growth")) ?? 2,
            Backoff = a.Number(a.Named("backoff")) ?? 0.5,
            Interval = a.Whole(a.Named("interval")) ?? 2_000,
        }),
        new("hysteretic", "hysteretic(INITIAL, factor=F, window=STEPS, minimum=M, hysteresis=N, consecutive=true|false)", a => new HystereticLossScaling
        {
            InitialScale = a.Number(a.NextOrNull()) ?? 65_536,
            Factor = a.Number(a.Named("factor")) ?? 2,
            Window = a.Whole(a.Named("window")) ?? 1_000,
            Minimum = a.Number(a.Named("minimum")) ?? 1,
            Hysteresis = a.Whole(a.Named("hysteresis")) ?? 2,
            IsConsecutive = a.Flag(a.Named("consecutive")),
        }),
    ];

    /// <summary>What the text form may be, one for each kind.</summary>
    public static IReadOnlyList<string> Usages => ["a number", .. Forms.Select(form => form.Usage)];

    /// <summary>Reads the text form, which <see cref="ToString"/> writes: <c>dynamic</c>, <c>dynamic(1024, interval=500)</c>, or a number for a scale that stays.</summary>
    /// <exception cref="DescentException">The text is not a loss scaling.</exception>
    public static LossScaling Parse(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var scale)
        ? new StaticLossScaling(scale)
        : Form<LossScaling>.Parse("The loss scale", text, Forms, or: "a number");

    /// <summary>The text form.</summary>
    public sealed override string ToString() => this switch
    {
        StaticLossScaling scaling => Schedule.Text(scaling.Scale),
        DynamicLossScaling s => $"dynamic({Schedule.Text(s.InitialScale)}, growth={Schedule.Text(s.Growth)}, backoff={Schedule.Text(s.Backoff)}, interval={s.Interval})",
        HystereticLossScaling s => $"hysteretic({Schedule.Text(s.InitialScale)}, factor={Schedule.Text(s.Factor)}, window={s.Window}, minimum={Schedule.Text(s.Minimum)}, hysteresis={s.Hysteresis}, consecutive={(s.IsConsecutive ? "true" : "false")})",
        _ => GetType().Name,
    };
}
