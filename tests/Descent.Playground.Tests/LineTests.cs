namespace Descent.Playground.Tests;

/// <summary>Line fit y = wx + b (W21).</summary>
[Collection(InTheBrowser.Name)]
public class LineTests(Playground playground)
{
    [BrowserTheory]
    [InlineData("mse", 9.91, -13.6, -5.8, 0.636, 0.158, 7.845)]
    [InlineData("half", 4.955, -6.8, -2.9, 0.568, 0.129, 4.424)]
    public async Task The_first_step_is_that_of_the_hand_calculation(string loss, double before, double ofW, double ofB, double w, double b, double after)
    {
        var page = await playground.At($"#v=1&w=line&loss={loss}&k=0");
        Assert.Equal(before, await page.Number("Loss"), 1e-9);
        Assert.Equal(ofW, await page.Number("Gradient of w"), 1e-9);
        Assert.Equal(ofB, await page.Number("Gradient of b"), 1e-9);
        await page.Step(1);
        Assert.Equal(w, await page.Number("w"), 1e-9);
        Assert.Equal(b, await page.Number("b"), 1e-9);
        Assert.Equal(after, await page.Number("Loss"), 5e-4);
        Assert.Equal(["1", "1", "2", "0.6", "−1.4"], (await page.Rows("Update 1"))[0][..5]);
    }

    [BrowserFact]
    public async Task A_point_is_dragged_and_the_fit_follows()
    {
        var page = await playground.At("#v=1&w=line");
        await page.Press("points", 3, 2);
        await page.Page.WaitForURLAsync("**ys=2,4,*");
        var rows = await page.Rows("Update 1");
        Assert.Equal(2, WidgetPage.Parse(rows[2][2]), 0.1);
    }
}
