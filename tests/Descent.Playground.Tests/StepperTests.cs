using System.Text.Json;
using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>The hand-calculation stepper (W45).</summary>
[Collection(InTheBrowser.Name)]
public class StepperTests(Playground playground)
{
    [BrowserFact]
    public async Task All_calculations_load_and_end_in_a_verdict()
    {
        var page = await playground.At("#v=1&w=stepper");
        var index = JsonDocument.Parse(SiteFunctions.Call("calculations", "{}").Json).RootElement;
        foreach (var calculation in index.GetProperty("calculations").EnumerateArray())
        {
            page.Complaints.Clear();
            await page.Go($"#v=1&w=stepper&e={calculation.GetProperty("id").GetString()}&k=999");
            Assert.Equal(calculation.GetProperty("title").GetString(), await page.Page.Locator(".sheet h2").InnerTextAsync());
            var text = string.Join('\n', await page.Page.Locator(".lines li, .given, .readout").AllInnerTextsAsync());
            Assert.False(text.Contains("NaN", StringComparison.Ordinal) || text.Contains("undefined", StringComparison.Ordinal) || text.Contains("not a number", StringComparison.Ordinal) || text.Contains('⟦', StringComparison.Ordinal), text);
            Assert.Empty(page.Complaints);
            var lines = await page.Page.Locator(".lines li").CountAsync();
            Assert.Equal($"{lines} of {lines}", await page.Text("Line"));
        }
    }

    [BrowserFact]
    public async Task All_43_printed_slips_are_reached_and_explained_and_the_right_figure_is_shown()
    {
        var page = await playground.At("#v=1&w=stepper");
        var index = JsonDocument.Parse(SiteFunctions.Call("calculations", "{}").Json).RootElement.GetProperty("misprints").EnumerateArray().ToArray();
        Assert.Equal(43, index.Length);
        foreach (var slip in index)
        {
            var id = slip.GetProperty("id").GetString();
            await page.Page.GetByLabel("Go to a printed slip").SelectOptionAsync(id!);
            await page.Settle();
            var card = page.Page.Locator($"[data-slip={id}]");
            Assert.Contains(slip.GetProperty("claim").GetString()!, await card.InnerTextAsync(), StringComparison.Ordinal);
            Assert.Equal(3, await card.Locator("dd").CountAsync());
        }
    }

    [BrowserFact]
    public async Task A_wrong_printed_figure_is_flagged_beside_the_right_one()
    {
        var page = await playground.At("#v=1&w=stepper&d=D05");
        Assert.Equal(["−18.6", "−20.0", "wrong, see D05"], [await page.Text("Value"), await page.Text("Printed"), await page.Text("Verdict")]);
        Assert.StartsWith("The text prints −20.0 here, but g₁ = −18.6.", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("warn", await page.Caption.GetAttributeAsync("data-tone"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Next line" }).ClickAsync();
        Assert.Equal(["1.256", "1.27"], [await page.Text("Value"), await page.Text("Printed")]);
    }

    [BrowserFact]
    public async Task Lines_have_their_numbers_put_in()
    {
        var page = await playground.At("#v=1&w=stepper&e=gd-parabola-eta-0.1&k=4");
        Assert.StartsWith("x₁ = x₀ − η · g₀ = 0 − 0.1 · (−6) = 0.6", await page.Page.Locator(".lines li.now").InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Predict_first_asks_before_it_shows()
    {
        var page = await playground.At("#v=1&w=stepper&e=gd-parabola-eta-0.1&predict=1&k=4");
        Assert.Equal("?", await page.Text("Value"));
        var box = page.Page.GetByLabel("Your number for x₁");
        await box.FillAsync("0.5");
        await box.PressAsync("Enter");
        Assert.Contains("it is larger", await page.Page.Locator(".question [role=status]").InnerTextAsync(), StringComparison.Ordinal);
        await box.FillAsync("0.6");
        await box.PressAsync("Enter");
        Assert.Equal("Right: x₁ = 0.6.", await page.Page.Locator(".said").InnerTextAsync());
        Assert.Equal("0.6", await page.Text("Value"));
        await page.Go("#v=1&w=stepper&d=D01&predict=1");
        await page.Page.GetByLabel("Your number for f₅").FillAsync("0.967");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        Assert.StartsWith("That is what the text prints, and it is wrong.", await page.Page.Locator(".said").InnerTextAsync(), StringComparison.Ordinal);
    }
}
