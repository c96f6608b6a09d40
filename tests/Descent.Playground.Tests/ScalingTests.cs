namespace Descent.Playground.Tests;

/// <summary>Feature scaling (W41).</summary>
[Collection(InTheBrowser.Name)]
public class ScalingTests(Playground playground)
{
    [BrowserTheory]
    [InlineData("raw", 5.84e10, 0.01e10, 2.35e-10, 0.005e-10)]
    [InlineData("scaled", 30.7, 0.05, 0.516, 0.0005)]
    public async Task The_condition_number_and_the_largest_stable_rate_are_those_of_the_example(string features, double condition, double near, double rate, double close)
    {
        var page = await playground.At($"#v=1&w=scaling&as={features}");
        Assert.Equal(condition, await page.Number("Condition number"), near);
        Assert.Equal(rate, await page.Number("Stable below"), close);
        Assert.Empty(page.Complaints);
        Assert.Equal(0, await page.Page.Locator("[role=alert]:not([hidden])").CountAsync());
    }
}
