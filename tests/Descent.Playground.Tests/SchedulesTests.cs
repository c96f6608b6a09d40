namespace Descent.Playground.Tests;

/// <summary>The schedule visualiser (W25).</summary>
[Collection(InTheBrowser.Name)]
public class SchedulesTests(Playground playground)
{
    [BrowserFact]
    public async Task Cosine_with_warmup_has_the_values_of_the_text_and_decays_most_in_the_middle()
    {
        var page = await playground.At("#v=1&w=schedules&s=cosine&n=1000&wu=10&lr=0.001");
        foreach (var (step, rate) in new[] { (50, "5e-4"), (100, "0.001"), (325, "8.536e-4"), (550, "5e-4"), (775, "1.464e-4"), (1000, "0") })
        {
            await Update(page, step);
            Assert.Equal(WidgetPage.Parse(rate), await page.Number("Cosine"), 5e-8);
        }

        Assert.Equal(["14.6 %", "35.4 %", "35.4 %", "14.6 %"], (await Row(page, "Cosine"))[2..]);
    }

    [BrowserFact]
    public async Task Halfway_through_all_updates_is_not_halfway_through_the_cosine()
    {
        var page = await playground.At("#v=1&w=schedules&s=cosine&n=100000&wu=5&lr=0.001&k=50000");
        Assert.Equal(0.4737, await page.Number("Share of the part after warmup"), 5e-5);
        Assert.Equal(0.5, await page.Number("Share of all updates"));
        Assert.Equal(0.5413e-3, await page.Number("Cosine"), 5e-8);
    }

    [BrowserFact]
    public async Task The_inverse_square_root_crosses_the_cosine()
    {
        var page = await playground.At("#v=1&w=schedules&s=cosine,invsqrt&n=1000&wu=10");
        Assert.Contains("Cosine and Inverse square root cross at update 604.", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task The_raw_inverse_square_root_peaks_at_a_tenth()
    {
        var page = await playground.At("#v=1&w=schedules&s=noam&n=1000&wu=10&lr=1");
        Assert.Equal("0.1", (await Row(page, "Inverse square root, raw"))[0]);
    }

    [BrowserFact]
    public async Task Steps_fall_tenfold_at_30_and_60()
    {
        var page = await playground.At("#v=1&w=schedules&s=step&n=90&wu=0&lr=0.1");
        foreach (var (epoch, rate) in new[] { (29, "0.1"), (30, "0.01"), (59, "0.01"), (60, "0.001") })
        {
            await Update(page, epoch);
            Assert.Equal(rate, await page.Text("Step"));
        }
    }

    [BrowserFact]
    public async Task Every_kind_is_drawn_at_every_length()
    {
        foreach (var state in new[] { "n=10&wu=0", "n=10&wu=20", "n=1000&wu=10&min=0.1&ylog=1", "n=1000&wu=0&min=1" })
        {
            var page = await playground.At($"#v=1&w=schedules&s=constant,step,multistep,exponential,linear,polynomial,cosine,restarts,invsqrt,noam,wsd,triangular,triangular2,onecycle,plateau&{state}");
            Assert.False(await page.Page.Locator("[role=alert]").IsVisibleAsync(), await page.Page.Locator("[role=alert]").InnerTextAsync());
            Assert.Equal(15, await page.Page.Locator(".tables div:first-child tbody tr").CountAsync());
            Assert.DoesNotContain("not a number", await page.Readout(), StringComparison.Ordinal);
        }
    }

    private static async Task Update(WidgetPage page, int update)
    {
        await page.Page.Locator("input.scrub").EvaluateAsync("(range, step) => { range.value = step; range.dispatchEvent(new Event('input', { bubbles: true })); }", update);
        Assert.Equal(update, await page.Number("Update"));
    }

    private static async Task<string[]> Row(WidgetPage page, string name) =>
        [.. await page.Page.Locator(".tables tr", new() { Has = page.Page.GetByRole(Microsoft.Playwright.AriaRole.Rowheader, new() { Name = name, Exact = true }) }).Locator("td").AllInnerTextsAsync()];
}
