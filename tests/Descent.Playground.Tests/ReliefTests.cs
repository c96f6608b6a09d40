using System.Globalization;

namespace Descent.Playground.Tests;

/// <summary>The landscape in relief (W33).</summary>
[Collection(InTheBrowser.Name)]
public class ReliefTests(Playground playground)
{
    private const string State = "#v=1&w=relief&ls=himmelblau&n=50";

    [BrowserFact]
    public async Task A_drag_turns_it_and_a_double_click_brings_it_back()
    {
        var page = await playground.At(State);
        var before = await page.Hash("relief");
        await Drag(page, 100, 30);
        Assert.Equal((-15, 44), (await page.Number("Azimuth"), await page.Number("Height")));
        Assert.NotEqual(before, await page.Hash("relief"));
        await page.Page.Locator("#view-relief").DblClickAsync();
        Assert.Equal((35, 32, 1), (await page.Number("Azimuth"), await page.Number("Height"), await page.Number("Zoom")));
        Assert.Equal(before, await page.Hash("relief"));
    }

    [BrowserFact]
    public async Task The_wheel_two_fingers_and_keys_come_closer()
    {
        var page = await playground.At(State);
        var canvas = page.Page.Locator("#view-relief");
        await canvas.HoverAsync();
        await page.Page.Mouse.WheelAsync(0, -100);
        await page.Page.WaitForFunctionAsync("() => document.querySelector('[data-name=Zoom]').textContent === '1.1'");
        await page.Page.Locator("h1").ClickAsync();
        await page.Page.Keyboard.PressAsync("-");
        Assert.Equal(1, await page.Number("Zoom"));
        await canvas.EvaluateAsync(
            """
            canvas => {
              const { left, top } = canvas.getBoundingClientRect();
              const finger = (type, id, x) => canvas.dispatchEvent(new PointerEvent(type, { pointerId: id, button: 0, clientX: left + x, clientY: top + 100, bubbles: true }));
              canvas.setPointerCapture = () => {};
              finger("pointerdown", 11, 200); finger("pointerdown", 12, 300); finger("pointermove", 12, 400); finger("pointerup", 12, 400); finger("pointerup", 11, 200);
            }
            """);
        Assert.Equal(2, await page.Number("Zoom"));
        await canvas.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Page.Keyboard.PressAsync("ArrowUp");
        Assert.Equal((38, 35), (await page.Number("Azimuth"), await page.Number("Height")));
        await page.Page.Keyboard.PressAsync("0");
        Assert.Equal((35, 32, 1), (await page.Number("Azimuth"), await page.Number("Height"), await page.Number("Zoom")));
    }

    [BrowserFact]
    public async Task The_camera_is_in_the_address_and_nothing_is_computed_to_turn_it()
    {
        var page = await playground.At(State);
        await page.Page.EvaluateAsync("() => { window.asked = 0; const post = Worker.prototype.postMessage; Worker.prototype.postMessage = function (...all) { window.asked++; return post.apply(this, all); }; }");
        await Drag(page, -60, 0);
        await page.Page.WaitForURLAsync("**turn=65*");
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => window.asked"));
        var hash = await page.Hash("relief");
        var other = await playground.Elsewhere(new Uri(page.Page.Url).Fragment);
        Assert.Equal(65, await other.Number("Azimuth"));
        Assert.Equal(hash, await other.Hash("relief"));
    }

    [BrowserFact]
    public async Task Heights_floor_and_trails_are_drawn()
    {
        var page = await playground.At(State);
        var seen = new HashSet<string> { await page.Hash("relief") };
        foreach (var choice in new[] { "Linear", "By contour" })
        {
            await page.Page.GetByLabel(choice, new() { Exact = true }).CheckAsync(new() { Force = true });
            Assert.True(seen.Add(await page.Hash("relief")), choice);
        }

        await page.Page.GetByLabel("Contours and shadows below").UncheckAsync();
        Assert.True(seen.Add(await page.Hash("relief")), "floor");
        await page.Step(3);
        Assert.True(seen.Add(await page.Hash("relief")), "trails");
        Assert.Equal(3, await page.Page.Locator("tr[data-run]").CountAsync());
    }

    [BrowserFact]
    public async Task The_picture_that_is_saved_is_the_one_that_is_seen()
    {
        // At two pixels per pixel a canvas has what a PNG has.
        var context = await (await playground.At(State)).Page.Context.Browser!.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 }, DeviceScaleFactor = 2, AcceptDownloads = true });
        await using var page = new WidgetPage(await context.NewPageAsync(), playground.Address);
        await page.Go(State + "&turn=-40&tilt=50&zoom=1.3");
        var png = Convert.ToBase64String(await page.Export("PNG"));
        var different = await page.Page.EvaluateAsync<double>(
            """
            async png => {
              const canvas = document.getElementById("view-relief");
              const image = new Image();
              image.src = `data:image/png;base64,${png}`;
              await image.decode();
              const copy = new OffscreenCanvas(image.width, image.height).getContext("2d");
              copy.drawImage(image, 0, 0);
              const saved = copy.getImageData(0, 2 * 68, canvas.width, canvas.height).data;
              const seen = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
              let different = 0;
              for (let i = 0; i < seen.length; i++) if (Math.abs(seen[i] - saved[i]) > 8) different++;
              return different / seen.length;
            }
            """,
            png);
        Assert.True(different < 0.002, string.Create(CultureInfo.InvariantCulture, $"{different:P2} of the picture differ, allowed 0.2 %."));
    }

    [BrowserFact]
    public async Task It_needs_no_WebGL_and_the_contour_map_is_a_press_away()
    {
        await using var page = await playground.Fresh();
        await page.Page.AddInitScriptAsync("window.kinds = []; const get = HTMLCanvasElement.prototype.getContext; HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { window.kinds.push(kind); return kind === '2d' ? get.call(this, kind, ...rest) : null; };");
        await page.Go(State);
        Assert.Equal("2d", string.Join(' ', (await page.Page.EvaluateAsync<string[]>("() => window.kinds")).Distinct()));
        Assert.True(await page.Page.Locator("#view-relief").IsVisibleAsync());
        await page.Page.GetByLabel("Contours", new() { Exact = true }).CheckAsync(new() { Force = true });
        Assert.True(await page.Page.Locator("#view-map").IsVisibleAsync());
        Assert.False(await page.Page.Locator("#view-relief").IsVisibleAsync());
        Assert.StartsWith("Contour map. SGD at (3, 2)", await page.Page.Locator("#view-map").GetAttributeAsync("aria-label") ?? "", StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    private static async Task Drag(WidgetPage page, int dx, int dy)
    {
        var canvas = page.Page.Locator("#view-relief");
        await canvas.ScrollIntoViewIfNeededAsync();
        var place = (await canvas.BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(place.X + 300, place.Y + 150);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(place.X + 300 + dx, place.Y + 150 + dy);
        await page.Page.Mouse.UpAsync();
    }
}
