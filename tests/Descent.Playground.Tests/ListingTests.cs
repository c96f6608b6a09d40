using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Descent.Landscapes.Runs;
using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>Code to copy (W44): every C# listing is compiled in this assembly, runs, and agrees with the library.</summary>
[Collection(InTheBrowser.Name)]
public class ListingTests(Playground playground)
{
    private static readonly (string Id, string Title, string Text, double Rate)[] Methods =
    [
        ("sgd", "SGD", "sgd", 0.05),
        ("momentum", "Momentum", "sgd(momentum=0.9)", 0.01),
        ("nesterov", "Nesterov", "sgd(momentum=0.9, nesterov=true)", 0.01),
        ("adagrad", "AdaGrad", "adagrad", 1),
        ("rmsprop", "RMSProp", "rmsprop", 0.1),
        ("adam", "Adam", "adam", 0.3),
        ("adamw", "AdamW", "adamw", 0.3),
        ("lion", "Lion", "lion", 0.1),
    ];

    private static readonly (string Suffix, string State)[] Variants = [("", ""), ("Scheduled", "&s=1&clip=1"), ("Accumulated", "&acc=1")];

    [Fact]
    public void Listings_run_print_what_they_find_and_agree_with_the_library()
    {
        foreach (var (_, title, text, rate) in Methods)
        {
            foreach (var (suffix, _) in Variants)
            {
                var (library, printed) = Run(title, "Library" + suffix);
                var (scratch, printedFromScratch) = Run(title, "FromScratch" + suffix);
                var run = Runner.Run(new RunRequest
                {
                    Landscape = new() { Id = "kappabowl" },
                    Start = [-9, -4],
                    Steps = 100,
                    Budget = Budget.Updates,
                    LearningRate = rate,
                    Optimizers = [new() { Optimizer = text }],
                    Schedule = suffix == "Scheduled" ? string.Create(CultureInfo.InvariantCulture, $"warmup(10) then cosine({rate}..0, 90)") : null,
                    ClipNorm = suffix == "Scheduled" ? 1 : null,
                }).Entries[0].Trajectory;
                var expected = run.PointAt(100).ToArray();
                foreach (var found in new[] { library, scratch })
                {
                    var largest = expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second) / Math.Max(1, Math.Abs(pair.First)));
                    Assert.True(largest <= 1e-12, $"{title} {suffix}: the largest difference is {largest:E2}.");
                }

                Assert.Equal(library, Numbers(printed)[..2]);
                Assert.Equal(scratch, Numbers(printedFromScratch)[..2]);
                Assert.Equal(run.Loss[100], Numbers(printed)[2], 1e-12 * Math.Max(1, run.Loss[100]));
            }
        }
    }

    [BrowserFact]
    public async Task The_page_lists_what_is_compiled_here_and_says_what_it_prints()
    {
        var page = await playground.At("#v=1&w=code");
        foreach (var (id, title, _, _) in Methods)
        {
            var lines = await File.ReadAllLinesAsync(Path.Combine(TestSupport.Golden.Root, "tests", "Descent.Playground.Tests", "Listings", $"{title}Listings.cs"));
            foreach (var (suffix, state) in Variants)
            {
                foreach (var (kind, language) in new[] { ("Library", "library"), ("FromScratch", "csharp") })
                {
                    await page.Go($"#v=1&w=code&o={id}&lang={language}{state}");
                    var method = Array.FindIndex(lines, line => line.EndsWith($" {kind}{suffix}()", StringComparison.Ordinal));
                    var from = Array.FindIndex(lines, method, line => line.Trim() == "// <code>") + 1;
                    var to = Array.FindIndex(lines, from, line => line.Trim() == "// </code>");
                    var compiled = lines[from..to].Select(line => line.Length > 8 ? line[8..] : "");
                    var listed = (await Listing(page)).TrimEnd().Split('\n').Where(line => !line.StartsWith("using ", StringComparison.Ordinal));
                    Assert.Equal(compiled, listed);
                }

                var shown = Regex.Match(await page.Caption.InnerTextAsync(), @"x = (\S+), y = (\S+), loss = (\S+)\.$");
                var (library, _) = Run(title, "Library" + suffix);
                double[] caption = [WidgetPage.Parse(shown.Groups[1].Value), WidgetPage.Parse(shown.Groups[2].Value)];
                Assert.Equal(library, caption);
            }
        }
    }

    [BrowserFact]
    public async Task The_copy_button_gives_the_exact_text()
    {
        var page = await playground.At("#v=1&w=code&o=lion&lang=rust&s=1");
        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Copy", Exact = true }).ClickAsync();
        await page.Page.GetByText("The listing is copied.").First.WaitForAsync();
        var copied = await page.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.Equal(await Listing(page), copied);
        Assert.StartsWith("// Lion (Chen et al. 2023), from scratch: 100 steps", copied, StringComparison.Ordinal);
        await page.Page.Context.ClearPermissionsAsync();
    }

    [BrowserTheory]
    [InlineData("python", "import math")]
    [InlineData("julia", "for t in 1:100")]
    [InlineData("rust", "fn main() {")]
    public async Task Every_method_has_its_listing_in_every_language(string language, string part)
    {
        var page = await playground.At("#v=1&w=code");
        foreach (var (id, title, _, _) in Methods)
        {
            await page.Go($"#v=1&w=code&o={id}&lang={language}&s=1&clip=1");
            var listing = await Listing(page);
            Assert.Contains(part, listing, StringComparison.Ordinal);
            Assert.Contains(title, listing, StringComparison.Ordinal);
        }

        await page.Go($"#v=1&w=code&o=adan&lang={language}");
        Assert.StartsWith("// Adan is not written from scratch here. One step, as the library prints it from the rule that runs:", await Listing(page), StringComparison.Ordinal);
        Assert.True((await Listing(page)).Split('\n').Length > 4);
    }

    private static async Task<string> Listing(WidgetPage page) => await page.Page.Locator("[data-role=listing]").TextContentAsync() ?? "";

    private static (double[] Theta, string Printed) Run(string title, string name)
    {
        var type = typeof(ListingTests).Assembly.GetType($"Descent.Playground.Tests.Listings.{title}Listings", throwOnError: true)!;
        var console = Console.Out;
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Console.SetOut(output);
        try
        {
            return ((double[])type.GetMethod(name, BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null)!, output.ToString());
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    private static double[] Numbers(string printed) => [.. Regex.Matches(printed, @"= (\S+?)(,|\s|$)").Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
}
