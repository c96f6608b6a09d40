namespace Descent.Playground.Tests;

/// <summary>The learning-rate range test (W27).</summary>
[Collection(InTheBrowser.Name)]
public class RangeTestTests(Playground playground)
{
    [BrowserFact]
    public async Task On_the_elliptical_bowl_the_suggestion_is_just_below_the_true_limit()
    {
        var page = await playground.At("#v=1&w=rangetest");
        Assert.Equal(0.095, await page.Number("Steepest fall"), 0.0025);
        Assert.Equal(0.1, await page.Number("Stable below"));
        Assert.True(await page.Number("Suggestion") < 0.1);
        Assert.Contains("which is below the true limit of 0.1", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task On_a_network_the_suggestion_is_near_the_best_of_twelve_rates()
    {
        var page = await playground.At("#v=1&w=rangetest&on=network");
        var (suggestion, best) = (await page.Number("Suggestion"), await page.Number("Best of twelve"));
        Assert.InRange(suggestion, best / 3, best * 3);
        Assert.Equal(12, await page.Page.Locator(".tables tbody tr").CountAsync());
    }

    [BrowserFact]
    public async Task One_run_that_goes_on_passes_the_limit_unseen()
    {
        var page = await playground.At("#v=1&w=rangetest&each=0");
        Assert.True(await page.Number("Blew up at") > 0.2);
        Assert.Contains("which is above the true limit", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }
}
