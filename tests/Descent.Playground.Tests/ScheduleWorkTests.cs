namespace Descent.Playground.Tests;

/// <summary>Schedules at work (W26).</summary>
[Collection(InTheBrowser.Name)]
public class ScheduleWorkTests(Playground playground)
{
    [BrowserFact]
    public async Task On_a_noisy_bowl_the_cosine_ends_ten_times_below_the_constant_rate()
    {
        var page = await playground.At("#v=1&w=schedulework");
        var (cosine, constant) = (await page.Number("Cosine, median"), await page.Number("Constant, median"));
        Assert.True(10 * cosine <= constant, $"{cosine} against {constant}.");
        Assert.StartsWith("Over 50 seeds ", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_network_is_trained_under_each_schedule()
    {
        var page = await playground.At("#v=1&w=schedulework&on=network&s=constant,cosine&n=300");
        Assert.Equal("300", await page.Text("Update"));
        Assert.Equal(2, await page.Page.Locator(".tables tbody tr").CountAsync());
        Assert.StartsWith("After 300 updates ", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }
}
