using System.Text.Json;
using Descent.Optimizers;

namespace Descent.Playground.Tests;

/// <summary>Everything of the library that a run may use is in the site, also after trimming.</summary>
[Collection(InTheBrowser.Name)]
public class EveryMethodTests(Playground playground)
{
    [BrowserFact]
    public async Task Every_method_runs_in_the_browser_as_on_the_desktop()
    {
        var page = await playground.Elsewhere("#v=1&w=explorer");
        foreach (var names in Catalogue.All.Select(entry => entry.Name).Chunk(16))
        {
            await Compare(page, new { landscape = new { id = "kappabowl" }, learning_rate = 0.001, steps = 5, budget = "updates", optimizers = names.Select(name => new { optimizer = name }) });
        }
    }

    [BrowserTheory]
    [InlineData("""{"clip_norm":1}""")]
    [InlineData("""{"clip_value":0.5}""")]
    [InlineData("""{"landscape":{"id":"data2"},"batches":{"size":1,"accumulate":3}}""")]
    [InlineData("""{"optimizers":[{"optimizer":"adam","state":{"v":[4,4]},"correction":"mean"}]}""")]
    public async Task What_is_around_a_method_works_too(string request) =>
        await Compare(await playground.Elsewhere("#v=1&w=explorer"), JsonSerializer.Deserialize<JsonElement>(request));

    private static async Task Compare(WidgetPage page, object request)
    {
        var browser = await page.Ask("run", request);
        using var desktop = JsonDocument.Parse(SiteFunctions.Call("run", JsonSerializer.Serialize(request)).Json);
        foreach (var (theirs, ours) in browser.GetProperty("entries").EnumerateArray().Zip(desktop.RootElement.GetProperty("entries").EnumerateArray()))
        {
            Assert.Equal(ours.GetProperty("label").GetString(), theirs.GetProperty("label").GetString());
            Assert.Equal(ours.GetProperty("final_loss").GetDouble(), theirs.GetProperty("final_loss").GetDouble(), 1e-9);
        }
    }
}
