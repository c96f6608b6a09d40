using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Descent.Landscapes;
using Microsoft.Playwright;

namespace Descent.Playground.Tests;

/// <summary>The quizzes (W46).</summary>
[Collection(InTheBrowser.Name)]
public class QuizzesTests(Playground playground)
{
    [BrowserFact]
    public async Task Every_chapter_and_tool_has_a_question_with_four_explained_choices()
    {
        var page = await playground.At("#v=1&w=quizzes");
        var quizzes = await page.Page.EvaluateAsync<JsonElement>("async () => (await import('./js/quiz-data.js')).quizzes");
        var lab = await page.Page.EvaluateAsync<string[]>("async () => (await import('./js/chapters.js')).chapters.find(each => each.id === 'lab').widgets.map(each => each.id)");
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "9", .. lab], quizzes.EnumerateArray().Select(quiz => quiz.GetProperty("id").GetString()!));
        foreach (var quiz in quizzes.EnumerateArray())
        {
            await page.Go($"#v=1&w=quizzes&q={quiz.GetProperty("id").GetString()}");
            var choices = quiz.GetProperty("choices").EnumerateArray().ToArray();
            Assert.True(choices.Length >= 4);
            Assert.Single(choices, choice => choice.TryGetProperty("right", out _));
            foreach (var choice in choices)
            {
                await page.Page.GetByRole(AriaRole.Radio, new() { Name = choice.GetProperty("text").GetString()!, Exact = true }).CheckAsync();
                await page.Page.GetByRole(AriaRole.Button, new() { Name = "Answer" }).ClickAsync();
                Assert.Contains(choice.GetProperty("why").GetString()!, await page.Page.Locator(".answer").InnerTextAsync(), StringComparison.Ordinal);
            }
        }
    }

    [BrowserFact]
    public async Task Show_me_opens_a_working_state_and_back_leads_to_the_question()
    {
        var page = await playground.Elsewhere("#v=1&w=quizzes");
        foreach (var name in await page.Page.EvaluateAsync<string[]>("async () => Object.keys((await import('./js/presets.js')).presets)"))
        {
            await page.Go(await page.Page.EvaluateAsync<string>("async name => (await import('./js/presets.js')).hashOf(name)", name));
            Assert.False(await page.Page.Locator("[role=alert]:not([hidden])").IsVisibleAsync(), name);
            Assert.True(await page.Page.Locator(".notice").CountAsync() == 0, $"{name}: {string.Join("; ", await page.Page.Locator(".notice").AllInnerTextsAsync())}");
            Assert.True(await page.Page.Locator("#caption").CountAsync() == 1, name);
            Assert.Empty(page.Complaints);
        }

        await page.Go("#v=1&w=quizzes&q=0");
        await page.Page.GetByRole(AriaRole.Radio, new() { Name = "Lower the learning rate." }).CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Answer" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Show me" }).ClickAsync();
        await page.Page.WaitForURLAsync("**w=explorer*");
        await page.Settle();
        Assert.Equal("diverged", await page.Status());
        await page.Page.GoBackAsync();
        await page.Page.GetByText("A loss curve swings up and down").WaitForAsync();
    }

    [BrowserFact]
    public async Task By_keyboard_alone_a_question_is_answered_and_the_score_stays_in_the_browser()
    {
        var page = await playground.At("#v=1&w=quizzes&q=2");
        await page.Page.EvaluateAsync("() => localStorage.removeItem('descent-quizzes')");
        await page.Go("#v=1&w=quizzes&q=1");
        await page.Page.GetByRole(AriaRole.Radio, new() { Name = "Because the subset's gradient is right on average" }).FocusAsync();
        await page.Page.Keyboard.PressAsync(" ");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.StartsWith("Not quite.", await page.Page.Locator(".answer").InnerTextAsync(), StringComparison.Ordinal);
        await page.Page.Keyboard.PressAsync("ArrowUp");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.StartsWith("Right.", await page.Page.Locator(".answer").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("solved at try 2", await page.Text("This question"));
        Assert.Equal("""{"1":{"tries":2,"solved":true}}""", await page.Page.EvaluateAsync<string>("() => localStorage.getItem('descent-quizzes')"));
        Assert.DoesNotContain("tries", page.Page.Url, StringComparison.Ordinal);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Forget my score" }).ClickAsync();
        await page.Settle();
        Assert.Equal("open", await page.Text("This question"));
    }

    [BrowserFact]
    public async Task Each_chapter_ends_with_its_question_and_its_calculations()
    {
        var page = await playground.At("#v=1&c=2");
        await page.Page.GetByText("A run with momentum has just passed the minimum").WaitForAsync();
        Assert.True(await page.Page.GetByRole(AriaRole.Link, new() { Name = "Momentum against plain descent" }).IsVisibleAsync());
        await page.Page.GetByRole(AriaRole.Radio, new() { Name = "It goes on in the old direction" }).CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Answer" }).ClickAsync();
        Assert.StartsWith("Right.", await page.Page.Locator(".answer").InnerTextAsync(), StringComparison.Ordinal);
    }
}

