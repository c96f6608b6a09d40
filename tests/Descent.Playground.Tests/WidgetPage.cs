using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>A page of the playground, as a person uses it: by labels, and by the numbers that it shows.</summary>
internal sealed class WidgetPage : IAsyncDisposable
{
    private const string Ready = "() => document.querySelector('main h1') && !document.querySelector('.loading') && !document.querySelector('[aria-busy=true]') && (document.querySelector('[data-role=readout] dt') || document.querySelector('.cards') || document.querySelector('[role=alert]:not([hidden])'))";
    private readonly string address;

    public WidgetPage(IPage page, string address)
    {
        (Page, this.address) = (page, address);
        page.SetDefaultTimeout(60_000);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complaints.Add($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => Complaints.Add($"uncaught: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                Complaints.Add($"request to {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors, warnings, and requests beyond the origin.</summary>
    public List<string> Complaints { get; } = [];

    public ILocator Caption => Page.Locator("#caption");

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();

    /// <summary>Shows a state, and waits for what it computes.</summary>
    public async Task Go(string state)
    {
        Complaints.Clear();
        if (Page.Url.StartsWith(address, StringComparison.Ordinal))
        {
            await Page.EvaluateAsync("state => { if (location.hash !== state) location.hash = state; }", state);
            await Page.WaitForFunctionAsync("() => new Promise(done => setTimeout(() => done(true), 30))");
        }
        else
        {
            await Page.GotoAsync(address + state);
        }

        await Settle();
    }

    /// <summary>Another width, height or theme of the page as it is; waits until it is drawn.</summary>
    public async Task Become(int width, int height, ColorScheme scheme)
    {
        await Page.SetViewportSizeAsync(width, height);
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))");
        await Settle();
    }

    /// <summary>Waits until nothing is computed.</summary>
    public async Task Settle() => await Page.WaitForFunctionAsync(Ready);

    /// <summary>As <see cref="Settle"/>, by a person who cancels what is long.</summary>
    public async Task SettleImpatiently() => await Page.WaitForFunctionAsync($"() => {{ document.querySelector('.progress:not([hidden]) button')?.click(); return ({Ready})(); }}");

    public async Task<string> Text(string name) => await Page.Locator($"[data-role=readout] dd[data-name=\"{name}\"]").InnerTextAsync();

    /// <summary>A number of the readout, as it is shown.</summary>
    public async Task<double> Number(string name) => Parse(await Text(name));

    public async Task<double[]> Numbers(string name) => [.. (await Text(name)).Trim('(', ')').Split(", ").Select(Parse)];

    public async Task<string> Status() => await Text("Status");

    /// <summary>The cells of the table whose title begins so, row by row.</summary>
    public async Task<string[][]> Rows(string title)
    {
        var rows = Page.Locator(".tables table").Filter(new() { Has = Page.Locator("caption", new() { HasText = title }) }).Locator("tbody tr");
        return [.. (await rows.EvaluateAllAsync<string[][]>("rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"))];
    }

    /// <summary>Moves the scrub to a step.</summary>
    public async Task Step(int step)
    {
        await Page.GetByLabel("Step", new() { Exact = true }).And(Page.Locator("input[type=range]")).EvaluateAsync("(range, step) => { range.value = step; range.dispatchEvent(new Event('input', { bubbles: true })); }", step);
        Assert.Equal(step.ToString(CultureInfo.InvariantCulture), await Text("Step"));
    }

    public async Task Full() => await Page.GetByLabel("full digits").CheckAsync();

    /// <summary>Types into the box beside a slider.</summary>
    public async Task Type(string label, string value)
    {
        var box = Page.GetByLabel($"{label}, as a number");
        await box.FillAsync(value);
        await box.PressAsync("Enter");
        await box.BlurAsync();
        await Settle();
    }

    /// <summary>Presses in a picture, at a place in the units of the data.</summary>
    public async Task Press(string view, double x, double y)
    {
        var canvas = Page.Locator($"#view-{view}");
        await canvas.ScrollIntoViewIfNeededAsync();
        var (px, py) = (Pixel(await canvas.GetAttributeAsync("data-x"), x), Pixel(await canvas.GetAttributeAsync("data-y"), y));
        await canvas.ClickAsync(new() { Position = new() { X = (float)px + 1, Y = (float)py + 1 } });
        await Settle();
    }

    /// <summary>Everything that the readout says.</summary>
    public async Task<string> Readout() => await Page.Locator("[data-role=readout]").InnerTextAsync();

    /// <summary>A hash over what a canvas shows.</summary>
    public async Task<string> Hash(string view) => await Page.Locator($"#view-{view}").EvaluateAsync<string>(
        "async canvas => [...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canvas.toDataURL())))].map(byte => byte.toString(16).padStart(2, '0')).join('')");

    /// <summary>Presses an export button and returns the file.</summary>
    public async Task<byte[]> Export(string kind)
    {
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Group, new() { Name = "Export" }).GetByRole(AriaRole.Button, new() { Name = kind, Exact = true }).ClickAsync());
        return await File.ReadAllBytesAsync(await download.PathAsync());
    }

    /// <summary>Asks the library in the page's worker: the answer's JSON, with arrays of numbers as numbers.</summary>
    public async Task<JsonElement> Ask(string function, object request) => await Page.EvaluateAsync<JsonElement>(
        "async ([name, request]) => { const { ask } = await import('./js/library.js'); return JSON.parse(JSON.stringify(await ask(name, JSON.parse(request)), (_, value) => value instanceof Float64Array ? [...value].map(String) : value)); }",
        new object[] { function, JsonSerializer.Serialize(request) });

    public async Task Screenshot(string name) => await Page.ScreenshotAsync(new() { Path = Path.Combine(Playground.Artifacts, $"{name}.png"), FullPage = true });

    public static double Parse(string text) => text.Trim() switch
    {
        "∞" => double.PositiveInfinity,
        "−∞" => double.NegativeInfinity,
        var plain => double.Parse(plain.Replace('−', '-').Replace(" ", "", StringComparison.Ordinal), CultureInfo.InvariantCulture),
    };

    private static double Pixel(string? map, double value)
    {
        var parts = map!.Split(',').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return parts[2] + ((value - parts[0]) / (parts[1] - parts[0]) * (parts[3] - parts[2]));
    }
}
