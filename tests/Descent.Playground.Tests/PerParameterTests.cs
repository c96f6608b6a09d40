namespace Descent.Playground.Tests;

/// <summary>AdaGrad and RMSProp on an elliptical bowl (W14).</summary>
[Collection(InTheBrowser.Name)]
public class PerParameterTests(Playground playground)
{
    [BrowserFact]
    public async Task After_200_steps_AdaGrad_is_far_and_RMSProp_hovers()
    {
        var page = await playground.At("#v=1&w=perparameter");
        Assert.Equal("50.2", (await page.Number("AdaGrad: loss")).ToString("F1", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("0.0214", (await page.Number("RMSProp: loss")).ToString("F4", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("RMSProp hovers: over the last 50 steps its loss stayed between", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserTheory]
    [InlineData("#v=1&w=perparameter&k=0", 4)]
    [InlineData("#v=1&w=perparameter&k=5&p0=-9,0", 2)]
    public async Task Where_there_is_no_history_the_bars_say_so(string state, int without)
    {
        var page = await playground.At(state);
        var bars = await page.Page.Locator("#view-rates").GetAttributeAsync("aria-label");
        Assert.Equal(without, bars!.Split("no history").Length - 1);
        Assert.DoesNotContain("∞", bars, StringComparison.Ordinal);
        var text = await page.Page.Locator("main").InnerTextAsync();
        Assert.Contains("no history", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        Assert.DoesNotContain("not a number", text, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", text, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Epsilon_inside_the_root_is_another_run()
    {
        var page = await playground.At("#v=1&w=perparameter&eps=0.1&n=50");
        var outside = await page.Text("RMSProp: loss");
        await page.Page.GetByLabel("√(G + ε)").CheckAsync();
        await page.Settle();
        Assert.NotEqual(outside, await page.Text("RMSProp: loss"));
    }
}
