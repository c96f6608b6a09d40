using System.Globalization;
using System.Text.Json;
using Descent.Numerics;
using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>What all widgets share: address, transport, export, keyboard, themes, widths, faults.</summary>
[Collection(InTheBrowser.Name)]
public class ShellTests(Playground playground)
{
    internal static readonly string[] States =
    [
        "#v=1&w=explorer",
        "#v=1&w=explorer&ls=himmelblau&lr=0.01",
        "#v=1&w=arena",
        "#v=1&w=schedules",
        "#v=1&w=code&lang=python",
        "#v=1&w=adam",
        "#v=1&w=relief",
        "#v=1&w=formula&f=abs(x)%2By^2",
        "#v=1&w=fourpoints",
        "#v=1&w=momentum&nest=1",
        "#v=1&w=momentumtable",
        "#v=1&w=perparameter",
        "#v=1&w=effective",
        "#v=1&w=bias",
        "#v=1&w=decay",
        "#v=1&w=network&n=100",
        "#v=1&w=map&side=12",
        "#v=1&w=rangetest",
        "#v=1&w=noisefloor",
        "#v=1&w=rates",
        "#v=1&w=vanishing",
        "#v=1&w=scaling",
        "#v=1&w=sharpflat&n=500",
        "#v=1&w=schedulework&seeds=5",
        "#v=1&w=nesterov",
        "#v=1&w=memory",
        "#v=1&w=quartic",
        "#v=1&w=line",
        "#v=1&w=arrows",
        "#v=1&w=epsilon",
        "#v=1&w=clipping",
        "#v=1&w=accumulation",
        "#v=1&w=stepper&d=D01",
        "#v=1&w=textrace",
        "#v=1&w=rosenbrock",
        "#v=1&w=saddles",
        "#v=1&w=quizzes",
        "#v=1&w=family",
        "#v=1&w=decision&at=transformer",
        "#v=1&w=tables",
        "#v=1&w=ideas",
        "#v=1&w=state",
        "#v=1&w=batchsize",
        "#v=1&w=highdimensions&count=1000",
    ];

    [BrowserFact]
    public async Task Back_and_forward_restore_states()
    {
        var page = await playground.At("#v=1&w=explorer&lr=0.2");
        await page.Type("Learning rate η", "0.4");
        await page.Page.WaitForURLAsync("**lr=0.4*");
        await page.Page.GoBackAsync();
        await page.Page.WaitForFunctionAsync("() => document.querySelector('[data-name=\"Learning rate\"]').textContent === '0.2'");
        await page.Page.GoForwardAsync();
        await page.Page.WaitForFunctionAsync("() => document.querySelector('[data-name=\"Learning rate\"]').textContent === '0.4'");
    }

    [BrowserFact]
    public async Task Unknown_and_wrong_parts_of_a_link_are_put_right_and_said()
    {
        var page = await playground.At("#v=1&w=explorer&lr=7&colour=red");
        var notices = await page.Page.Locator(".notice").AllInnerTextsAsync();
        Assert.Contains(notices, notice => notice.StartsWith("Learning rate η must be from 0.001 to 1.5, but was 7; 1.5 is used.", StringComparison.Ordinal));
        Assert.Contains(notices, notice => notice.StartsWith("The link has a part that this page does not know: colour; ignored.", StringComparison.Ordinal));
        Assert.Equal("1.5", await page.Text("Learning rate"));
    }

