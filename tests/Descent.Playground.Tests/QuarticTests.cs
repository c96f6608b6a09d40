namespace Descent.Playground.Tests;

/// <summary>Ball on x⁴ − 3x³ + 2 (W03).</summary>
[Collection(InTheBrowser.Name)]
public class QuarticTests(Playground playground)
{
    [BrowserFact]
    public async Task Plain_descent_from_the_left_crawls_to_the_flat_point()
    {
        var page = await playground.At("#v=1&w=quartic&k=1");
        await page.Full();
        Assert.Equal(-0.72192, await page.Number("x"), 1e-12);
        await page.Step(500);
        Assert.Equal(-0.0208, await page.Number("x"), 5e-5);
        Assert.Equal("crawling", await page.Status());
        Assert.Contains("towards the flat point 0", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Momentum_passes_it_and_ends_in_the_minimum()
    {
        var page = await playground.At("#v=1&w=quartic&o=momentum");
        Assert.Equal("2.25", await page.Text("x"));
        Assert.Equal("converged", await page.Status());
        Assert.Contains("It passed the flat point at step 6.", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_rate_above_the_limit_ends_in_a_cycle_of_two()
    {
        var page = await playground.At("#v=1&w=quartic&x0=3&lr=0.1");
        await page.Full();
        Assert.Equal(2.3366, await page.Number("x"), 5e-5);
        Assert.Equal("oscillating", await page.Status());
        Assert.Equal(0.0988, await page.Number("Stable below, at the minimum"), 5e-5);
        await page.Step(499);
        Assert.Equal(2.1475, await page.Number("x"), 5e-5);
    }
}
