namespace Descent.Playground.Tests;

/// <summary>Effective rate over time (W15).</summary>
[Collection(InTheBrowser.Name)]
public class EffectiveTests(Playground playground)
{
    [BrowserFact]
    public async Task The_texts_gradients_give_the_rates_of_the_worked_example()
    {
        var page = await playground.At("#v=1&w=effective");
        foreach (var (step, adagrad, rmsprop) in new[] { (1, 0.0333, 0.1054), (2, 0.0256, 0.0835), (3, 0.0208, 0.0694), (4, 0.0175, 0.0595) })
        {
            await page.Step(step);
            Assert.Equal(adagrad, await page.Number("AdaGrad: rate"), 5e-5);
            Assert.Equal(rmsprop, await page.Number("RMSProp: rate"), 5e-5);
        }
    }

    [BrowserFact]
    public async Task After_10000_steps_one_sum_has_grown_and_the_other_cycles()
    {
        var page = await playground.At("#v=1&w=effective&n=10000");
        await page.Full();
        Assert.Equal("10000", await page.Text("Step"));
        Assert.Equal(81_750, await page.Number("AdaGrad: G"), 1e-3);
        Assert.Equal("8.07 to 8.30", await page.Text("RMSProp's G, last 16 steps"));
    }

    [BrowserTheory]
    [InlineData("1e-3")]
    [InlineData("1")]
    [InlineData("1e3")]
    public async Task Under_a_constant_gradient_of_any_size_AdaGrads_hundredth_step_is_a_tenth_of_the_rate(string size)
    {
        var page = await playground.At($"#v=1&w=effective&s=constant&g={size}");
        await page.Step(100);
        Assert.Equal(0.1 / 10, await page.Number("AdaGrad: step"), 1e-6);
    }

    [BrowserFact]
    public async Task Before_the_first_spike_there_is_no_history()
    {
        var page = await playground.At("#v=1&w=effective&s=spike&k=3");
        Assert.Equal("no history", await page.Text("AdaGrad: rate"));
        Assert.DoesNotContain("not a number", await page.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        await page.Step(50);
        Assert.Equal("0.03333", await page.Text("AdaGrad: rate"));
    }

    [BrowserFact]
    public async Task A_long_run_is_given_up_when_something_else_is_asked()
    {
        var page = await playground.At("#v=1&w=effective");
        await page.Page.EvaluateAsync("() => { location.hash = '#v=1&w=effective&n=1000000'; }");
        await page.Page.WaitForFunctionAsync("() => document.querySelector('.stage[aria-busy=true]')");
        page = await playground.At("#v=1&w=effective&n=150");
        Assert.Equal("150", await page.Text("Step"));
        Assert.Empty(page.Complaints);
    }
}
