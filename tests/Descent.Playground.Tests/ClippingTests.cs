namespace Descent.Playground.Tests;

/// <summary>Gradient clipping (W39).</summary>
[Collection(InTheBrowser.Name)]
public class ClippingTests(Playground playground)
{
    [BrowserTheory]
    [InlineData("3,4", "1", 0.6, 0.8)]
    [InlineData("3,4", "5", 3, 4)]
    [InlineData("3,4", "10", 3, 4)]
    [InlineData("0,0", "1", 0, 0)]
    public async Task A_long_gradient_is_shortened_and_a_short_one_passes(string gradient, string limit, double x, double y)
    {
        var page = await playground.At($"#v=1&w=clipping&g={gradient}&c={limit}");
        var clipped = await page.Numbers("Clipped");
        Assert.Equal(x, clipped[0], 1e-9);
        Assert.Equal(y, clipped[1], 1e-9);
    }

    [BrowserFact]
    public async Task By_value_each_number_is_cut_by_itself()
    {
        var page = await playground.At("#v=1&w=clipping&by=value&g=3,0.5");
        var clipped = await page.Numbers("Clipped");
        Assert.Equal([1, 0.5], clipped);
    }

    [BrowserFact]
    public async Task An_exploding_product_is_lost_without_clipping_and_trains_with_it()
    {
        var page = await playground.At("#v=1&w=clipping");
        Assert.Equal("diverged", await page.Text("Status, not clipped"));
        Assert.Equal("∞", await page.Text("Loss, not clipped"));
        Assert.InRange(await page.Number("Loss, clipped"), 0, 0.3);
        Assert.Equal(1, await page.Number("w, clipped"), 0.02);
        Assert.Contains("and the loss no number any more", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task The_spike_is_cut_to_the_limit()
    {
        var page = await playground.At("#v=1&w=clipping");
        var rows = await page.Rows("Up to step");
        Assert.InRange(WidgetPage.Parse(rows[0][1]), 28, 32);
        Assert.Equal("1", rows[1][1]);
    }
}