    [BrowserFact]
    public async Task Random_links_never_break_the_page()
    {
        var page = await playground.At("#v=1&w=explorer");
        var random = new SeededRandom(5);
        var fields = await page.Page.EvaluateAsync<Dictionary<string, Dictionary<string, string[]>>>(
            """
            async () => {
              const [{ chapters }, { catalogue }, raw] = await Promise.all([import("./js/chapters.js"), import("./js/model.js"), fetch("catalog.json").then(answer => answer.json())]);
              const built = chapters.flatMap(chapter => chapter.widgets).filter(entry => entry.load);
              const fieldsOf = async entry => (await entry.load()).default.fields(catalogue(raw)).map(field => [field.key, (field.choices ?? []).map(([value]) => value)]);
              return Object.fromEntries(await Promise.all(built.map(async entry => [entry.id, Object.fromEntries(await fieldsOf(entry))])));
            }
            """);
        var pages = fields.Keys.Order(StringComparer.Ordinal).ToArray();
        string[] keys = ["w", "k", "speed", "full", "v", "zz", "ls", "lr", "p0", "n", "o"];
        string[] values = ["explorer", "arena", "schedules", "nothing", "bowl", "ravine", "saddle", "beale", "rastrigin", "0", "1", "-1", "1e9", "1e-9", "NaN", "Infinity", "0.01", "0.3", "1,2", "-3,1e-6", "1,,2", "adam", "sgd(momentum=0.9),lion", "sgd(momentum=2)", "adam(beta1=", "%", "%zz", "cosine,step", "relief", "custom", "x^2-y", "1/x", "sqrt(x)+abs(y)", "log", "own", "<b>", "2000", "50", "", "loss", "distance", "🙂", "x".PadLeft(300, 'x')];
        var count = Environment.GetEnvironmentVariable("DESCENT_LONG_TESTS") == "1" ? 500 : 60;
        for (var i = 0; i < count; i++)
        {
            var widget = pages[(i + random.NextInt32(2)) % pages.Length];
            var state = "#v=1&w=" + widget;
            for (var part = random.NextInt32(6); part >= 0; part--)
            {
                var own = fields[widget].OrderBy(field => field.Key, StringComparer.Ordinal).ElementAtOrDefault(random.NextInt32(Math.Max(1, fields[widget].Count)));
                var (key, choices) = own.Key is null || random.NextInt32(4) == 0 ? (keys[random.NextInt32(keys.Length)], []) : (own.Key, own.Value);
                state += $"&{key}={(choices.Length > 0 && random.NextInt32(2) == 0 ? choices[random.NextInt32(choices.Length)] : values[random.NextInt32(values.Length)])}";
            }

            page.Complaints.Clear();
            await page.Page.EvaluateAsync("state => { location.hash = state; }", state);
            await page.Page.WaitForFunctionAsync("() => new Promise(done => setTimeout(() => done(true), 20))");
            try
            {
                await page.SettleImpatiently();
            }
            catch (TimeoutException)
            {
                Assert.Fail($"{state}: nothing was shown within a minute.");
            }

            var text = await page.Page.Locator("main").InnerTextAsync();
            Assert.False(text.Contains("NaN", StringComparison.Ordinal) || text.Contains("undefined", StringComparison.Ordinal) || text.Contains("[object", StringComparison.Ordinal), $"{state}: {text}");
            Assert.True(page.Complaints.Count == 0, $"{state}: {string.Join("; ", page.Complaints)}");
        }
    }

    [BrowserFact]
    public async Task After_a_storm_of_changes_the_last_one_is_shown()
    {
        var page = await playground.At("#v=1&w=arena&ls=ravine&n=1000");
        await page.Page.EvaluateAsync(
            """
            async () => {
              const range = document.getElementById("field-lr");
              for (let i = 0; i < 200; i++) {
                range.value = i === 199 ? 500 : Math.round(1000 * Math.abs(Math.sin(i)));
                range.dispatchEvent(new Event("input", { bubbles: true }));
                await new Promise(done => setTimeout(done, 10));
              }
            }
            """);
        await page.Settle();
        Assert.Equal(0.01, await page.Number("Learning rate"), 1e-12);
        var storm = (await page.Readout(), await page.Hash("curves"));
        var calm = await playground.At("#v=1&w=explorer");
        calm = await playground.At("#v=1&w=arena&ls=ravine&n=1000");
        Assert.Equal(storm, (await calm.Readout(), await calm.Hash("curves")));
    }

    [BrowserFact]
    public async Task The_browser_and_the_desktop_compute_the_same_numbers()
    {
        var page = await playground.Elsewhere("#v=1&w=explorer");
        var random = new SeededRandom(9);
        string[] landscapes = ["bowl", "ravine", "saddle", "rosenbrock", "beale", "himmelblau", "booth", "matyas", "ackley", "twobasin"];
        string[] methods = ["sgd", "sgd(momentum=0.9)", "sgd(momentum=0.9, nesterov=true)", "adagrad", "rmsprop", "adam", "adamw", "lion", "nadam", "adadelta"];
        for (var i = 0; i < 20; i++)
        {
            var transcendental = landscapes[i % 10] is "ackley" or "twobasin";
            var request = new
            {
                landscape = new { id = landscapes[i % 10] },
                optimizers = new[] { new { optimizer = methods[random.NextInt32(10)] }, new { optimizer = methods[random.NextInt32(10)] } },
                learning_rate = Math.Pow(10, random.NextUniform(-4, -1)),
                steps = 50,
            };
            var browser = await page.Ask("run", request);
            var answer = SiteFunctions.Call("run", JsonSerializer.Serialize(request));
            using var desktop = JsonDocument.Parse(answer.Json);
            foreach (var (theirs, ours) in Columns(browser).Zip(Columns(desktop.RootElement)))
            {
                var expected = answer.Numbers.AsSpan(ours.GetProperty("offset").GetInt32(), ours.GetProperty("length").GetInt32()).ToArray();
                var actual = theirs.GetProperty("values").EnumerateArray().Select(number => WidgetPage.Parse(number.GetString()!.Replace("Infinity", "∞", StringComparison.Ordinal).Replace("-∞", "−∞", StringComparison.Ordinal))).ToArray();
                Assert.Equal(ours.GetProperty("name").GetString(), theirs.GetProperty("name").GetString());
                Assert.Equal(expected.Length, actual.Length);
                var largest = expected.Zip(actual).Max(pair => pair.First.Equals(pair.Second) ? 0 : Math.Abs(pair.First - pair.Second) / Math.Max(1, Math.Abs(pair.First)));
                Assert.True(largest <= (transcendental ? 1e-12 : 0), $"{JsonSerializer.Serialize(request)}, {ours.GetProperty("name")}: the largest difference is {largest:E2}.");
            }
        }

        static IEnumerable<JsonElement> Columns(JsonElement answer) => answer.GetProperty("entries").EnumerateArray().SelectMany(entry => entry.GetProperty("columns").EnumerateArray());
    }

