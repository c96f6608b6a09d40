using System.Globalization;
using System.Text;
using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>The hyper-parameter map (W34).</summary>
[Collection(InTheBrowser.Name)]
public class MapTests(Playground playground)
{
    [BrowserFact]
    public async Task The_best_cell_of_the_elliptical_bowl_is_where_theory_puts_it_and_what_is_unstable_ends_above_the_start()
    {
        var page = await playground.At("#v=1&w=map");
        Assert.InRange(await page.Number("Best rate"), 0.134 / Math.Pow(1000, 1.0 / 31), 0.134 * Math.Pow(1000, 1.0 / 31));
        Assert.Equal(0.403, await page.Number("Best momentum β"), 0.99 / 31);
        var start = await page.Number("Start");
        var rows = Encoding.UTF8.GetString(await page.Export("CSV")).Split("\r\n").Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.Equal(1024, rows.Length);
        Assert.All(rows.Where(row => 20 * row[0] > 1.05 * 2 * (1 + row[1])), row => Assert.True(row[2] > start, $"η {row[0]}, β {row[1]}: {row[2]}."));
    }

    [BrowserFact]
    public async Task A_press_on_a_cell_plays_its_run()
    {
        var page = await playground.At("#v=1&w=map&side=8&n=50");

        // The page's hook says where the ends of an axis are; on a logarithmic one the fourth of eight cells is at 0.717 of what lies evenly between them.
        await page.Press("map", 0.717, 0.5657);
        await page.Page.WaitForURLAsync("**cx=4*");
        await page.Page.WaitForFunctionAsync("() => document.querySelector('[data-name=Step]').textContent === '50'");
        Assert.Equal(0.01931, await page.Number("Learning rate"), 1e-5);
        Assert.Equal(0.5657, await page.Number("momentum β"), 1e-4);
        var (cell, loss) = (await page.Number("Cell"), await page.Number("Loss"));
        Assert.Equal(cell, loss);
        Assert.Contains("&cx=4&cy=5", page.Page.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_long_map_shows_how_far_it_is_and_can_be_cancelled()
    {
        var page = await playground.At("#v=1&w=arena");
        await page.Page.EvaluateAsync("location.hash = '#v=1&w=map&side=64&n=2000'");
        await Assertions.Expect(page.Page.GetByLabel("Progress")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync();
        await page.Settle();
        await Assertions.Expect(page.Page.GetByLabel("Progress")).ToBeHiddenAsync();
        Assert.DoesNotContain("4\u202f096 of", await page.Text("Runs made"), StringComparison.Ordinal);
    }

    [BrowserTheory]
    [InlineData("o=adam&y=beta2&side=6")]
    [InlineData("o=adamw&y=weight_decay&side=6&ls=rosenbrock&m=steps_to_threshold&th=1")]
    [InlineData("o=adam&y=warmup&side=6&noise=1")]
    [InlineData("ls=data2&y=batch_size&side=6")]
    public async Task Every_pair_is_drawn(string state)
    {
        var page = await playground.At($"#v=1&w=map&{state}");
        Assert.Empty(page.Complaints);
        Assert.Equal("36 of 36", await page.Text("Runs made"));
        Assert.Equal(0, await page.Page.Locator("[role=alert]:not([hidden])").CountAsync());
    }
}
