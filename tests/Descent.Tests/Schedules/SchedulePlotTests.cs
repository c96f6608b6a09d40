using System.Xml.Linq;
using Descent.Schedules;

namespace Descent.Tests.Schedules;

public class SchedulePlotTests
{
    [Fact]
    public void A_line_is_a_line_with_its_scales()
    {
        Assert.Equal(
            [
                "  1 │⠙⢦⡀",
                "    │⠀⠀⠙⢦⡀",
                "0.5 │⠀⠀⠀⠀⠙⢦⡀",
                "  0 │⠀⠀⠀⠀⠀⠀⠙⢦",
                "    └────────",
                "     0     31",
            ],
            SchedulePlot.Braille(Schedule.Linear(1, 0, 31), 31, width: 8, height: 4));
    }

    /// <summary>No peak falls between two columns: of each the lowest and the highest value are drawn.</summary>
    [Fact]
    public void A_peak_of_one_update_in_ten_thousand_is_seen()
    {
        var spike = Schedule.Piecewise((4_999, 0.1), (5_000, 1), (5_001, 0.1));
        var lines = SchedulePlot.Braille(spike, 10_000);
        Assert.StartsWith("  1 │", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines[0], letter => letter is > '⠀' and <= '⣿');
        var points = XDocument.Parse(SchedulePlot.Svg(spike, 10_000)).Descendants().Single(item => item.Name.LocalName == "polyline").Attribute("points")!.Value.Split(' ');
        Assert.Contains(points, point => point.EndsWith(",16.0", StringComparison.Ordinal));
        Assert.True(points.Length <= 2_000);
        double[] across = [.. points.Select(point => double.Parse(point.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(across.Order(), across);
        Assert.Equal((88.0, 684.0), (across[0], across[^1]));
    }

    [Fact]
    public void A_schedule_of_zeros_and_one_of_a_single_update_can_be_drawn()
    {
        Assert.Contains("└", SchedulePlot.Braille(Schedule.Constant(0), 1)[^2], StringComparison.Ordinal);
        Assert.Equal("polyline", XDocument.Parse(SchedulePlot.Svg(Schedule.Constant(0), 1)).Root!.Elements().Last().Name.LocalName);
        Assert.Contains("<title>linear(1..0, 5) * constant(1)</title>", SchedulePlot.Svg(Schedule.Linear(1, 0, 5).Times(Schedule.Constant(1)), long.MaxValue - 1), StringComparison.Ordinal);
    }
}
