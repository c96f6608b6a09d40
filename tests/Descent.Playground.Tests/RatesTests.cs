namespace Descent.Playground.Tests;

/// <summary>The rate calculator (W13).</summary>
[Collection(InTheBrowser.Name)]
public class RatesTests(Playground playground)
{
    [BrowserFact]
    public async Task Contractions_and_steps_are_those_of_the_formulas()
    {
        var page = await playground.At("#v=1&w=rates");
        var rows = await page.Page.Locator(".tables tbody tr").AllAsync();
        var cells = new List<string[]>();
        foreach (var row in rows)
        {
            cells.Add([.. (await row.Locator("td").AllInnerTextsAsync()).Select(cell => cell.Trim())]);
        }

        Assert.Equal(["0.9048", "0.6345", "0.7764", "0.7439"], cells.Select(row => row[0]));
        Assert.Equal([138, 30.4, 54.6], cells.Take(3).Select(row => WidgetPage.Parse(row[4])).Select(steps => Math.Round(steps, steps > 100 ? 0 : 1)));
    }

    [BrowserFact]
    public async Task The_measured_ratio_of_gradient_descent_is_nineteen_over_twenty_one_at_every_step()
    {
        var page = await playground.At("#v=1&w=rates");
        await page.Full();
        foreach (var step in new[] { 1, 2, 7, 30, 60 })
        {
            await page.Step(step);
            Assert.Equal(19.0 / 21, await page.Number("Measured ratio"), 1e-12);
        }
    }

    [BrowserFact]
    public async Task On_the_worst_function_every_gap_lies_between_its_bounds()
    {
        var page = await playground.At("#v=1&w=rates&tab=worst");
        Assert.StartsWith("On 5 of 5 rows both gaps lie between the lower bound and their own.", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("0.003818", await page.Page.Locator(".tables table").Nth(1).Locator("tbody tr").Last.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_press_on_the_map_moves_the_point_and_the_regions_are_named()
    {
        var page = await playground.At("#v=1&w=rates");
        await page.Press("map", 0.15, 0.2);
        Assert.Equal("divergent", await page.Text("Region"));
        await page.Press("map", 0.1, 0.9);
        Assert.Equal("complex", await page.Text("Region"));
        await page.Press("map", 0.02, 0.01);
        Assert.Equal("real", await page.Text("Region"));
        Assert.Equal(0.98, await page.Number("Spectral radius"), 0.01);

        // The address follows half a second later; the next test must not find the old one.
        await page.Page.WaitForURLAsync("**b=0.0*");
    }

    [BrowserTheory]
    [InlineData("kappa=1")]
    [InlineData("kappa=100000&kind=nesterov&b=0.99&lr=1e-5")]
    [InlineData("kind=nesterov&b=0.9&lr=0.05&n=500")]
    [InlineData("lr=4&n=2000")]
    public async Task The_ends_of_the_ranges_are_drawn(string state)
    {
        var page = await playground.At($"#v=1&w=rates&{state}");
        Assert.Empty(page.Complaints);
        Assert.Equal(0, await page.Page.Locator("[role=alert]:not([hidden])").CountAsync());
        Assert.DoesNotContain("not a number", await page.Readout(), StringComparison.Ordinal);
    }
}