/// <summary>The family tree (W22).</summary>
[Collection(InTheBrowser.Name)]
public class FamilyTests(Playground playground)
{
    [BrowserFact]
    public async Task Arrow_keys_walk_through_the_family()
    {
        var page = await playground.At("#v=1&w=family");
        await page.Page.Locator("#view-tree").FocusAsync();
        foreach (var (key, method) in new[] { ("ArrowLeft", "RMSProp"), ("ArrowLeft", "AdaGrad"), ("ArrowLeft", "SGD"), ("ArrowRight", "Momentum"), ("ArrowRight", "Nesterov") })
        {
            await page.Page.Keyboard.PressAsync(key);
            await page.Settle();
            Assert.Equal(method, await page.Text("Method"));
        }

        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Settle();
        Assert.NotEqual("Nesterov", await page.Text("Method"));
    }

    [BrowserFact]
    public async Task Every_member_runs_or_is_described_only()
    {
        var page = await playground.At("#v=1&w=family");
        var tree = JsonDocument.Parse(SiteFunctions.Call("tree", "{}").Json).RootElement;
        var names = tree.GetProperty("family").EnumerateArray().Select(node => (Name: node.GetProperty("name").GetString()!, Runs: true))
            .Concat(tree.GetProperty("relatives").EnumerateArray().Select(node => (Name: node.GetProperty("name").GetString()!, Runs: node.GetProperty("run").ValueKind == JsonValueKind.String))).ToArray();
        Assert.Equal(Optimizers.Catalogue.All.Count, names.Count(each => each.Runs) - 2);
        foreach (var wanted in new[] { "momentum", "nesterov", "nadam", "amsgrad", "adabelief", "radam", "adafactor", "lars", "adadelta", "sam", "shampoo", "schedule_free_adamw" })
        {
            Assert.Contains(wanted, names.Select(each => each.Name));
        }

        foreach (var (name, runs) in names)
        {
            await page.Go($"#v=1&w=family&m={name}");
            Assert.Equal(runs ? "runs" : "described only", await page.Text("Here"));
            Assert.Equal(runs ? 1 : 0, await page.Page.Locator(".family-card a").CountAsync());
            Assert.False(string.IsNullOrWhiteSpace(await page.Page.Locator(".family-card pre").InnerTextAsync()), name);
            if (runs)
            {
                var optimizer = Uri.UnescapeDataString((await page.Page.Locator(".family-card a").GetAttributeAsync("href"))!.Split("&o=")[1]);
                Assert.NotNull(Optimizers.Catalogue.Parse(optimizer[..(optimizer.Contains("),", StringComparison.Ordinal) ? optimizer.IndexOf("),", StringComparison.Ordinal) + 1 : optimizer.IndexOf(',', StringComparison.Ordinal))]));
            }
        }
    }

