namespace Descent.Playground.Tests;

/// <summary>Adam from the inside (W17).</summary>
[Collection(InTheBrowser.Name)]
public class AdamTests(Playground playground)
{
    [BrowserFact]
    public async Task Three_steps_are_those_of_the_hand_calculation()
    {
        var page = await playground.At("#v=1&w=adam");
        await page.Full();
        foreach (var (step, update) in new[] { (1, 0.001), (2, 0.000469), (3, 0.000669) })
        {
            await page.Step(step);
            Assert.Equal(update, await page.Number("Update"), 5e-7);
        }

        await page.Step(2);
        Assert.Equal(0.26, await page.Number("m"), 1e-12);
        await page.Step(3);
        Assert.Equal(8.66433, await page.Number("v̂"), 5e-6);
    }

    [BrowserTheory]
    [InlineData("1e-3")]
    [InlineData("1")]
    [InlineData("1e6")]
    public async Task The_first_step_is_the_learning_rate_whatever_the_gradient(string gradient)
    {
        var page = await playground.At($"#v=1&w=adam&g={gradient}&n=1");
        await page.Full();
        Assert.Equal(1, await page.Number("Update over η"), 2e-5);
    }

    [BrowserFact]
    public async Task A_gradient_as_small_as_epsilon_gives_half_a_step()
    {
        var page = await playground.At("#v=1&w=adam&g=1e-8&n=1");
        Assert.Equal(0.5, await page.Number("Update over η"), 1e-4);
    }

    [BrowserFact]
    public async Task No_gradient_is_no_step()
    {
        var page = await playground.At("#v=1&w=adam&g=0&n=3");
        Assert.Equal("0", await page.Text("Update"));
        Assert.DoesNotContain("not a number", await page.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task The_equations_are_shown_with_the_numbers_of_the_step()
    {
        var page = await playground.At("#v=1&w=adam&k=2");
        var row = page.Page.Locator(".tables tbody tr").First;
        Assert.Equal("m ← β₁m + (1 − β₁)g\t0.9 · 0.4 + 0.1 · −1\t0.26", (await row.InnerTextAsync()).Trim());
    }
}
