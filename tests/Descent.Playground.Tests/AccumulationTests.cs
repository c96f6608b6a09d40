namespace Descent.Playground.Tests;

/// <summary>Gradient accumulation (W40).</summary>
[Collection(InTheBrowser.Name)]
public class AccumulationTests(Playground playground)
{
    [BrowserFact]
    public async Task Eight_batches_of_32_make_the_update_of_256()
    {
        var page = await playground.At("#v=1&w=accumulation");
        Assert.Equal("256", await page.Text("Examples per update"));
        Assert.InRange(await page.Number("Largest difference so far"), 0, 1e-12);
        Assert.Contains("Batch normalization", (await page.Rows("What is the same")).Select(row => row[0]));
    }

    [BrowserFact]
    public async Task Not_dividing_is_a_switch_and_makes_steps_eight_times_as_long()
    {
        var page = await playground.At("#v=1&w=accumulation");
        Assert.Equal("switched off", await page.Text("Mistaken over right, first step"));
        await page.Page.GetByLabel("Common mistake: not divided").CheckAsync();
        await page.Settle();
        Assert.Equal(8, await page.Number("Mistaken over right, first step"), 1e-9);
        Assert.Contains("the first step is 8 times as long: a mistake", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }
}
