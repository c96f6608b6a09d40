namespace Descent.Playground.Tests;

/// <summary>Memory of momentum (W10).</summary>
[Collection(InTheBrowser.Name)]
public class MemoryTests(Playground playground)
{
    [BrowserFact]
    public async Task Weights_and_limits_are_those_of_the_worked_examples()
    {
        var page = await playground.At("#v=1&w=memory&n=200");
        foreach (var (step, weight) in new[] { (10, "0.349"), (20, "0.122"), (50, "0.005") })
        {
            await page.Step(step);
            Assert.Equal(weight, (await page.Number($"Weight after {step} steps")).ToString("F3", System.Globalization.CultureInfo.InvariantCulture));
        }

        await page.Step(200);
        Assert.Equal(10, await page.Number("Constant signal: velocity"), 1e-3);
        Assert.Equal(0.526, await page.Number("Alternating: velocity"), 5e-4);
        Assert.Equal(19, await page.Number("Ratio of the two"), 1e-3);
    }

    [BrowserTheory]
    [InlineData("0.5", "2")]
    [InlineData("0.9", "10")]
    [InlineData("0.99", "100")]
    [InlineData("0.999", "1000")]
    public async Task The_window_is_what_a_constant_signal_comes_to(string beta, string window)
    {
        var page = await playground.At($"#v=1&w=memory&b={beta}&n=10000");
        Assert.Equal(window, await page.Text("Window 1/(1 − β)"));
        Assert.Equal(WidgetPage.Parse(window), await page.Number("Sum of all weights"), WidgetPage.Parse(window) * 1e-3);
    }

    [BrowserFact]
    public async Task Without_momentum_only_the_last_gradient_counts()
    {
        var page = await playground.At("#v=1&w=memory&b=0&s=alternating&k=1");
        Assert.Equal("0", await page.Text("Weight after 1 steps"));
        Assert.Equal("−1", await page.Text("Velocity"));
    }
}
