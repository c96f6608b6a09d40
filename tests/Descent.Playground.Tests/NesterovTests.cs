namespace Descent.Playground.Tests;

/// <summary>Nesterov's look-ahead (W12).</summary>
[Collection(InTheBrowser.Name)]
public class NesterovTests(Playground playground)
{
    [BrowserFact]
    public async Task On_the_parabola_it_overshoots_less_and_rests_earlier()
    {
        var page = await playground.At("#v=1&w=nesterov");
        Assert.Equal("7.226", await page.Text("Momentum: highest x"));
        Assert.Equal("5.482", await page.Text("Nesterov: highest x"));
        Assert.Equal("120", await page.Text("Momentum: within 0.01 for good"));
        Assert.Equal("62", await page.Text("Nesterov: within 0.01 for good"));
    }

    [BrowserTheory]
    [InlineData("0.9", "10", "10")]
    [InlineData("0.99", "12", "100")]
    public async Task The_time_to_turn_is_shown_beside_the_memory(string beta, string steps, string memory)
    {
        var page = await playground.At($"#v=1&w=nesterov&p0=0&lr=0.01&b={beta}");
        Assert.Equal(steps, await page.Text("Momentum: reversal"));
        Assert.Equal(memory, await page.Text("Memory 1/(1 − β)"));
        Assert.Contains($"momentum turns after {steps} steps; 1/(1 − β) is {memory} (D13).", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task The_ghost_is_ahead_by_rate_times_momentum_times_velocity()
    {
        var page = await playground.At("#v=1&w=nesterov&k=3");
        await page.Full();
        var (own, ghost) = (await page.Number("Nesterov: θ"), await page.Number("Ghost: θ − ηβv"));
        await page.Step(2);
        // The velocity of step 3 is what the point moved by, over η.
        Assert.Equal(own + (0.9 * (own - await page.Number("Nesterov: θ"))), ghost, 1e-9);
    }
}
