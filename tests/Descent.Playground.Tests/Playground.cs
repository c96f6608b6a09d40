using Descent.Cli.Playground;
using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>All browser tests share one browser, one server and, unless they ask for their own, one page, whose runtime starts once.</summary>
[CollectionDefinition(Name)]
public class InTheBrowser : ICollectionFixture<Playground>
{
    public const string Name = "Browser";
}

/// <summary>The site, served; a browser; and the shared page.</summary>
public sealed class Playground : IAsyncLifetime, IDisposable
{
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"];

    private readonly CancellationTokenSource stop = new();
    private SiteServer? server;
    private Task serving = Task.CompletedTask;
    private IPlaywright? playwright;
    private IBrowser? browser;
    private WidgetPage? shared;
    private WidgetPage? other;

    /// <summary>Where screenshots go: a folder that git ignores.</summary>
    public static string Artifacts { get; } = Directory.CreateDirectory(Path.Combine(TestSupport.Golden.Root, "artifacts", "playground")).FullName;

    public string Address => server!.Address;

    private IBrowser Browser => browser ?? throw new InvalidOperationException("There is no browser.");

    public async Task InitializeAsync()
    {
        server = SiteServer.Start(PlaygroundSite.Open());
        serving = server.RunAsync(stop.Token);
        if (Chromium.Reason is not null)
        {
            return;
        }

        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium.Path ?? throw new InvalidOperationException("Chromium is not installed; in CI these tests must run: apt-get install chromium."),
            Args = Arguments,
        });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        await stop.CancelAsync();
        await serving;
        Dispose();
    }

    public void Dispose()
    {
        server?.Dispose();
        stop.Dispose();
    }

    /// <summary>The shared page, at a state; a runtime that has started once serves many tests.</summary>
    internal async Task<WidgetPage> At(string state, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        shared ??= await Fresh();
        return await Show(shared, state, width, height, scheme);
    }

    /// <summary>Another page with a runtime of its own, in a browser that writes numbers as in German.</summary>
    internal async Task<WidgetPage> Elsewhere(string state)
    {
        other ??= await Fresh(locale: "de-DE");
        return await Show(other, state, 1440, 900, ColorScheme.Light);
    }

    private static async Task<WidgetPage> Show(WidgetPage page, string state, int width, int height, ColorScheme scheme)
    {
        // A page behind another one is drawn once a second.
        await page.Page.BringToFrontAsync();
        await page.Page.SetViewportSizeAsync(width, height);
        await page.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await page.Page.Mouse.MoveAsync(0, 0);
        await page.Go(state);
        return page;
    }

    /// <summary>A page of its own, with nothing kept from others.</summary>
    internal async Task<WidgetPage> Fresh(string? locale = null, string? address = null)
    {
        var context = await Browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = 1440, Height = 900 },
            ColorScheme = ColorScheme.Light,
            Locale = locale,
            AcceptDownloads = true,
        });
        return new WidgetPage(await context.NewPageAsync(), address ?? Address);
    }
}
