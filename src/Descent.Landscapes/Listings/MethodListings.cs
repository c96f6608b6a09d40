using Descent.Engine;
using Descent.Gradients;
using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Landscapes.Listings;

/// <summary>
/// Programs to copy: a method's steps down f(x, y) = ½(x² + 2y²) from (3, −2), by the library and from scratch. Those from scratch are made
/// of the equations that the library prints of its rules, so that they are written once for all languages and all methods.
/// </summary>
public static class MethodListings
{
    /// <summary>Steps of a run; of a range test, its rates.</summary>
    public const int Steps = ScheduleListing.Updates;

    private const int Rates = 200;
    private const double Lowest = 1e-4;
    private const double Highest = 10;
    private const double BlownUp = 4;
    private static readonly double[] Start = [3, -2];
    private static readonly double[] Curvature = [1, 2];
    private static readonly double[] Shifts = [-1.5, -0.5, 0.5, 1.5];

    /// <summary>The schedules that a request may name.</summary>
    public static IReadOnlyList<ListedSchedule> Schedules { get; } = [.. ScheduleListing.All.Select(each => new ListedSchedule(each.Id, each.Title))];

    /// <summary>Answers a request.</summary>
    /// <exception cref="DescentException">There is no such method, option or schedule.</exception>
    public static ListingReply Answer(ListingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var method = Catalogue.Parse(request.Optimizer);
        method = request.LearningRate is { } rate ? method with { LearningRate = rate } : method;
        method.Validate();
        var schedule = ScheduleListing.All.FirstOrDefault(each => each.Id == request.Schedule)
            ?? throw new DescentException($"There is no listing of a schedule '{request.Schedule}'; choose one of {string.Join(", ", ScheduleListing.All.Select(each => each.Id))}.");
        var (scratch, words) = FromScratch(request, method, schedule);
        var peak = Text(method.LearningRate.At(0));
        return new ListingReply(
            LibraryListing.Of(request, method, schedule, Shifts),
            scratch,
            words,
            request.RangeTest ? null : Printed(request, method, schedule),
            MethodEntry.EquationsOf(method),
            request.RangeTest ? null : schedule.Text?.Replace("PEAK", peak, StringComparison.Ordinal));
    }

    /// <summary>A number as programs write it.</summary>
    internal static string Text(double value) => Term.Of(value) is Literal literal ? literal.Text : $"-{Text(-value)}";

    /// <summary>The first line of a listing.</summary>
    internal static string About(ListingRequest request, Method method, ScheduleListing schedule, string how)
    {
        var entry = Catalogue.Find(method);
        var around = (request.RangeTest ? $"a learning-rate range test, {Rates} rates from {Text(Lowest)} to {Text(Highest)}" : $"{Steps} steps")
            + (request.RangeTest || schedule.Equations.Count == 0 ? "" : $", schedule: {schedule.Title}")
            + request.Clip switch { ListedClipping.Norm => ", gradients clipped to a norm of 1", ListedClipping.Value => ", gradients clipped to -1 to 1", _ => "" }
            + (request.Accumulate ? ", each gradient the mean of 4 parts" : "");
        return $"{entry.TypeName} ({entry.Paper.Authors}, {entry.Year}), {how}: {around}, on f(x, y) = (x*x + 2*y*y)/2.";
    }

    private static (IReadOnlyList<Listing> Listings, string? Words) FromScratch(ListingRequest request, Method method, ScheduleListing schedule)
    {
        try
        {
            var program = Program(request, method, schedule);
            var about = About(request, method, schedule, "from scratch");
            return ([.. Language.All.Select(language => new Listing(language.Id, language.Write(about, program)))], null);
        }
        catch (WordsInEquationException words)
        {
            return ([], words.Line);
        }
    }

