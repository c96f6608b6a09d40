namespace Descent.Playground.Tests;

/// <summary>Full batch against mini-batches (W04).</summary>
[Collection(InTheBrowser.Name)]
public class ArrowsTests(Playground playground)
{
    [BrowserFact]
    public async Task Batches_of_all_examples_are_the_full_gradient()
    {
        var page = await playground.At("#v=1&w=arrows&B=64");
        Assert.Equal(await page.Numbers("Full gradient"), await page.Numbers("Mean of the arrows"));
        Assert.Equal("no noise", await page.Text("Measured over theory"));
        Assert.StartsWith("A batch of all 64 examples has no noise", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserTheory]
    [InlineData("rep=0")]
    [InlineData("rep=1")]
    public async Task The_variance_over_2000_draws_is_that_of_theory(string drawing)
    {
        var page = await playground.At($"#v=1&w=arrows&{drawing}");
        Assert.InRange(await page.Number("Measured over theory"), 0.9, 1.1);
        foreach (var row in (await page.Rows("Batch sizes")).Where(row => row[3] != "no noise"))
        {
            Assert.InRange(WidgetPage.Parse(row[3]), 0.9, 1.1);
        }
    }

    [BrowserFact]
    public async Task The_same_seed_gives_the_same_arrows()
    {
        var page = await playground.At("#v=1&w=arrows&seed=7");
        var (first, hash) = (await page.Text("Mean of the arrows"), await page.Hash("map"));
        await page.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Draw again" }).ClickAsync();
        await page.Page.WaitForURLAsync("**seed=8*");
        await page.Settle();
        Assert.NotEqual(first, await page.Text("Mean of the arrows"));
        page = await playground.At("#v=1&w=arrows&seed=7");
        await page.Page.Mouse.MoveAsync(0, 0);
        Assert.Equal(first, await page.Text("Mean of the arrows"));
        Assert.Equal(hash, await page.Hash("map"));
    }
}