    [BrowserFact]
    public async Task Both_years_are_shown_and_the_SVG_has_every_name()
    {
        var page = await playground.At("#v=1&w=family&m=adamw");
        Assert.Equal("2017 / 2019", await page.Text("Preprint and paper"));
        var svg = XDocument.Parse(Encoding.UTF8.GetString(await page.Export("SVG")));
        var texts = svg.Descendants(XName.Get("text", "http://www.w3.org/2000/svg")).Select(text => text.Value).ToHashSet();
        Assert.All(new[] { "SGD", "Momentum", "AdamW", "Lion", "SAM", "Shampoo" }, name => Assert.Contains(name, texts));
    }
}

/// <summary>The decision tree (W35).</summary>
[Collection(InTheBrowser.Name)]
public class DecisionTests(Playground playground)
{
    [BrowserFact]
    public async Task Every_leaf_is_reached_by_answers_and_every_answer_can_be_taken_back()
    {
        var page = await playground.At("#v=1&w=decision");
        var nodes = DecisionTree.Nodes.ToDictionary(node => node.Id);
        var leaves = 0;
        await Visit("task");
        Assert.Equal(nodes.Values.Count(node => node.Recommendation is not null), leaves);

        async Task Visit(string id)
        {
            var card = page.Page.Locator(".decision");
            Assert.Equal(nodes[id].Question, await card.Locator("h2").InnerTextAsync());
            if (nodes[id].Recommendation is { } leaf)
            {
                leaves++;
                Assert.Equal([leaf.Optimizer, leaf.LearningRate, leaf.Schedule], [await page.Text("Optimizer"), await page.Text("Learning rate"), await page.Text("Schedule")]);
                Assert.Equal(1, await card.GetByRole(AriaRole.Link, new() { Name = "Load into the arena" }).CountAsync());
            }

            foreach (var answer in nodes[id].Answers)
            {
                await card.GetByRole(AriaRole.Button, new() { Name = answer.Text, Exact = true }).ClickAsync();
                await page.Settle();
                await Visit(answer.Next);
                await card.GetByRole(AriaRole.Button, new() { Name = $"Take back: {answer.Text}", Exact = true }).ClickAsync();
                await page.Settle();
                Assert.Equal(nodes[id].Question, await card.Locator("h2").InnerTextAsync());
            }
        }
    }

