namespace Descent.Playground.Tests;

/// <summary>Vanishing and exploding gradients (W42).</summary>
[Collection(InTheBrowser.Name)]
public class VanishingTests(Playground playground)
{
    [BrowserTheory]
    [InlineData("act=sigmoid&init=xavier", 0, 1e-9)]
    [InlineData("act=relu&init=he", 0.3, 5)]
    [InlineData("act=relu&init=he&res=1", 0.1, 10)]
    [InlineData("act=tanh&bn=1", 0.001, 1000)]
    public async Task Gradients_vanish_or_pass_through_twenty_layers(string state, double low, double high)
    {
        var page = await playground.At($"#v=1&w=vanishing&{state}");
        Assert.InRange(await page.Number("First over last"), low, high);
        Assert.Empty(page.Complaints);
        Assert.Contains(high < 0.001 ? "vanishes" : "passes", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }
}
