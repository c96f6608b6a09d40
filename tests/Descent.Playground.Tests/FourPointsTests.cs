using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>The four-point table (W05).</summary>
[Collection(InTheBrowser.Name)]
public class FourPointsTests(Playground playground)
{
    [BrowserFact]
    public async Task The_steps_are_those_of_the_hand_calculation()
    {
        var page = await playground.At("#v=1&w=fourpoints&k=0");
        await page.Full();
        Assert.Equal(["−2", "−8", "−12", "−32"], (await page.Rows("Every point")).Select(row => row[^1]));
        await page.Step(1);
        Assert.Equal(1.07, await page.Number("θ, small batches"), 1e-12);
        Assert.Equal(1.135, await page.Number("θ, full batch"), 1e-12);
        Assert.Equal(-18.6, await page.Number("Its gradient"), 1e-12);
        await page.Step(2);
        Assert.Equal(1.256, await page.Number("θ, small batches"), 1e-12);
        Assert.Equal(1.24975, await page.Number("θ, full, 2 updates"), 1e-12);
        Assert.Equal("After 2 updates small batches stand at θ = 1.256; the full batch, after 2 updates, at 1.24975: small batches are nearer to the least-squares slope 1.9.", await page.Caption.InnerTextAsync());
    }

    [BrowserFact]
    public async Task With_equal_passes_the_full_batch_makes_one_update_and_two_are_shown_beside()
    {
        var page = await playground.At("#v=1&w=fourpoints&budget=epochs");
        Assert.Equal("1.135", await page.Text("θ, full batch"));
        Assert.Contains("the full batch, after 1 update, at 1.135", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("With as many updates the full batch would be at 1.24975: a pass gives small batches more of them (D07).", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task The_stale_gradient_is_a_switch_and_labelled_a_mistake()
    {
        var page = await playground.At("#v=1&w=fourpoints");
        await page.Page.GetByLabel("Common mistake: stale gradients").CheckAsync();
        await page.Settle();
        Assert.Equal("1.27", await page.Text("θ, small batches"));
        Assert.Equal("A mistake (D05): the gradient of batch 2, 4 is −20 because it was taken at the old θ = 1. Done right, update 2 takes it at θ = 1.07, where it is −18.6, and θ becomes 1.256, not 1.27.", await page.Caption.InnerTextAsync());
        Assert.Equal("warn", await page.Caption.GetAttributeAsync("data-tone"));
    }

    [BrowserFact]
    public async Task After_50_epochs_every_seed_is_near_the_least_squares_slope()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var page = await playground.At($"#v=1&w=fourpoints&m=shuffled&e=50&seed={seed}");
            Assert.Equal("100", await page.Text("Step"));
            Assert.InRange(await page.Number("θ, small batches"), 1.892, 1.913);
            var ends = (await page.Text("End, 30 seeds")).Split(" to ").Select(WidgetPage.Parse).ToArray();
            Assert.InRange(ends[0], 1.892, ends[1]);
            Assert.InRange(ends[1], ends[0], 1.913);
        }
    }

    [BrowserFact]
    public async Task Batches_are_edited_and_wrong_ones_are_refused_in_a_sentence()
    {
        var page = await playground.At("#v=1&w=fourpoints&k=1");
        await page.Page.GetByLabel("Points of each batch").FillAsync("4;1,2,3");
        await page.Settle();
        await page.Step(1);
        Assert.Equal("1, 2, 3", await page.Text("Next batch"));
        Assert.Equal(1.32, await page.Number("θ, small batches"), 1e-12);
        await page.Page.GetByLabel("Points of each batch").FillAsync("1,5");
        await page.Page.GetByRole(AriaRole.Alert).GetByText("The batches must be points from 1 to 4, as in 1,3;2,4 with at most 12 batches of 8, but were '1,5'.").WaitForAsync();
    }
}
