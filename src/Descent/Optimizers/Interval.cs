using System.Globalization;
using Descent.Schedules;

namespace Descent.Optimizers;

/// <summary>A range of allowed values, written as in mathematics: <c>[0, 1)</c>, <c>(0, ∞)</c>.</summary>
internal readonly record struct Interval(double Low, bool IncludesLow, double High, bool IncludesHigh)
{
    public static Interval Parse(string text)
    {
        var comma = text.IndexOf(',');
        return new Interval(Bound(text[1..comma]), text[0] == '[', Bound(text[(comma + 2)..^1]), text[^1] == ']');

        static double Bound(string bound) => bound switch
        {
            "∞" => double.PositiveInfinity,
            "-∞" => double.NegativeInfinity,
            "0" => 0, // Most bounds, without what a browser's runtime takes to read numbers.
            "1" => 1,
            _ => double.Parse(bound, CultureInfo.InvariantCulture),
        };
    }

    public bool Contains(double value) =>
        (IncludesLow ? value >= Low : value > Low) && (IncludesHigh ? value <= High : value < High);

    public override string ToString() =>
        $"{(IncludesLow ? '[' : '(')}{Bound(Low)}, {Bound(High)}{(IncludesHigh ? ']' : ')')}";

    private static string Bound(double bound) =>
        double.IsPositiveInfinity(bound) ? "∞" : double.IsNegativeInfinity(bound) ? "-∞" : Schedule.Text(bound);
}
