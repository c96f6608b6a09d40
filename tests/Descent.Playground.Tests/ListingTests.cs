using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Descent.Landscapes.Listings;
using Descent.Landscapes.Runs;
using Descent.Optimizers;
using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>Code to copy (W44). That the listings compile, run and agree with the library is tested beside what makes them.</summary>
[Collection(InTheBrowser.Name)]
public class ListingTests(Playground playground)
{
    [BrowserFact]
    public async Task The_copy_button_gives_the_exact_text()
    {
        var page = await playground.At("#v=1&w=code&o=lion&lang=rust&s=warmup-cosine");
        var expected = MethodListings.Answer(new() { Optimizer = "lion", LearningRate = 1e-4, Schedule = "warmup-cosine" }).FromScratch.Single(each => each.Language == "rust").Text;
        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }).ClickAsync();
        await page.Page.GetByText("The listing is copied.").First.WaitForAsync();
        Assert.Equal(expected, await page.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        Assert.Equal(expected, await Listing(page));
        await page.Page.Context.ClearPermissionsAsync();
    }

    [BrowserFact]
    public async Task The_page_lists_what_is_compiled_and_run_by_the_tests()
    {
        var page = await playground.At("#v=1&w=code");
        foreach (var optimizer in Catalogue.All.Select(entry => entry.Name).Append("sgd(momentum=0.9, nesterov=true)"))
        {
            var theirs = await page.Ask("listings", new { optimizer, clip = "norm", accumulate = true, schedule = "one-cycle" });
            using var ours = JsonDocument.Parse(SiteFunctions.Call("listings", JsonSerializer.Serialize(new { optimizer, clip = "norm", accumulate = true, schedule = "one-cycle" })).Json);
            Assert.Equal(Texts(ours.RootElement), Texts(theirs));
        }
    }

    [BrowserTheory]
    [InlineData("adam", 0.001, "")]
    [InlineData("sgd(momentum=0.9)", 0.01, "cosine")]
    [InlineData("lion", 0.0001, "cyclical")]
    public async Task What_it_says_is_printed_is_what_the_library_finds(string optimizer, double rate, string schedule)
    {
        var page = await playground.At($"#v=1&w=code&o={Uri.EscapeDataString(optimizer)}{(schedule.Length > 0 ? $"&s={schedule}" : "")}&clip=norm&acc=1");
        var expected = MethodListings.Answer(new() { Optimizer = optimizer, LearningRate = rate, Schedule = schedule.Length > 0 ? schedule : "constant", Clip = ListedClipping.Norm, Accumulate = true }).Printed!;
        var said = Regex.Match(await page.Caption.InnerTextAsync(), @"It prints: x = (\S+), y = (\S+), loss = (\S+)\.$").Groups.Values.Skip(1).Select(group => double.Parse(group.Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.All(expected.Zip(said), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(3, said.Length);
    }

    [BrowserFact]
    public async Task Tabs_turn_by_keys_and_say_why_a_method_is_not_written_from_scratch()
    {
        var page = await playground.At("#v=1&w=code&o=adafactor");
        await page.Page.GetByRole(AriaRole.Tab, new() { Selected = true }).FocusAsync();
        foreach (var language in new[] { "C#", "Python", "Julia", "Rust" })
        {
            await page.Page.Keyboard.PressAsync("ArrowRight");
            Assert.Equal(language, await page.Page.GetByRole(AriaRole.Tab, new() { Selected = true }).InnerTextAsync());
            Assert.StartsWith("Adafactor is not listed from scratch", await Listing(page), StringComparison.Ordinal);
        }

        await page.Go("#v=1&w=code&o=adan&lang=julia");
        Assert.Contains("for t in 1:1000", await Listing(page), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_range_test_prints_its_suggestion()
    {
        var page = await playground.At("#v=1&w=code&o=sgd&what=range&lang=python");
        var test = RangeTest.Of(new() { Run = new() { Landscape = new() { Id = "kappabowl", Constants = new() { ["b"] = 2 } }, Start = [3, -2], Optimizers = [new() { Optimizer = "sgd" }] }, Low = 1e-4, High = 10, Count = 200 });
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"It prints: suggestion = {test.Suggestion}, blow-up = {test.BlowUp}."), await page.Caption.InnerTextAsync());
        Assert.Contains("suggestion", await Listing(page), StringComparison.Ordinal);
    }

    private static string?[] Texts(JsonElement reply) =>
        [reply.GetProperty("library").GetString(), reply.GetProperty("words").GetString(), .. reply.GetProperty("from_scratch").EnumerateArray().Select(each => each.GetProperty("text").GetString())];

    private static async Task<string> Listing(WidgetPage page) => await page.Page.Locator("[data-role=listing]").TextContentAsync() ?? "";
}