    [BrowserFact]
    public async Task The_screen_shows_the_numbers_that_the_desktop_computes()
    {
        var page = await playground.Elsewhere("#v=1&w=explorer");
        await page.Full();
        var random = new SeededRandom(11);
        string[] landscapes = ["bowl", "ravine", "rosenbrock", "beale", "himmelblau", "booth", "matyas", "saddle", "parabola1d", "quartic1d"];
        for (var i = 0; i < 20; i++)
        {
            var landscape = landscapes[i % 10];
            var rate = double.Parse(Math.Pow(10, random.NextUniform(-3, -1)).ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            var step = random.NextInt32(30);
            await page.Go(string.Create(CultureInfo.InvariantCulture, $"#v=1&w=explorer&ls={landscape}&lr={rate}&n=30&k={step}&full=1"));
            var run = Descent.Landscapes.Runs.Runner.Run(new() { Landscape = new() { Id = landscape }, LearningRate = rate, Steps = 30 }).Entries[0].Trajectory;
            var k = Math.Min(step, run.Updates);
            var expected = new[] { run.Loss[k], run.GradientNorm[k] }.Concat(run.PointAt(k).ToArray()).ToArray();
            var shown = new[] { await page.Number("Loss"), await page.Number("‖g‖") }.Concat(await page.Numbers(run.Dimension == 1 ? "x" : "θ")).ToArray();
            Assert.Equal(expected, shown);
        }
    }

    [BrowserFact]
    public async Task The_transport_steps_scrubs_and_plays_by_buttons_and_keys()
    {
        var page = await playground.At("#v=1&w=explorer&n=50");
        Assert.Equal("50", await page.Text("Step"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Step back" }).ClickAsync();
        Assert.Equal("49", await page.Text("Step"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Reset to the start" }).ClickAsync();
        Assert.Equal("0", await page.Text("Step"));
        await page.Page.Locator("h1").ClickAsync();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("1", await page.Text("Step"));
        await page.Page.Keyboard.PressAsync("End");
        Assert.Equal("50", await page.Text("Step"));
        await page.Page.Keyboard.PressAsync("Home");
        await page.Page.Keyboard.PressAsync("]");
        await page.Page.Keyboard.PressAsync("]");
        Assert.Equal("4×", await page.Page.Locator(".speed output").InnerTextAsync());
        await page.Page.Keyboard.PressAsync(" ");
        await page.Page.WaitForFunctionAsync("() => document.querySelector('[data-name=Step]').textContent === '50'");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Play" }).WaitForAsync();
    }

    [BrowserFact]
    public async Task With_reduced_motion_play_jumps_in_ten_pictures()
    {
        var page = await playground.At("#v=1&w=explorer&n=100&k=0");
        await page.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await page.Page.EvaluateAsync("() => { window.seen = new Set(); new MutationObserver(() => seen.add(document.querySelector('[data-name=Step]').textContent)).observe(document.querySelector('[data-role=readout]'), { subtree: true, childList: true, characterData: true }); }");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Play" }).ClickAsync();
        await page.Page.WaitForFunctionAsync("() => document.querySelector('[data-name=Step]').textContent === '100'");
        await page.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.NoPreference });
        Assert.Subset(Enumerable.Range(1, 10).Select(i => $"{10 * i}").ToHashSet(), (await page.Page.EvaluateAsync<string[]>("() => [...seen]")).ToHashSet());
    }

    [BrowserFact]
    public async Task A_worker_that_ends_in_the_middle_is_started_again_and_the_state_stays()
    {
        var page = await playground.At("#v=1&w=arena&ls=ravine&n=300&lr=0.02");
        var before = await page.Readout();
        await page.Page.EvaluateAsync("async () => { const library = await import('./js/library.js'); window.ended = library.ask('run', { landscape: { id: 'ravine' }, optimizers: [{ optimizer: 'adam' }], steps: 20000 }).catch(error => error.message); library.terminate(); }");
        Assert.Equal("The library's worker ended in the middle of a run; it was started again, and nothing you set is lost.", await page.Page.EvaluateAsync<string>("() => window.ended"));
        await page.Type("Learning rate η", "0.03");
        await page.Type("Learning rate η", "0.02");
        Assert.Equal(before, await page.Readout());
    }

    [BrowserFact]
    public async Task The_whole_arena_is_used_by_keyboard_alone()
    {
        await using var page = await playground.Fresh();
        await page.Go("#v=1&w=arena&ls=bowl&o=sgd,adam&n=100");
        await page.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the picture", await page.Page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("view-map", await page.Page.EvaluateAsync<string>("() => document.activeElement.id"));
        var before = await page.Page.Locator("#view-map").GetAttributeAsync("aria-label");
        await page.Page.Keyboard.PressAsync("Shift+ArrowUp");
        await page.Settle();
        Assert.NotEqual(before, await page.Page.Locator("#view-map").GetAttributeAsync("aria-label"));
        await page.Page.Keyboard.PressAsync("3");
        await page.Settle();
        Assert.Equal(1, await page.Page.Locator("tr[data-run=Nesterov]").CountAsync());
        await page.Page.Keyboard.PressAsync("?");
        Assert.True(await page.Page.GetByRole(AriaRole.Dialog).IsVisibleAsync());
        await page.Page.Keyboard.PressAsync("Escape");
        Assert.False(await page.Page.GetByRole(AriaRole.Dialog).IsVisibleAsync());
    }

    [BrowserFact]
    public async Task At_a_phones_width_the_controls_are_a_sheet()
    {
        var page = await playground.At("#v=1&w=explorer", 360, 740);
        var rate = page.Page.GetByLabel("Learning rate η, as a number");
        Assert.False(await rate.IsVisibleAsync());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Controls" }).ClickAsync();
        Assert.True(await rate.IsVisibleAsync());
        await page.Screenshot("360-sheet");
        await page.Page.Keyboard.PressAsync("Escape");
        await rate.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    [BrowserFact]
    public async Task Memory_stays_small_while_the_heaviest_play_one_after_the_other()
    {
        string[] heaviest = ["arena&ls=ravine&n=2000&o=sgd,sgd(momentum=0.9),adagrad,rmsprop,adam,adamw,lion,nadam", "relief&n=2000", "arena&view=relief&n=2000", "momentum&n=2000&nest=1", "explorer&ls=himmelblau&lr=0.01&n=2000"];
        var page = await playground.At($"#v=1&w={heaviest[0]}");
        var devices = await page.Page.Context.NewCDPSessionAsync(page.Page);
        await devices.SendAsync("Performance.enable");

        // Five minutes together where tests may take long.
        var seconds = Environment.GetEnvironmentVariable("DESCENT_LONG_TESTS") == "1" ? 60 : 2;
        foreach (var widget in heaviest)
        {
            await page.Go($"#v=1&w={widget}&k=0&speed=4");
            for (var second = 0; second < seconds; second++)
            {
                await page.Page.EvaluateAsync("() => document.querySelector('[aria-label=Play]')?.click()");
                await page.Page.EvaluateAsync("() => new Promise(done => setTimeout(done, 1000))");
            }

            await devices.SendAsync("HeapProfiler.collectGarbage");
            var used = (await devices.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray().Single(metric => metric.GetProperty("name").GetString() == "JSHeapUsedSize").GetProperty("value").GetDouble();
            Assert.True(used < 100e6, $"{widget}: the page uses {used / 1e6:F1} MB, allowed 100.");
        }
    }

    [BrowserFact]
    public async Task A_data_table_stands_beside_every_picture()
    {
        var page = await playground.At("#v=1&w=explorer&n=20");
        await page.Page.GetByText("Data table").ClickAsync();
        var rows = page.Page.GetByRole(AriaRole.Region, new() { Name = "Data table" }).Locator("tbody tr");
        Assert.Equal(21, await rows.CountAsync());
        Assert.StartsWith("1\t0.6\t5.76", await rows.Nth(1).InnerTextAsync(), StringComparison.Ordinal);
    }
}
