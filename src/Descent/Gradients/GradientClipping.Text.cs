using Descent.Schedules;
using Descent.Text;

namespace Descent.Gradients;

/// <content>The text form.</content>
public abstract partial record GradientClipping
{
    private static readonly IReadOnlyList<Form<GradientClipping>> Forms =
    [
        new("none", "none", _ => None),
        new("norm", "norm(MAXIMUM, p=P)", a => new ClipByNorm(a.Number(a.Next("MAXIMUM"))!.Value, a.Number(a.Named("p")) ?? 2)),
        new("value", "value(LIMIT)", a => new ClipByValue(a.Number(a.Next("LIMIT"))!.Value)),
        new("tensor", "tensor(MAXIMUM, p=P)", a => new ClipEachTensor(a.Number(a.Next("MAXIMUM"))!.Value, a.Number(a.Named("p")) ?? 2)),
        new("adaptive", "adaptive(FACTOR, floor=F)", a => new AdaptiveClipping(a.Number(a.NextOrNull()) ?? 0.01, a.Number(a.Named("floor")) ?? 1e-3)),
        new("percentile", "percentile(PERCENTILE, history=N)", a => new ClipByPercentile(a.Number(a.NextOrNull()) ?? 10, a.Named("history") is { } history ? a.Count(history) : 1_000)),
    ];

    /// <summary>What the text form may be, one for each kind.</summary>
    public static IReadOnlyList<string> Usages => [.. Forms.Select(form => form.Usage)];

    /// <summary>Reads the text form, which <see cref="ToString"/> writes: <c>norm(1)</c>, <c>value(0.5)</c>, <c>percentile(10)</c>, …</summary>
    /// <exception cref="DescentException">The text is not a clipping.</exception>
    public static GradientClipping Parse(string text) => Form<GradientClipping>.Parse("The clipping", text, Forms);

    /// <summary>The text form.</summary>
    public sealed override string ToString() => this switch
    {
        ClipByNorm clip => $"norm({Schedule.Text(clip.Maximum)}{OrderText(clip.P)})",
        ClipByValue clip => $"value({Schedule.Text(clip.Limit)})",
        ClipEachTensor clip => $"tensor({Schedule.Text(clip.Maximum)}{OrderText(clip.P)})",
        AdaptiveClipping clip => $"adaptive({Schedule.Text(clip.Factor)}{(clip.Floor == 1e-3 ? "" : $", floor={Schedule.Text(clip.Floor)}")})",
        ClipByPercentile clip => $"percentile({Schedule.Text(clip.Percentile)}{(clip.History == 1_000 ? "" : $", history={clip.History}")})",
        _ => "none",
    };

    private static string OrderText(double p) => p switch
    {
        2 => "",
        double.PositiveInfinity => ", p=∞",
        _ => $", p={Schedule.Text(p)}",
    };
}
