namespace Descent.Playground.Tests;

/// <summary>Epsilon (W19).</summary>
[Collection(InTheBrowser.Name)]
public class EpsilonTests(Playground playground)
{
    [BrowserTheory]
    [InlineData("1e-8", 1.000e-3)]
    [InlineData("0.1", 9.52e-4)]
    [InlineData("1", 6.67e-4)]
    [InlineData("10", 1.67e-4)]
    [InlineData("100", 1.96e-5)]
    public async Task The_first_step_goes_from_adaptive_to_plain(string epsilon, double step)
    {
        var page = await playground.At($"#v=1&w=epsilon&eps={epsilon}");
        Assert.Equal(step, await page.Number("First step"), 5e-3 * step);
        Assert.Contains(epsilon, (await page.Rows("The first step")).Select(row => row[0]));
    }
}
