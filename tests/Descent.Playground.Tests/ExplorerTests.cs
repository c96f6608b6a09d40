namespace Descent.Playground.Tests;

/// <summary>The landscape explorer (W01).</summary>
[Collection(InTheBrowser.Name)]
public class ExplorerTests(Playground playground)
{
    [BrowserFact]
    public async Task The_parabola_at_a_rate_of_one_tenth_takes_the_steps_of_the_hand_calculation()
    {
        var page = await playground.At("#v=1&w=explorer&lr=0.1&n=5");
        double[] expected = [0, 0.6, 1.08, 1.464, 1.7712, 2.01696];
        await page.Full();
        for (var step = 0; step < expected.Length; step++)
        {
            await page.Step(step);
            Assert.Equal(expected[step], await page.Number("x"), 1e-12);
        }

        Assert.Equal("0.966", (await page.Number("Loss")).ToString("F3", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("3.11", (await page.Number("Steps to halve the distance")).ToString("F2", System.Globalization.CultureInfo.InvariantCulture));
    }

    [BrowserFact]
    public async Task A_rate_of_one_half_is_there_after_one_step()
    {
        var page = await playground.At("#v=1&w=explorer&lr=0.5&k=1");
        Assert.Equal("3", await page.Text("x"));
        Assert.Equal("converged", await page.Status());
    }

    [BrowserFact]
    public async Task A_rate_above_the_limit_diverges()
    {
        var page = await playground.At("#v=1&w=explorer&lr=1.1&n=10");
        foreach (var (step, loss) in new[] { (0, "9"), (1, "12.96"), (2, "18.66") })
        {
            await page.Step(step);
            Assert.Equal(loss, await page.Text("Loss"));
        }

        await page.Step(3);
        Assert.Equal("diverged", await page.Status());
        Assert.Equal("1", await page.Text("Stable below"));
        Assert.StartsWith("Diverged at step 3: the loss grew from 9 to 26.87. The nearest minimum is stable below η = 1; this run uses 1.1.", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_rate_at_the_limit_oscillates()
    {
        var page = await playground.At("#v=1&w=explorer&lr=1&n=20");
        for (var step = 0; step <= 20; step++)
        {
            await page.Step(step);
            Assert.Equal(step % 2 == 0 ? "0" : "6", await page.Text("x"));
        }

        Assert.Equal("oscillating", await page.Status());
    }

    [BrowserFact]
    public async Task A_tiny_rate_crawls()
    {
        var page = await playground.At("#v=1&w=explorer&lr=0.001&n=1000");
        await page.Step(100);
        Assert.Equal(0.544, await page.Number("x"), 5e-4);
        await page.Step(1000);
        Assert.Equal(2.595, await page.Number("x"), 5e-4);
    }

    [BrowserFact]
    public async Task On_a_saddle_it_stalls()
    {
        var page = await playground.At("#v=1&w=explorer&ls=saddle&p0=-2,0&n=200");
        Assert.Equal("stalled at a saddle/flat point", await page.Status());
    }

    [BrowserFact]
    public async Task In_the_ravine_a_rate_above_the_limit_diverges()
    {
        var page = await playground.At("#v=1&w=explorer&ls=ravine&lr=0.03&n=200");
        Assert.Equal("diverged", await page.Status());
        Assert.Equal(0.0222, await page.Number("Stable below"), 5e-5);
    }

    [BrowserFact]
    public async Task The_start_is_moved_by_a_press_by_keys_and_by_typing()
    {
        var page = await playground.At("#v=1&w=explorer&ls=bowl");
        await page.Press("map", 2, -1);
        await page.Step(0);
        var start = await page.Numbers("θ");
        Assert.Equal(2, start[0], 0.05);
        Assert.Equal(-1, start[1], 0.05);
        await page.Page.Locator("#view-map").FocusAsync();
        await page.Page.Keyboard.PressAsync("Shift+ArrowRight");
        await page.Settle();
        await page.Step(0);
        Assert.Equal(start[0] + 0.5, (await page.Numbers("θ"))[0], 1e-3);
        await page.Page.GetByLabel("Start, x").FillAsync("-3e0");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Settle();
        await page.Step(0);
        Assert.Equal(-3, (await page.Numbers("θ"))[0]);
    }

    [BrowserFact]
    public async Task The_relief_turns()
    {
        var page = await playground.At("#v=1&w=explorer&ls=himmelblau&lr=0.01&view=relief");
        var before = await page.Hash("relief");
        await page.Page.Locator("#view-relief").FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Settle();
        Assert.NotEqual(before, await page.Hash("relief"));
        await page.Page.Locator("#view-relief").DblClickAsync();
        await page.Settle();
        Assert.Equal(before, await page.Hash("relief"));
    }
}