    [BrowserFact]
    public async Task Fine_tuning_BERT_leads_to_AdamW_with_a_linear_warmup_and_decay()
    {
        var page = await playground.At("#v=1&w=decision&at=fine-tune-language");
        Assert.Equal(["adamw", "1e-5 to 5e-5", "warmup(10%) then linear(2e-5..0)", "0.01"], [await page.Text("Optimizer"), await page.Text("Learning rate"), await page.Text("Schedule"), await page.Text("Weight decay")]);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Load into the arena" }).ClickAsync();
        await page.Page.WaitForURLAsync("**w=arena*");
        await page.Settle();
        Assert.Contains("AdamW", await page.Page.Locator(".tables").InnerTextAsync(), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Every_leaf_loads_into_the_live_network()
    {
        var page = await playground.At("#v=1&w=decision");
        foreach (var (id, question, leaf) in DecisionTree.Nodes.Where(node => node.Recommendation is not null).Select(node => (node.Id, node.Question, node.Recommendation!)))
        {
            await page.Go($"#v=1&w=decision&at={id}");
            var link = await page.Page.GetByRole(AriaRole.Link, new() { Name = "Train a network with it" }).GetAttributeAsync("href");
            using var answer = JsonDocument.Parse(await page.Page.EvaluateAsync<string>(
                """
                async hash => {
                  const [{ read, split }, { networkFields, networkOf }, { catalogue }] = await Promise.all(["state", "widgets/networkfields", "model"].map(name => import(`./js/${name}.js`)));
                  const { state, notices } = read(networkFields(catalogue(await (await fetch("catalog.json")).json())), split(hash));
                  return JSON.stringify({ notices, request: networkOf(state)[0] });
                }
                """,
                link));
            var read = answer.RootElement;
            Assert.Empty(read.GetProperty("notices").EnumerateArray());
            var request = read.GetProperty("request");
            Assert.Equal(leaf.Optimizer.Replace(" ", "", StringComparison.Ordinal), request.GetProperty("optimizer").GetString());
            Assert.True(request.GetProperty("learning_rate").GetDouble() > 0, question);
            Assert.Equal(leaf.Clip != "none", request.GetProperty("clip_norm").ValueKind == JsonValueKind.Number);
            var brief = JsonNode.Parse(request.GetRawText())!;
            brief["steps"] = 20;
            Assert.False(JsonNode.Parse(SiteFunctions.Call("train", new JsonObject { ["network"] = brief }.ToJsonString()).Json)!.AsObject().ContainsKey("error"), question);
        }

        await page.Go("#v=1&w=decision&at=fine-tune-language");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Train a network with it" }).ClickAsync();
        await page.Page.WaitForURLAsync("**w=network*");
        await page.Settle();
        Assert.Equal(["0.00002", "0.01", "1"], [await Box("Learning rate η"), await Box("Weight decay λ"), await Box("Clip the gradient's norm at")]);

        Task<string> Box(string label) => page.Page.GetByLabel($"{label}, as a number").InputValueAsync();
    }

    [BrowserFact]
    public async Task The_keys_walk_through_the_questions()
    {
        var page = await playground.At("#v=1&w=decision");
        await page.Page.Locator("#view-tree").FocusAsync();
        foreach (var (key, question) in new[] { ("ArrowRight", "What kind of model is it?"), ("ArrowDown", "What is it?"), ("ArrowLeft", "What is trained?") })
        {
            await page.Page.Keyboard.PressAsync(key);
            await page.Settle();
            Assert.Equal(question, await page.Page.Locator(".decision h2").InnerTextAsync());
        }
    }
}

/// <summary>The reference tables (W36).</summary>
[Collection(InTheBrowser.Name)]
public class TablesTests(Playground playground)
{
    [BrowserFact]
    public async Task A_heading_sorts_upwards_then_downwards_then_not()
    {
        var page = await playground.At("#v=1&w=tables&t=methods");
        foreach (var (sorted, first) in new[] { ("ascending", "1951"), ("descending", "2025"), ("none", "1951") })
        {
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Paper" }).ClickAsync();
            await page.Settle();
            Assert.Equal(sorted, await page.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Paper" }).GetAttributeAsync("aria-sort"));
            Assert.Equal(first, await page.Page.Locator(".reference tbody tr").First.Locator("td").Nth(1).InnerTextAsync());
        }
    }

    [BrowserFact]
    public async Task A_filter_keeps_the_rows_that_contain_every_word_and_the_CSV_has_the_same()
    {
        var page = await playground.At("#v=1&w=tables&t=options&q=beta2+decay");
        var rows = await page.Page.Locator(".reference tbody tr").AllInnerTextsAsync();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.True(row.Contains("beta2", StringComparison.OrdinalIgnoreCase) && row.Contains("decay", StringComparison.OrdinalIgnoreCase), row));
        Assert.Equal(rows.Count + 1, Encoding.UTF8.GetString(await page.Export("CSV")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [BrowserFact]
    public async Task Where_the_texts_differ_a_range_stands_with_its_sources()
    {
        var page = await playground.At("#v=1&w=tables&t=conflicts");
        var rows = await page.Page.Locator(".reference tbody tr").AllInnerTextsAsync();
        foreach (var (slip, range, source, ours) in new[] { ("D19", "1e-8 to 1e-7", "text 003", "1e-8"), ("D32", "1 % to 10 %", "text 001", "5 %"), ("D33", "3e-4 to 1e-3", "text 004", "0.001"), ("D42", "2014 to 2015", "text 004", "") })
        {
            Assert.Contains(rows, row => row.Contains(slip, StringComparison.Ordinal) && row.Contains(range, StringComparison.Ordinal) && row.Contains(source, StringComparison.Ordinal) && row.Contains(ours, StringComparison.Ordinal));
        }
    }

    [BrowserFact]
    public async Task Every_table_has_rows()
    {
        foreach (var table in new[] { "guide", "methods", "options", "tuning", "conflicts" })
        {
            var page = await playground.At($"#v=1&w=tables&t={table}");
            Assert.True(await page.Page.Locator(".reference tbody tr").CountAsync() > 5, table);
        }
    }
}
