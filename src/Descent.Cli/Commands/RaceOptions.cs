using System.CommandLine;
using System.Globalization;
using Descent.Landscapes.Runs;
using Descent.Text;

namespace Descent.Cli.Commands;

/// <summary>The options of <c>descent race</c> that say what is run.</summary>
internal sealed class RaceOptions
{
    private const string DefaultOptimizers = "sgd; sgd(momentum=0.9); rmsprop; adam";
    private readonly Option<string?> formula = Options.Text("--formula", "A function of x, or of x and y, instead of a landscape: 'x^2+20*y^2'.", "TEXT");
    private readonly Option<string[]> constants = new("--constant") { Description = "A constant of the landscape or formula, NAME=VALUE; may be given several times.", HelpName = "NAME=VALUE" };
    private readonly Option<string?> optimizers = Options.Text("--optimizers", $"Who runs, separated by semicolons. Default: '{DefaultOptimizers}'.", "LIST");
    private readonly Option<double?> learningRate = Options.Number("--learning-rate", "One learning rate for all. Default: each method's own, or what is in its parentheses.");
    private readonly Option<string?> schedule = Options.Text("--schedule", "The schedule of all learning rates: 'warmup(10%) then cosine'.", "SCHEDULE");
    private readonly Option<int?> steps = Options.Whole("--steps", $"How many steps, at most {Limits.Updates} updates. Default: 100.", least: 1);
    private readonly Option<string?> budget = Options.Choice("--budget", "What steps count, the same number for all. Default: gradients.", "gradients", "updates", "examples");
    private readonly Option<string?> start = Options.Text("--start", "Where to begin: '-9,-4'. Default: the landscape's own start.", "X,Y");
    private readonly Option<string?> box = Options.Text("--box", "What is drawn, and where random starts lie: low and high edge of x, then of y: '-10,10,-6,6'.", "EDGES");
    private readonly Option<double?> threshold = Options.Number("--threshold", "The loss at which a run has arrived.");
    private readonly Option<double?> noise = Options.Number("--noise", "The standard deviation of noise on gradients.");
    private readonly Option<bool> heavyTailed = Options.Flag("--heavy-tailed", "Noise with rare large jumps: Student's t with 3 degrees of freedom.");
    private readonly Option<int?> batchSize = Options.Whole("--batch-size", "How many examples a step uses, on data1 and data2. Default: all.", least: 1);
    private readonly Option<double?> clipNorm = Options.Number("--clip-norm", "The largest norm of the gradient.");
    private readonly Option<double?> clipValue = Options.Number("--clip-value", "The largest size of each number of the gradient.");
    private readonly Option<ulong?> seed = Options.Seed("--seed", "Chooses the random numbers. Default: 0.");

    public Option Start => start;

    public IReadOnlyList<Option> All =>
        [formula, constants, optimizers, learningRate, schedule, steps, budget, start, box, threshold, noise, heavyTailed, batchSize, clipNorm, clipValue, seed];

    public RunRequest Request(ParseResult parsed, string? landscape)
    {
        var text = parsed.GetValue(formula);
        if (text is not null && landscape is not null)
        {
            throw new DescentException($"Give a landscape or --formula, not both, but '{Shown.Brief(landscape)}' and '{Shown.Brief(text)}' were given.");
        }

        if (text is null && landscape is null)
        {
            throw new DescentException("A landscape or --formula must be given, as in 'descent race kappabowl'; see 'descent race --list'.");
        }

        if (parsed.GetValue(heavyTailed) && parsed.GetValue(noise) is null)
        {
            throw new DescentException("--heavy-tailed says how noise is distributed, so --noise must be given too.");
        }

        Options.RefuseUnused(parsed.GetValue(learningRate), parsed.GetValue(schedule));
        return new RunRequest
        {
            Landscape = new Place { Id = landscape ?? "", Formula = text, Constants = Constants(parsed.GetValue(constants) ?? []), Box = Numbers("--box", parsed.GetValue(box)) },
            Start = Numbers("--start", parsed.GetValue(start)),
            Optimizers = Entrants(parsed.GetValue(optimizers) ?? DefaultOptimizers),
            LearningRate = parsed.GetValue(learningRate),
            Schedule = parsed.GetValue(schedule),
            Steps = parsed.GetValue(steps) ?? 100,
            Budget = parsed.GetValue(budget) switch { "updates" => Budget.Updates, "examples" => Budget.Examples, _ => Budget.GradientEvaluations },
            Threshold = parsed.GetValue(threshold),
            Noise = parsed.GetValue(noise) is { } sigma ? new Noise { Sigma = sigma, Kind = parsed.GetValue(heavyTailed) ? NoiseKind.HeavyTailed : NoiseKind.Normal } : null,
            Batches = parsed.GetValue(batchSize) is { } size ? new Batches { Size = size } : null,
            ClipNorm = parsed.GetValue(clipNorm),
            ClipValue = parsed.GetValue(clipValue),
            Seed = parsed.GetValue(seed) ?? 0,
        };
    }

    private static Entrant[] Entrants(string list) =>
        [.. list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => new Entrant { Optimizer = text })];

    private static Dictionary<string, double>? Constants(string[] pairs)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var equals = pair.IndexOf('=');
            if (equals <= 0 || !double.TryParse(pair.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                throw new DescentException($"--constant must be NAME=VALUE, as in b=50, but was '{Shown.Brief(pair)}'.");
            }

            values[pair[..equals].Trim()] = value;
        }

        return values.Count > 0 ? values : null;
    }

    private static double[]? Numbers(string name, string? text)
    {
        if (text is null)
        {
            return null;
        }

        var parts = text.Split(',');
        var numbers = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            numbers[i] = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new DescentException($"{name} must be numbers separated by commas, as in -9,-4, but was '{Shown.Brief(text)}'.");
        }

        return numbers;
    }
}
