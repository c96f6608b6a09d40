namespace Descent.Playground.Tests;

/// <summary>Sharp against flat minima (W07).</summary>
[Collection(InTheBrowser.Name)]
public class SharpFlatTests(Playground playground)
{
    [BrowserTheory]
    [InlineData("noise=0", 0, 0)]
    [InlineData("noise=2", 0, 0)]
    [InlineData("noise=4", 0.715, 0.12)]
    [InlineData("noise=4&from=flat", 0.905, 0.12)]
    public async Task Noise_leaves_the_sharp_pit_and_stays_in_the_flat_basin(string state, double flat, double tolerance)
    {
        var page = await playground.At($"#v=1&w=sharpflat&{state}");
        Assert.Equal(flat, await page.Number("In the flat basin"), tolerance);
        Assert.Equal("3000", await page.Text("Step"));
    }

    [BrowserFact]
    public async Task Looking_uphill_leaves_the_pit_without_noise()
    {
        var page = await playground.At("#v=1&w=sharpflat&noise=0.5&sam=1&rho=0.5&n=1000");
        Assert.Contains("looking 0.5 uphill", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }
}
