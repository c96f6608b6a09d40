namespace Descent.Playground.Tests;

/// <summary>Bias correction on and off (W18).</summary>
[Collection(InTheBrowser.Name)]
public class BiasTests(Playground playground)
{
    [BrowserFact]
    public async Task The_ratio_of_the_steps_has_the_marks_of_the_worked_example()
    {
        var page = await playground.At("#v=1&w=bias");
        foreach (var (step, ratio) in new[] { (1, 3.162), (12, 6.569), (50, 4.504), (1000, 1.258) })
        {
            await page.Step(step);
            Assert.Equal(ratio, await page.Number("Ratio of the steps"), 5e-4);
        }

        Assert.Equal("6.569 at step 12", await page.Text("Longest"));
        Assert.Equal("288", await page.Text("Below 2 from step"));
    }

    [BrowserTheory]
    [InlineData("Only m's", 0.1, 0.6513)]
    [InlineData("Only v's", 31.62, 10.02)]
    public async Task One_of_the_corrections_is_switched_off(string which, double first, double tenth)
    {
        var page = await playground.At("#v=1&w=bias");
        await page.Page.GetByLabel(which).CheckAsync();
        await page.Settle();
        await page.Step(1);
        Assert.Equal(first, await page.Number("Ratio of the steps"), 5e-4 * first);
        await page.Step(10);
        Assert.Equal(tenth, await page.Number("Ratio of the steps"), 5e-4 * tenth);
    }

    [BrowserFact]
    public async Task The_paths_on_the_landscape_part()
    {
        var page = await playground.At("#v=1&w=bias&k=1");
        var corrected = await page.Numbers("Corrected: θ");
        var uncorrected = await page.Numbers("Uncorrected: θ");
        Assert.Equal(0.1, corrected[0] + 9, 1e-4);
        Assert.Equal(0.3162, uncorrected[0] + 9, 1e-3);
    }
}
