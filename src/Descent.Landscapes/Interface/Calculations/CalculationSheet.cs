using System.Globalization;
using System.Text.Json.Nodes;
using Descent.Landscapes.Formulas;
using Descent.Landscapes.Numbers;

namespace Descent.Landscapes.Interface.Calculations;

/// <summary>A calculation being written: what is given, then line after line. Every line's number is evaluated from the formula that is shown.</summary>
internal sealed class CalculationSheet
{
    private static readonly string[] Marks = ["start", "learningRate", "y0", "eta", "beta", "k", "n", "T", "noise", "gradientScale", "steps", "eta0"];

    private readonly JsonObject inputs;
    private readonly JsonObject expected;
    private readonly IReadOnlyList<Misprint> misprints;
    private readonly Dictionary<string, double> values = new(StringComparer.Ordinal);
    private readonly HashSet<string> covered = new(StringComparer.Ordinal);
    private readonly List<CalculationGiven> given = [];
    private readonly List<CalculationLine> lines = [];

    public CalculationSheet(JsonNode? example, IReadOnlyList<Misprint> misprints)
    {
        inputs = example?["inputs"]?.AsObject() ?? [];
        expected = example?["expected"]?.AsObject() ?? [];
        this.misprints = misprints;
    }

    public IReadOnlyList<CalculationGiven> Givens => given;

    public IReadOnlyList<CalculationLine> Lines => lines;

    /// <summary>Where the file says what a line must come to, with the exact value: for tests.</summary>
    public List<(int Line, double Exact)> Checks { get; } = [];

    /// <summary>A number of the example's inputs; of a list the one at an index.</summary>
    public double Input(string path, int index = -1) => Number(Walk(inputs, index < 0 ? path : $"{path}/{index}"));

    /// <summary>A number of the example's results that a calculation begins with.</summary>
    public double Result(string path)
    {
        covered.Add(path);
        return Number(Walk(expected, path));
    }

    /// <summary>How many rows a list of the example's results has.</summary>
    public int Count(string path) => Walk(expected, path)!.AsArray().Count;

    /// <summary>Begins with a number.</summary>
    public void Let(string name, double value)
    {
        values[name] = value;
        given.Add(new CalculationGiven(Notation.Symbol(name), value));
    }

    /// <summary>Begins with a number of the inputs.</summary>
    public void Let(string name, string input) => Let(name, Input(input));

    /// <summary>Computes a line.</summary>
    /// <param name="name">What is computed; later lines use it.</param>
    /// <param name="formula">How, from earlier names.</param>
    /// <param name="path">Where the example says what it must come to; null where it says nothing.</param>
    /// <param name="index">Which of a list.</param>
    /// <param name="misprint">Which discrepancy explains a printed figure that does not agree; the first one when not given.</param>
    public void Line(string name, string formula, string? path = null, int index = -1, string? misprint = null)
    {
        var used = Notation.Names(formula).Where(values.ContainsKey).ToArray();
        var text = Notation.Rename(formula, each => values.ContainsKey(each) ? $"v_{each}" : each);
        var value = FormulaProgram.Of(FormulaParser.Parse(text, used.Distinct().ToDictionary(each => $"v_{each}", each => values[each]))).Of<Real>(0, 0).Value;
        var place = 0;
        var substituted = Notation.Formula(formula, each => values.ContainsKey(each) ? $"⟦{place++}⟧" : Notation.Symbol(each));
        Add(Notation.Symbol(name), Notation.Formula(formula, Notation.Symbol), substituted, [.. used.Select(each => values[each])], value, null, path, index, misprint);
        values[name] = value;
    }

    /// <summary>A result of a run that is too long for a sheet of paper.</summary>
    public void Run(string label, string path, int index = -1) => Leaf(label, path, index);

    /// <summary>What needs no line of its own.</summary>
    public void Skip(string path) => covered.Add(path);

    /// <summary>Adds what the example says and no line has computed: results of runs.</summary>
    public void Finish()
    {
        foreach (var (key, node) in expected)
        {
            Rest(node, Notation.Label(key), key);
        }
    }

