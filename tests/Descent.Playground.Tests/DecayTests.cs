namespace Descent.Playground.Tests;

/// <summary>Adam with L2 against AdamW (W20).</summary>
[Collection(InTheBrowser.Name)]
public class DecayTests(Playground playground)
{
    [BrowserFact]
    public async Task One_late_step_is_that_of_the_worked_example()
    {
        var page = await playground.At("#v=1&w=decay");
        Assert.Equal(
            [["Adam + L2", "2.5", "4", "0.001", "0.00025", "0.005 %", "4.99875"], ["AdamW", "2", "4", "0.001", "0.0005", "0.01 %", "4.9985"]],
            await page.Rows("One late step"));
        await page.Page.GetByLabel("self-consistent").CheckAsync();
        await page.Settle();
        var rows = await page.Rows("One late step");
        Assert.Equal(["Adam + L2", "2.5", "6.25", "0.001", "0", "0 %", "4.999"], rows[0]);
        Assert.Equal("0.01 %", rows[1][5]);
        Assert.Contains("L2's decay has vanished (D20)", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task AdamW_decays_weights_of_any_gradient_alike_and_L2_does_not()
    {
        foreach (var (size, l2) in new[] { ("0.1", "2.437"), ("1", "3.806"), ("10", "4.851") })
        {
            var page = await playground.At($"#v=1&w=decay&s1={size}&s2={(size == "10" ? "1" : "10")}");
            Assert.Equal(l2, await page.Text($"Adam + L2, gradients ±{size}"));
            Assert.Equal("3.703", await page.Text($"AdamW, gradients ±{size}"));
            Assert.Equal("3.704", await page.Text("Pure decay"));
        }
    }

    [BrowserFact]
    public async Task Under_SGD_both_ways_are_the_same()
    {
        var page = await playground.At("#v=1&w=decay&lr=0.01&lam=0.01");
        Assert.Equal("0.9999", await page.Text("SGD's factor per step, L2"));
        Assert.Equal("0.9999", await page.Text("SGD's factor, decoupled"));
        Assert.InRange(await page.Number("SGD: largest difference"), 0, 1e-12);
        Assert.Equal(await page.Text("SGD + L2, gradients ±10"), await page.Text("SGDW, gradients ±10"));
    }
}
