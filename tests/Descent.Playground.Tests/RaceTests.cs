using Descent.TestSupport;
using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>The race of a text reproduced (W30).</summary>
[Collection(InTheBrowser.Name)]
public class TextRaceTests(Playground playground)
{
    [BrowserFact]
    public async Task As_printed_it_ends_at_the_printed_losses()
    {
        var page = await playground.At("#v=1&w=textrace");
        Assert.Equal(["0.01153", "0.005442", "8.006e-4"], [await page.Text("Loss of SGD"), await page.Text("Loss of Momentum"), Short(await page.Number("Loss of Adam"))]);
        Assert.Contains("SGD multiplies x by 0.96 and y by 0.2 in every step", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task At_its_best_rate_SGD_ends_below_the_best_of_Adam()
    {
        var page = await playground.At("#v=1&w=textrace&mode=best");
        Assert.Equal(4.064e-7, await page.Number("Loss of SGD"), 5e-11);
        Assert.Equal(4.2e-6, await page.Number("Loss of Adam"), 5e-8);
        Assert.StartsWith("Each at its best rate, from the lowest final loss: SGD", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Three_listings_have_the_rates_on_screen()
    {
        var page = await playground.At("#v=1&w=textrace");
        await page.Page.GetByText("The race in Python, Julia and Rust").ClickAsync();
        foreach (var language in new[] { "Python", "Julia", "Rust" })
        {
            var listing = await page.Page.GetByLabel($"The race in {language}").InnerTextAsync();
            Assert.All(new[] { "0.04", "0.018", "0.6" }, rate => Assert.Contains(rate, listing, StringComparison.Ordinal));
        }
    }

    [BrowserFact("python")]
    public Task The_listing_in_Python_prints_the_losses() => Prints("Python");

    [BrowserFact("julia")]
    public Task The_listing_in_Julia_prints_the_losses() => Prints("Julia");

    [BrowserFact("rust")]
    public Task The_listing_in_Rust_prints_the_losses() => Prints("Rust");

    private async Task Prints(string language)
    {
        var page = await playground.At("#v=1&w=textrace");
        var listing = await page.Page.GetByLabel($"The race in {language}").TextContentAsync();
        var lines = OtherLanguages.Run(language.ToLowerInvariant(), [listing!])[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([1.153e-2, 5.442e-3, 8.006e-4], lines.Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static string Short(double value) => value.ToString("0.000e-0", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Rosenbrock's path (W31).</summary>
[Collection(InTheBrowser.Name)]
public class RosenbrockTests(Playground playground)
{
    [BrowserFact]
    public async Task Plain_descent_follows_the_worked_path()
    {
        var page = await playground.At("#v=1&w=rosenbrock&k=1");
        Assert.Equal("(−0.9844, 1.088)", await page.Text("θ"));
        foreach (var (step, loss) in new[] { (2, "4.118"), (10, "4.092") })
        {
            await page.Step(step);
            Assert.Equal(loss, await page.Text("Loss"));
        }

        await page.Full();
        Assert.Equal(4.0925, await page.Number("Loss"), 5e-5);
        await page.Step(2);
        Assert.Equal(4.1178, await page.Number("Loss"), 5e-5);
        await page.Step(2000);
        Assert.Equal(0.0782, await page.Number("Loss"), 5e-5);
    }

    [BrowserFact]
    public async Task Adam_takes_its_own_rate_and_arrives_lower()
    {
        var page = await playground.At("#v=1&w=rosenbrock&m=adam&k=100");
        await page.Full();
        Assert.Equal(0.01, await page.Number("Learning rate"));
        Assert.Equal(4.1785, await page.Number("Loss"), 5e-5);
        await page.Step(2000);
        Assert.Equal(0.0463, await page.Number("Loss"), 5e-5);
    }

    [BrowserFact]
    public async Task Too_long_a_step_is_said_to_diverge_and_the_walls_can_be_lowered()
    {
        var page = await playground.At("#v=1&w=rosenbrock&lr=0.01");
        Assert.Contains("diverges", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
        await page.Type("Steepness b of the walls", "1");
        Assert.Contains("on the valley's floor", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }
}

/// <summary>Saddle side by side (W32).</summary>
[Collection(InTheBrowser.Name)]
public class SaddlesTests(Playground playground)
{
    [BrowserFact]
    public async Task A_hair_beside_the_axis_everyone_leaves_in_its_own_time()
    {
        var page = await playground.At("#v=1&w=saddles&o=sgd,momentum,nesterov,rmsprop,adam,lion");
        Assert.Equal(
            ["SGD 698", "Momentum 140", "Nesterov 132", "RMSProp 72", "Adam 77", "Lion 100"],
            (await Rows(page)).Select(row => $"{row[0]} {row[1]}"));
        Assert.StartsWith("RMSProp leaves first from y₀ = 0.000001, at step 72", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task On_the_axis_all_stall_and_a_little_noise_frees_them()
    {
        const string All = "#v=1&w=saddles&y0=0&o=sgd,momentum,nesterov,rmsprop,adam,adagrad,lion";
        var page = await playground.At(All);
        Assert.All(await Rows(page), row => Assert.Equal("stalled on the axis", row[2]));
        Assert.StartsWith("No method can leave the axis without noise", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
        await page.Go($"{All}&noise=0.01");
        Assert.All(await Rows(page), row => Assert.InRange(int.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture), 1, 1500));
    }

    [BrowserFact]
    public async Task The_two_panes_are_SGD_and_momentum_and_others_can_be_added()
    {
        var page = await playground.At("#v=1&w=saddles");
        Assert.Equal(["view-sgd", "view-momentum", "view-away"], await page.Page.Locator("figure:not([hidden]) canvas").EvaluateAllAsync<string[]>("all => all.map(each => each.id)"));
        await page.Page.GetByRole(AriaRole.Checkbox, new() { Name = "Adam" }).CheckAsync();
        await page.Settle();
        Assert.True(await page.Page.Locator("#view-adam").IsVisibleAsync());
    }

    private static async Task<string[][]> Rows(WidgetPage page) => [.. (await page.Page.Locator(".tables tbody tr").AllInnerTextsAsync()).Select(row => row.Split('\t').Select(cell => cell.Trim()).ToArray())];
}
