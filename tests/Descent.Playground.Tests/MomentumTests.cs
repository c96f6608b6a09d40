namespace Descent.Playground.Tests;

/// <summary>SGD and momentum side by side (W09).</summary>
[Collection(InTheBrowser.Name)]
public class MomentumTests(Playground playground)
{
    [BrowserFact]
    public async Task In_the_ravine_the_signs_flip_and_momentum_arrives_first()
    {
        var page = await playground.At("#v=1&w=momentum");
        Assert.Equal("3.956", await page.Text("SGD: loss"));
        Assert.Equal("0.0856", await page.Text("Momentum: loss"));
        Assert.Contains("A loss of 0.001 takes Momentum 73 steps and SGD 1094 steps.", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(["1094 steps", "73 steps"], (await page.Rows("After 60 steps")).Select(row => row[3]));
        foreach (var (step, x) in new[] { (1, -0.8), (2, 0.64), (3, -0.512) })
        {
            await page.Step(step);
            Assert.Equal(x, (await page.Numbers("SGD: θ"))[0], 1e-9);
        }
    }

    [BrowserFact]
    public async Task Without_momentum_both_pictures_are_the_same()
    {
        var page = await playground.At("#v=1&w=momentum&b=0&nest=1");
        var marker = await page.Numbers("SGD: θ");
        Assert.Equal(marker, await page.Numbers("Momentum: θ"));
        Assert.Equal(await page.Text("SGD: loss"), await page.Text("Momentum: loss"));
        Assert.Equal(await page.Text("SGD: loss"), await page.Text("Nesterov: loss"));
    }

    [BrowserFact]
    public async Task The_averaging_form_at_ten_times_the_rate_is_the_accumulating_one()
    {
        var page = await playground.At("#v=1&w=momentum");
        await page.Full();
        var accumulating = await page.Numbers("Momentum: θ");
        page = await playground.At("#v=1&w=momentum&form=averaging&lr=0.2");
        await page.Full();
        var averaging = await page.Numbers("Momentum: θ");
        Assert.All(accumulating.Zip(averaging), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.InRange(await page.Number("Largest difference from v ← βv + g at η = 0.02"), 0, 1e-13);
    }

    [BrowserFact]
    public async Task Nesterov_diverges_and_the_reason_is_said()
    {
        var page = await playground.At("#v=1&w=momentum&nest=1");
        Assert.Equal("diverged", await page.Text("Nesterov: status"));
        Assert.Equal("ηλ = 1.8 > 1.357", await page.Text("Nesterov: stability"));
        Assert.Contains("Nesterov diverged at step 3: ηλ = 1.8 > 1.357.", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task The_start_moves_in_all_pictures()
    {
        var page = await playground.At("#v=1&w=momentum");
        await page.Press("momentum", 0.5, 4);
        await page.Step(0);
        Assert.Equal(await page.Numbers("SGD: θ"), await page.Numbers("Momentum: θ"));
        Assert.Equal(4, (await page.Numbers("SGD: θ"))[1], 0.2);
    }
}
