using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>A second browser beside the one of <see cref="InTheBrowser"/>: both cores have something to do.</summary>
[CollectionDefinition(Name)]
public class InAnotherBrowser : ICollectionFixture<Playground>
{
    public const string Name = "Another browser";
}

/// <summary>What is checked of every widget: widths, themes, accessibility, links, exports.</summary>
[Collection(InAnotherBrowser.Name)]
public class EveryWidgetTests(Playground playground)
{
    private const string Audit =
        """
        async options => (await axe.run(document, { resultTypes: ["violations"], ...options })).violations.filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => `${id}: ${nodes.map(node => `${node.html} (${node.any.map(check => check.message).join("; ")})`).join(", ")}`)
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();
    private static readonly string[] All = [.. ShellTests.States, "#v=1&c=2"];

    public static TheoryData<string> Widgets() => [.. ShellTests.States];

    public static TheoryData<string> Pages() => [.. All];

    [BrowserTheory]
    [MemberData(nameof(Pages))]
    public async Task It_fits_every_width_in_both_themes_without_a_complaint_and_the_audit_finds_nothing_serious(string state)
    {
        // It is opened as on a phone, and the window grows from there.
        var page = await playground.At(state, 360, 740);
        foreach (var width in new[] { 360, 768, 1440 })
        {
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.Become(width, width == 360 ? 740 : 900, scheme);
                Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth"));
                Assert.Empty(page.Complaints);
                if (width == 1440 || (width, scheme) == (360, ColorScheme.Light))
                {
                    await page.Screenshot($"{width}-{scheme}-{Array.IndexOf(All, state)}-{state.Split('&')[1].Replace('=', '-')}".ToLowerInvariant());
                }

                if (width == 1440)
                {
                    Assert.Empty(await Violations(page, scheme));
                }
            }
        }
    }

    /// <summary>All rules in the light theme; in the dark one, whose page is the same but for its colours, those about colours.</summary>
    private static async Task<string[]> Violations(WidgetPage page, ColorScheme scheme)
    {
        if (!await page.Page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await page.Page.EvaluateAsync(Axe);
        }

        return await page.Page.EvaluateAsync<string[]>(Audit, scheme == ColorScheme.Light ? new object() : new { runOnly = new[] { "color-contrast", "link-in-text-block" } });
    }

    [BrowserTheory]
    [MemberData(nameof(Widgets))]
    public async Task A_copied_link_shows_the_same_numbers_and_the_same_picture(string state)
    {
        var first = await playground.At(state + "&k=2");
        var stepBack = first.Page.GetByRole(AriaRole.Button, new() { Name = "Step back", Exact = true });
        var link = state;
        if (await stepBack.CountAsync() > 0)
        {
            await stepBack.ClickAsync();
            link = new Uri(first.Page.Url).Fragment;
            Assert.Contains("&k=1", link, StringComparison.Ordinal);
        }

        var second = await playground.Elsewhere(link);
        Assert.Equal(await first.Readout(), await second.Readout());
        foreach (var canvas in await first.Page.Locator("figure:not([hidden]) canvas").AllAsync())
        {
            var view = (await canvas.GetAttributeAsync("id"))!["view-".Length..];
            Assert.Equal(await first.Hash(view), await second.Hash(view));
        }
    }

    [BrowserTheory]
    [MemberData(nameof(Widgets))]
    public async Task Exports_read_back(string state)
    {
        var page = await playground.Elsewhere(state);
        await page.Full();
        var title = await page.Page.Locator("h1").InnerTextAsync();
        if (await page.Page.GetByRole(AriaRole.Button, new() { Name = "SVG", Exact = true }).CountAsync() > 0)
        {
            var svg = XDocument.Parse(Encoding.UTF8.GetString(await page.Export("SVG")));
            Assert.Equal(title, svg.Root!.Element(XName.Get("title", "http://www.w3.org/2000/svg"))!.Value);
            Assert.True(svg.Descendants().Count(element => element.Name.LocalName is "path" or "circle" or "text") > 10);
            Assert.Equal([0x89, 0x50, 0x4E, 0x47], (await page.Export("PNG"))[..4]);
        }

        using var json = JsonDocument.Parse(await page.Export("JSON"));
        Assert.Equal(JsonValueKind.Object, json.RootElement.GetProperty("request").ValueKind);
        if (await page.Page.GetByRole(AriaRole.Button, new() { Name = "C#", Exact = true }).CountAsync() > 0)
        {
            Assert.Contains("using Descent", Encoding.UTF8.GetString(await page.Export("C#")), StringComparison.Ordinal);
        }

        var csv = Encoding.UTF8.GetString(await page.Export("CSV")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(csv, line => Assert.Equal(Cells(csv[0]), Cells(line)));
        if (state.Contains("w=explorer", StringComparison.Ordinal))
        {
            var (columns, last) = (csv[0].Split(','), csv[^1].Split(','));
            Assert.Equal(await page.Number("Loss"), WidgetPage.Parse(last[Array.IndexOf(columns, "loss")]));
            Assert.Equal(await page.Number("‖g‖"), WidgetPage.Parse(last[Array.IndexOf(columns, "gradient_norm")]));
        }
    }

    /// <summary>How many cells a line of RFC 4180 has: a comma within quotes separates nothing.</summary>
    private static int Cells(string line) => 1 + line.Split('"').Where((_, i) => i % 2 == 0).Sum(outside => outside.Count(letter => letter == ','));
}
