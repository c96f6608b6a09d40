namespace Descent.Playground.Tests;

/// <summary>Momentum by hand (W11).</summary>
[Collection(InTheBrowser.Name)]
public class MomentumTableTests(Playground playground)
{
    [BrowserFact]
    public async Task Five_steps_are_those_of_the_worked_example()
    {
        var page = await playground.At("#v=1&w=momentumtable");
        await page.Full();
        var rows = (await page.Rows("v ← βv + g")).Select(row => row.Select(cell => cell.Length == 0 ? double.NaN : WidgetPage.Parse(cell)).ToArray()).ToArray();
        double[][] expected =
        [
            [0, 0.060, 0.119, 0.176, 0.233, 0.288],
            [double.NaN, -6, -5.88, -5.654, -5.338, -4.947],
            [0, -6, -11.280, -15.806, -19.564, -22.555],
            [0, 0.060, 0.173, 0.331, 0.527, 0.752],
            [0, 0.06, 0.17172, 0.32682, 0.51709, 0.73456],
            [0, 0.114, 0.272268, 0.466415, 0.688324, 0.930282],
        ];
        for (var column = 0; column < expected.Length; column++)
        {
            var tolerance = column < 4 ? 5.01e-4 : 5.01e-6;
            Assert.All(expected[column].Zip(rows), pair => Assert.True(double.IsNaN(pair.First) || Math.Abs(pair.First - pair.Second[column + 1]) < tolerance, $"{pair.First} is not {pair.Second[column + 1]}"));
        }

        Assert.Equal(2.6, await page.Number("Momentum over SGD"), 0.05);
    }

    [BrowserFact]
    public async Task At_ten_times_the_rate_it_converges_and_overshoots()
    {
        var page = await playground.At("#v=1&w=momentumtable");
        Assert.Equal(["η = 0.1", "converges, overshoots to 5.13", "5.127", "3", "ηλ = 0.2 < 3.8"], (await page.Rows("Momentum over 200 steps"))[1]);
        Assert.Contains("At η = 0.1 momentum converges, overshoots to 5.13 (D12)", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("1.9", await page.Text("Momentum is stable below η"));
    }

    [BrowserFact]
    public async Task Beyond_the_limit_it_diverges()
    {
        var page = await playground.At("#v=1&w=momentumtable&lr=0.2");
        Assert.Equal("diverges", (await page.Rows("Momentum over 200 steps"))[1][1]);
        Assert.Equal("ηλ = 4 > 3.8", (await page.Rows("Momentum over 200 steps"))[1][4]);
    }
}