    private void Rest(JsonNode? node, string label, string path)
    {
        if (covered.Contains(path))
        {
            return;
        }

        switch (node)
        {
            case JsonObject leaf when leaf.ContainsKey("exact") || leaf.ContainsKey("printed"):
                var count = ((leaf["exact"] ?? leaf["printed"]) as JsonArray)?.Count ?? -1;
                for (var i = count < 0 ? -1 : 0; i < Math.Max(count, 0); i++)
                {
                    Rest(label, path, i, count);
                }

                break;
            case JsonObject table when table["step"] is JsonArray steps:
                foreach (var (key, column) in table.Where(pair => pair.Key != "step"))
                {
                    if (column is not JsonArray cells)
                    {
                        Rest(column, $"{label}, {Notation.Label(key)}", $"{path}/{key}");
                        continue;
                    }

                    for (var i = 0; i < cells.Count; i++)
                    {
                        Rest(cells[i], $"{label}, {Notation.Label(key)} at step {steps[i]}", $"{path}/{key}/{i}");
                    }
                }

                break;
            case JsonObject parts:
                foreach (var (key, part) in parts)
                {
                    Rest(part, $"{label}, {Notation.Label(key)}", $"{path}/{key}");
                }

                break;
            case JsonArray rows when rows.Count > 0 && rows[0] is JsonObject:
                for (var i = 0; i < rows.Count; i++)
                {
                    Row(rows[i]!.AsObject(), $"{path}/{i}");
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    Rest(list[i], list.Count == 2 ? $"{label}, {(i == 0 ? "x" : "y")}" : $"{label}, {i + 1} of {list.Count}", $"{path}/{i}");
                }

                break;
            default:
                Leaf(label, path, -1);
                break;
        }
    }

    private void Rest(string label, string path, int index, int count)
    {
        if (!covered.Contains($"{path}#{index}"))
        {
            Leaf(count > 1 ? $"{label}, {index + 1} of {count}" : label, path, index);
        }
    }

    private void Row(JsonObject row, string path)
    {
        var marks = row.Where(cell => Marks.Contains(cell.Key) || (cell.Value?.GetValueKind() == System.Text.Json.JsonValueKind.String)).ToArray();
        var label = string.Join(", ", marks.Select(cell => cell.Value switch
        {
            JsonArray point => $"from ({string.Join(", ", point.Select(part => part!.ToString()))})",
            { } value when value.GetValueKind() == System.Text.Json.JsonValueKind.String => value.ToString(),
            var value => $"{Notation.Symbol(Notation.Label(cell.Key))} {value}",
        }));
        foreach (var (key, cell) in row.Except(marks))
        {
            Rest(cell, $"{label}: {Notation.Label(key)}", $"{path}/{key}");
        }
    }

    private void Leaf(string label, string path, int index)
    {
        var node = Exact(path, index);
        var kind = node?.GetValueKind();
        var number = kind == System.Text.Json.JsonValueKind.Number ? Number(node) : (double?)null;
        var text = kind switch
        {
            System.Text.Json.JsonValueKind.Number => null,
            System.Text.Json.JsonValueKind.String => node!.ToString(),
            System.Text.Json.JsonValueKind.True => "yes",
            System.Text.Json.JsonValueKind.False => "no",
            _ => "never",
        };
        Add(char.ToUpperInvariant(label[0]) + label[1..], null, null, [], number, text is null ? null : Notation.Sentence(text), path, index, null);
    }

    private void Add(string symbol, string? formula, string? substituted, double[] numbers, double? value, string? text, string? path, int index, string? misprint)
    {
        string? printed = null;
        bool? agrees = null;
        if (path is not null)
        {
            covered.Add(index < 0 ? path : $"{path}#{index}");
            var leaf = Walk(expected, path) as JsonObject;
            printed = Of(leaf?["printed"])?.ToString();
            agrees = Of(leaf?["agrees"])?.GetValue<bool>();
            if (formula is not null)
            {
                Checks.Add((lines.Count, Number(Exact(path, index))));
            }
        }

        lines.Add(new CalculationLine(symbol, formula, substituted, numbers, value, text, printed, agrees, agrees == false ? misprint ?? misprints[0].Id : null));

        JsonNode? Of(JsonNode? list) => list is JsonArray array ? array[Math.Max(0, index)] : list;
    }

    /// <summary>The exact value at a path: of an entry with printed and exact figures the exact one.</summary>
    private JsonNode? Exact(string path, int index)
    {
        var node = Walk(expected, path);
        var exact = node is JsonObject leaf ? leaf["exact"] ?? leaf["leastSquares"] : node;
        return exact is JsonArray array ? array[Math.Max(0, index)] : exact;
    }

    private static JsonNode? Walk(JsonNode? node, string path)
    {
        foreach (var part in path.Split('/'))
        {
            node = node is JsonArray array ? array[int.Parse(part, CultureInfo.InvariantCulture)] : node?[part];
        }

        return node;
    }

    private static double Number(JsonNode? node) => node?.GetValue<double>() ?? throw new InvalidOperationException("A worked example lacks a number.");
}
