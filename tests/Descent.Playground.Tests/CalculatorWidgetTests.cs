using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>The memory calculator (W24).</summary>
[Collection(InTheBrowser.Name)]
public class StateTests(Playground playground)
{
    [BrowserFact]
    public async Task Adam_takes_two_numbers_per_parameter_and_Lion_one()
    {
        var page = await playground.At("#v=1&w=state");
        Assert.Equal(["1.4 TB", "700 GB"], [await page.Text("Adam"), await page.Text("Lion")]);
        Assert.Contains("1.273 TiB", await Row(page, "Adam"), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Adafactor_keeps_a_row_and_a_column_of_each_matrix()
    {
        var page = await playground.At("#v=1&w=state");
        Assert.Equal("16 777 216 numbers", (await page.Text("One matrix has")).Replace('\u202f', ' '));
        var row = (await Row(page, "Adafactor")).Replace("\u202f", "", StringComparison.Ordinal);
        Assert.Contains("8192", row, StringComparison.Ordinal);
        Assert.Contains("2048", row, StringComparison.Ordinal);
    }

    private static async Task<string> Row(WidgetPage page, string name) => (await page.Page.Locator(".tables tbody tr").AllInnerTextsAsync()).Single(row => row.Split('\t')[0].Trim() == name);
}

/// <summary>The batch-size spectrum (W08).</summary>
[Collection(InTheBrowser.Name)]
public class BatchSizeTests(Playground playground)
{
    [BrowserFact]
    public async Task What_a_full_batch_costs_and_a_small_one_does_not()
    {
        var page = await playground.At("#v=1&w=batchsize");
        Assert.Equal("3.333 h", await page.Text("Time for a full-batch update"));
        Assert.Equal("0.32 s", await page.Text("Time for one update"));
        Assert.Equal("37 500", (await page.Text("Updates per pass")).Replace('\u202f', ' '));
        Assert.Equal("38.03 years", await page.Text("100\u202f000 full-batch updates"));
    }

    [BrowserTheory]
    [InlineData("linear", 8)]
    [InlineData("root", 2.828)]
    [InlineData("none", 1)]
    public async Task A_batch_eight_times_as_large_changes_the_rate_by_the_rule(string rule, double factor)
    {
        var page = await playground.At($"#v=1&w=batchsize&b=256&rule={rule}");
        Assert.Equal(factor, await page.Number("Rate against the found one"));
    }
}

/// <summary>High dimensions (W48).</summary>
[Collection(InTheBrowser.Name)]
public class HighDimensionsTests(Playground playground)
{
    [BrowserFact]
    public async Task Coins_are_a_heuristic_and_matrices_are_rarer_still()
    {
        var page = await playground.At("#v=1&w=highdimensions&d=4&count=100000");
        Assert.Equal(0.0026, await page.Number("Random matrices, measured"), 0.0005);
        var rows = (await page.Page.Locator(".tables tbody tr").AllInnerTextsAsync()).Select(row => row.Split('\t').Select(cell => cell.Trim()).ToArray()).ToArray();
        Assert.Equal("0.25", rows[1][1]);
        Assert.Equal(0.1464, WidgetPage.Parse(rows[1][2]), 0.004);
        Assert.Equal("0.1464", rows[1][3]);
        Assert.Equal(0.025, WidgetPage.Parse(rows[2][2]), 0.002);
        Assert.Contains("heuristic", await page.Page.Locator(".tables thead").InnerTextAsync(), StringComparison.Ordinal);
        await page.Go("#v=1&w=highdimensions&d=10&count=1000");
        Assert.Equal("0.0009766", await page.Text("Coins (heuristic)"));
    }
}

/// <summary>The map of ideas (W50).</summary>
[Collection(InTheBrowser.Name)]
public class IdeasTests(Playground playground)
{
    [BrowserFact]
    public async Task Every_card_links_to_a_working_state()
    {
        var page = await playground.At("#v=1&w=ideas");
        var links = await page.Page.Locator(".ideas a").EvaluateAllAsync<string[]>("all => all.map(each => each.getAttribute('href')).filter(each => each.includes('w='))");
        Assert.Equal(16, links.Length);
        foreach (var link in links.Distinct())
        {
            page.Complaints.Clear();
            await page.Go(link);
            Assert.False(await page.Page.Locator("[role=alert]:not([hidden])").IsVisibleAsync(), link);
            Assert.Equal(1, await page.Page.Locator("#caption").CountAsync());
            Assert.Empty(page.Complaints);
        }
    }

    [BrowserFact]
    public async Task Troubles_have_a_symptom_and_a_remedy()
    {
        var page = await playground.At("#v=1&w=ideas&kind=trouble");
        var cards = await page.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Symptom" }).AllInnerTextsAsync();
        foreach (var title in new[] { "Local minima", "Saddles", "Plateaus", "Vanishing gradients", "Exploding gradients", "Sharp minima" })
        {
            Assert.Contains(cards, card => card.StartsWith(title, StringComparison.Ordinal) && card.Contains("Remedy", StringComparison.Ordinal));
        }
    }
}
