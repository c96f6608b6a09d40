namespace Descent.Playground.Tests;

/// <summary>Noise floor and Robbins–Monro (W06).</summary>
[Collection(InTheBrowser.Name)]
public class NoiseFloorTests(Playground playground)
{
    [BrowserFact]
    public async Task A_fixed_rate_hovers_at_its_floor_and_half_the_rate_halves_the_loss()
    {
        var page = await playground.At("#v=1&w=noisefloor&n=5000");
        Assert.Equal(0.0263, await page.Number("Mean loss, steps 1000 to 5000"), 0.03 * 0.0263);
        Assert.Equal(0.0128, await page.Number("Mean loss at half the rate"), 0.03 * 0.0128);
        Assert.Equal(1.43, await page.Number("Radius over that at half"), 0.03);
        Assert.Equal("Σηₜ = ∞ ✓, Σηₜ² = ∞ ✗", await page.Text("Robbins–Monro"));
    }

    [BrowserFact]
    public async Task One_over_t_averages_the_noise_away()
    {
        var page = await playground.At("#v=1&w=noisefloor&rule=time&lr=1&chains=2000&n=100");
        Assert.Equal(0.01, await page.Number("Mean of θ²"), 0.001);
        Assert.Equal(0.01, await page.Number("Expected"));
        Assert.Equal("Σηₜ = ∞ ✓, Σηₜ² < ∞ ✓", await page.Text("Robbins–Monro"));
    }

    [BrowserFact]
    public async Task A_rate_that_falls_too_fast_stops_at_half_the_distance()
    {
        var page = await playground.At("#v=1&w=noisefloor&rule=square&lr=1&noise=0&n=20000&chains=1");
        Assert.Equal(0.25, await page.Number("Mean of θ²"), 1e-4);
        Assert.StartsWith("Without noise and with the rule 1/(t + 1)² the chains go 50 % of the way and stop: 0.5 of the distance", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserTheory]
    [InlineData("root")]
    [InlineData("step")]
    [InlineData("cosine")]
    public async Task Every_rule_is_drawn(string rule)
    {
        var page = await playground.At($"#v=1&w=noisefloor&rule={rule}&n=300");
        Assert.Empty(page.Complaints);
        Assert.Equal(0, await page.Page.Locator("[role=alert]:not([hidden])").CountAsync());
        Assert.Equal(await page.Number("Expected"), await page.Number("Mean of θ²"), 0.02);
    }
}