    private static List<Statement> Program(ListingRequest request, Method method, ScheduleListing schedule)
    {
        string[] clip = request.Clip switch
        {
            ListedClipping.Norm => ["global_norm² = Σ g²", "g ← min(1, 1/(global_norm + 1e-6))·g"],
            ListedClipping.Value => ["g ← max(−1, min(g, 1))"],
            _ => [],
        };
        string[] rate = request.RangeTest ? ["η = lowest_rate·(highest_rate/lowest_rate)^((t − 1)/199)"] : [.. schedule.Equations];
        (string, double)[] known = request.RangeTest ? [("lowest_rate", Lowest), ("highest_rate", Highest)] : rate.Length > 0 ? [("η_peak", method.LearningRate.At(0))] : [];
        var script = new Script(method, [.. Start.Select(Term.Of)], [.. Curvature.Select(Term.Of)], [.. clip, .. rate], [("η₀", request.RangeTest ? Lowest : RateOf(method, schedule).At(0)), .. known]);
        List<Statement> program = [.. script.Remarks.Select(remark => new Note(remark)), .. script.Before];
        Term[] slope = [At("θ", 0), Times(new Literal("2"), At("θ", 1))];
        List<Statement> step = [];
        if (request.Accumulate)
        {
            program.Add(new Vector("parts", [.. Shifts.Select(Term.Of)]) { Changes = false });
            Term part = new Element("parts", "part");
            step.Add(new Vector("g", [Term.Zero, Term.Zero]));
            step.Add(new Repeat("part", Shifts.Length,
            [
                new Set(At("g", 0), Plus(At("g", 0), Plus(At("θ", 0), part))),
                new Set(At("g", 1), Plus(At("g", 1), Times(new Literal("2"), Plus(At("θ", 1), part)))),
            ]));
            step.AddRange(Start.Select((_, i) => new Set(At("g", i), Over(At("g", i), Term.Of(Shifts.Length)))));
        }
        else
        {
            step.Add(new Vector("g", slope) { Changes = script.ChangesGradient });
        }

        step.AddRange(script.Step);
        var loss = LossAt(At("θ", 0), At("θ", 1));
        if (request.RangeTest)
        {
            program.AddRange(
            [
                new Let("lowest", loss) { Changes = true },
                new Let("previous", loss) { Changes = true },
                new Let("steepest", Term.Zero) { Changes = true },
                new Let("candidate", new Name("lowest_rate")) { Changes = true },
                new Let("suggestion", new Name("lowest_rate")) { Changes = true },
                new Let("blow_up", new Name("highest_rate")) { Changes = true },
            ]);
            step.AddRange(Look(new Name(script.Rate), script.Point));
        }

        program.AddRange([new Gap(), new Repeat("t", request.RangeTest ? Rates : Steps, step), new Gap()]);
        program.AddRange(request.RangeTest
            ? [new Print([("suggestion", new Name("suggestion")), ("blow-up", new Name("blow_up"))])]
            : [new Let("loss", loss), new Print([("x", At("θ", 0)), ("y", At("θ", 1)), ("loss", new Name("loss"))])]);
        return program;
    }

    /// <summary>The learning rate as the library takes it.</summary>
    private static Schedule RateOf(Method method, ScheduleListing schedule)
    {
        var peak = method.LearningRate.At(0);
        return schedule.Text is { } text ? Schedule.Parse(text.Replace("PEAK", Text(peak), StringComparison.Ordinal), new ScheduleContext(peak, Steps)) : Schedule.Constant(peak);
    }

    /// <summary>What the program that calls the library prints: x, y and the loss.</summary>
    private static double[] Printed(ListingRequest request, Method method, ScheduleListing schedule)
    {
        double[] theta = [.. Start];
        var g = new double[2];
        var parameter = new Parameter<double>("theta", theta, g) { CurvatureEstimate = Curvature.ToArray() };
        var optimizer = Optimizer.For([parameter], method with { LearningRate = RateOf(method, schedule) });
        optimizer.Clipping = request.Clip switch { ListedClipping.Norm => new ClipByNorm(1), ListedClipping.Value => new ClipByValue(1), _ => GradientClipping.None };
        double[] parts = request.Accumulate ? Shifts : [0];
        optimizer.GradientScale = 1.0 / parts.Length;
        for (var t = 1; t <= Steps; t++)
        {
            optimizer.ZeroGradients();
            foreach (var part in parts)
            {
                (g[0], g[1]) = (g[0] + (theta[0] + part), g[1] + (2 * (theta[1] + part)));
            }

            if (optimizer.UsesCurvature)
            {
                optimizer.UpdateCurvature();
            }

            optimizer.Step();
        }

        return [theta[0], theta[1], ((theta[0] * theta[0]) + (2 * theta[1] * theta[1])) / 2];
    }

    /// <summary>What a range test looks at after each step: the steepest fall so far, and whether the loss has blown up.</summary>
    private static IEnumerable<Statement> Look(Term rate, IReadOnlyList<Term> point) =>
    [
        new Let("x", point[0]),
        new Let("y", point[1]),
        new Let("loss", LossAt(new Name("x"), new Name("y"))),
        new When(new Pair('>', new Name("loss"), Times(Term.Of(BlownUp), new Name("lowest"))), [new Set(new Name("blow_up"), rate), new Leave()]),
        new Let("fall", new Choice(new Pair('>', new Name("t"), Term.One), new Pair('−', new Call("log", [new Name("loss")]), new Call("log", [new Name("previous")])), Term.Zero)),
        new When(new Pair('<', new Name("fall"), new Name("steepest")), [new Set(new Name("steepest"), new Name("fall")), new Set(new Name("candidate"), rate)]),
        new When(new Pair('<', new Name("loss"), new Name("lowest")), [new Set(new Name("lowest"), new Name("loss")), new Set(new Name("suggestion"), new Name("candidate"))]),
        new Set(new Name("previous"), new Name("loss")),
    ];

    private static Pair LossAt(Term x, Term y) => Over(Plus(Times(x, x), Times(Times(new Literal("2"), y), y)), new Literal("2"));

    private static Element At(string symbol, int index) => new(symbol, Text(index));

    private static Pair Plus(Term left, Term right) => new('+', left, right);

    private static Pair Times(Term left, Term right) => new('·', left, right);

    private static Pair Over(Term left, Term right) => new('/', left, right);
}
