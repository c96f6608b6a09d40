using Descent.Landscapes.Interface;
using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>Custom formulas (W47).</summary>
[Collection(InTheBrowser.Name)]
public class CustomFormulaTests(Playground playground)
{
    [BrowserFact]
    public async Task The_sum_of_squares_is_the_bowl_bit_for_bit()
    {
        var page = await playground.Elsewhere("#v=1&w=formula&f=x^2%2By^2&p0=-4,3");
        var formula = await page.Ask("grid", new { landscape = new { formula = "x^2+y^2", box = new[] { -5, 5, -5, 5 } }, columns = 57, rows = 43, gradients = true });
        var bowl = await page.Ask("grid", new { landscape = new { id = "bowl" }, columns = 57, rows = 43, gradients = true });
        foreach (var part in new[] { "values", "gradients" })
        {
            Assert.Equal(57 * 43 * (part == "values" ? 1 : 2), bowl.GetProperty(part).GetProperty("values").GetArrayLength());
            Assert.Equal(bowl.GetProperty(part).GetProperty("values").ToString(), formula.GetProperty(part).GetProperty("values").ToString());
        }

        await page.Full();
        Assert.Equal(("25", "(−8, 6)", "(2, 0)"), (await page.Text("Value there"), await page.Text("Gradient there"), await page.Text("Hessian, row 1")));
        Assert.StartsWith("x² + y²: It is smooth and defined everywhere.", await page.Caption.InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserTheory]
    [InlineData("1/0", "The formula is not understood at column 2: '1/0' has no finite value.")]
    [InlineData("x + sqrt(-1)", "The formula is not understood at column 5: 'sqrt(-1)' has no finite value.")]
    [InlineData("x^2 + foo", "The formula is not understood at column 7: there is no 'foo'")]
    [InlineData("x^2 + (y", "The formula is not understood at column 7: this '(' is not closed.")]
    [InlineData("alert(1)", "The formula is not understood at column 1: there is no 'alert'")]
    [InlineData("", "The formula is not understood at column 1: ")]
    public async Task A_mistake_is_a_sentence_with_its_column_and_the_last_picture_stays(string formula, string sentence)
    {
        var page = await playground.At("#v=1&w=formula");
        var before = await page.Hash("map");
        await page.Page.GetByLabel("Formula", new() { Exact = true }).FillAsync(formula);
        await page.Settle();
        var error = page.Page.GetByRole(AriaRole.Alert);
        Assert.StartsWith(sentence, await error.InnerTextAsync(), StringComparison.Ordinal);
        if (formula.Length > 0)
        {
            Assert.Equal(sentence.Split("column ")[1].Split(':')[0], (1 + (await error.Locator("pre").TextContentAsync())!.Split('\n')[1].IndexOf('^', StringComparison.Ordinal)).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.Equal(before, await page.Hash("map"));
        await page.Page.GetByLabel("Formula", new() { Exact = true }).FillAsync("x^2 - y^2");
        await page.Settle();
        Assert.False(await error.IsVisibleAsync());
        Assert.Equal("x^2 - y^2", await page.Text("Read as"));
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task Kinks_and_places_without_a_value_are_named()
    {
        var page = await playground.At("#v=1&w=formula&f=abs(x)%2B1/y");
        var rows = page.Page.GetByRole(AriaRole.Region, new() { Name = "Where it is not smooth, or not defined" }).Locator("tbody tr");
        Assert.Equal(["1\tabs(x) has a kink where its argument is 0; the slope there is taken to be 0.", "9\t1/y is not defined where the divisor is 0."], await rows.AllInnerTextsAsync());
    }

    [BrowserFact]
    public async Task The_gradient_on_the_screen_is_the_librarys()
    {
        var page = await playground.At("#v=1&w=formula&f=sin(3x)*exp(y)&p0=0.4,-0.3");
        await page.Full();
        var reply = System.Text.Json.JsonDocument.Parse(Functions.Call("formula", """{"formula":"sin(3x)*exp(y)","point":[0.4,-0.3],"box":[-5,5,-5,5]}""").Json).RootElement;
        var shown = await page.Numbers("Gradient there");
        Assert.All(shown.Zip(reply.GetProperty("gradient").EnumerateArray().Select(part => part.GetDouble())), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        Assert.True(await page.Number("Largest difference to central differences") < 1e-6);
    }

    [BrowserFact]
    public async Task A_formula_of_x_alone_is_a_curve()
    {
        var page = await playground.At("#v=1&w=formula");
        await page.Page.GetByLabel("Or take one of these").SelectOptionAsync("sin(3x) + 0.1x^2");
        await page.Settle();
        Assert.True(await page.Page.Locator("#view-curve").IsVisibleAsync());
        Assert.Equal("sin(3x) + 0.1x^2", await page.Page.GetByLabel("Formula", new() { Exact = true }).InputValueAsync());
        await page.Press("curve", -1, 0);
        Assert.Equal(-1, await page.Number("Point"), 0.02);
    }
}
