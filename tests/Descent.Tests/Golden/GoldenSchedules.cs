using System.Text.Json.Nodes;
using Descent.Schedules;

namespace Descent.Tests.Golden;

/// <summary>The schedules that golden files describe.</summary>
internal static class GoldenSchedules
{
    /// <exception cref="UnknownGoldenException">The kind, or an option of it, is not known.</exception>
    public static Schedule Create(JsonObject golden) => Create(
        golden["schedule"]!.GetValue<string>(),
        golden["hyperparameters"]!.AsObject(),
        golden["base_learning_rate"] is { } rate ? TestSupport.Golden.Number(rate) : double.NaN,
        golden["source"]?["project"]?.GetValue<string>() == "pytorch");

    /// <summary>Why the schedule cannot be made; null when it can.</summary>
    public static string? WhyUnknown(JsonObject golden)
    {
        try
        {
            Create(golden);
            return null;
        }
        catch (UnknownGoldenException unknown)
        {
            return unknown.Message;
        }
    }

    /// <summary>The momentum that cycles inversely.</summary>
    public static Schedule Momentum(JsonObject golden)
    {
        var options = golden["hyperparameters"]!.AsObject();
        var (low, high) = (TestSupport.Golden.Number(options["minimum_momentum"]), TestSupport.Golden.Number(options["maximum_momentum"]));
        return Create(golden) switch
        {
            CyclicalSchedule cycle => cycle.InverseMomentum(low, high),
            OneCycleSchedule cycle => cycle.InverseMomentum(low, high),
            var other => throw new InvalidDataException($"'{other}' has no momentum."),
        };
    }

    /// <summary>The names, places and files of the cases of one kind in the folder of other files.</summary>
    public static IEnumerable<(string Name, int Index, string File)> Cases(string kind) =>
        from file in TestSupport.Golden.Files("other")
        let golden = TestSupport.Golden.Read(file)
        where golden["kind"]!.GetValue<string>() == kind
        from item in golden["cases"]!.AsArray().Index()
        select (item.Item!["name"]!.GetValue<string>(), item.Index, file);

    private static Schedule Create(string kind, JsonObject json, double rate, bool isPyTorch)
    {
        var options = new GoldenOptions(json);
        options.PassOver("kind");
        var schedule = Create(kind, options, rate, isPyTorch);
        options.AssertAllRead();
        return schedule;
    }

    private static Schedule Create(string kind, GoldenOptions options, double rate, bool isPyTorch) => kind switch
    {
        "constant" when !options.Has("factor") => Schedule.Constant(rate),
        "constant" => Schedule.Constant(rate * options.Number("factor")).For(options.Steps("total_steps")).Then(Schedule.Constant(rate)),
        "linear" or "linear_decay" => Schedule.Linear(rate * options.Number("start_factor"), rate * options.Number("end_factor"), options.Steps("total_steps")),
        "linear_warmup" => LinearWarmup(options, rate),
        "cosine_annealing" => new CosineSchedule(rate, options.Number("minimum_learning_rate"), options.Steps("total_steps"))
        {
            // PyTorch's goes up again, also where a file of joined schedules does not say so.
            Continues = options.Text("after_end") is { } after ? RisesAgain(after) : isPyTorch,
        },
        "cosine_warm_restarts" =>
            Schedule.WarmRestarts(rate, options.Number("minimum_learning_rate", 0), options.Steps("first_period"), options.Number("period_multiplier", 1), options.Number("peak_decay", 1)),
        "exponential" => Schedule.Exponential(rate, options.Number("gamma")),
        "step" => Schedule.Step(rate, options.Steps("step_size"), options.Number("gamma")),
        "multistep" => Schedule.MultiStep(rate, options.Number("gamma"), options.Whole("milestones")),
        "polynomial" => Schedule.Polynomial(rate, options.Number("end_learning_rate", 0), options.Steps("total_steps"), options.Number("power", 1)),
        "inverse_time" => Schedule.InverseTime(rate, options.Number("decay_rate"), options.Number("power", 1)),
        "noam" => Schedule.Noam(options.Steps("model_dimension"), options.Steps("warmup_steps"), rate * options.Number("scale", 1)),
        "inverse_square_root" => Schedule.Warmup(options.Steps("warmup_steps"), options.Number("initial_learning_rate", 0) / rate)
            .Then(Schedule.InverseSquareRoot(rate, options.Steps("timescale", options.Steps("warmup_steps")))),
        "cyclical" => Cyclical(options),
        "one_cycle" => OneCycle(options),
        "reduce_on_plateau" => new PlateauSchedule(rate)
        {
            IsMaximized = options.Choice("mode", "min", "max") == "max",
            IsAbsolute = options.Choice("threshold_mode", "rel", "abs") == "abs",
            Factor = options.Number("factor"),
            Patience = options.Steps("patience"),
            Threshold = options.Number("threshold"),
            Cooldown = options.Steps("cooldown", 0),
            Minimum = options.Number("minimum_learning_rate", 0),
            MinimumChange = options.Number("minimum_change", 1e-8),
        },
        "warmup_linear" => Warmed(options, Schedule.Linear(rate, rate * options.Number("minimum_ratio", 0), Rest(options))),
        "warmup_polynomial" => Warmed(options, Schedule.Polynomial(rate, options.Number("end_learning_rate", 0), Rest(options), options.Number("power", 1))),
        "warmup_cosine" => Warmed(options, new CosineSchedule(rate, rate * options.Number("minimum_ratio", 0), Rest(options)) { Cycles = options.Number("cycles", 0.5), Continues = true }),
        "warmup_cosine_hard_restarts" =>
            Warmed(options, new CosineSchedule(rate, rate * options.Number("minimum_ratio", 0), Rest(options)) { Restarts = options.Steps("cycles", 1) - 1 }),
        "warmup_stable_decay" => Schedule.WarmupStableDecay(rate, options.Steps("warmup_steps", 0), options.Steps("stable_steps", 0), Decay(options, rate)),
        "chained" => options.Objects("schedules").Select(part => Factor(part, isPyTorch)).Aggregate((product, next) => product.Times(next)).Scale(rate),
        "sequential" => Sequence(options, rate, isPyTorch),
        _ => throw new UnknownGoldenException($"the schedule '{kind}' is not known"),
    };

    private static bool RisesAgain(string after) => after.StartsWith("rises", StringComparison.Ordinal)
        || (after == "hold" ? false : throw new UnknownGoldenException($"the after_end '{after}' is not known"));

    private static long Rest(GoldenOptions options) => options.Steps("total_steps") - options.Steps("warmup_steps", 0);

    private static Schedule Warmed(GoldenOptions options, Schedule next) => Schedule.Warmup(options.Steps("warmup_steps", 0)).Then(next);

    private static Schedule LinearWarmup(GoldenOptions options, double rate)
    {
        var (from, to, offset) = (options.Number("start_factor", 0), options.Number("end_factor", 1), options.Steps("offset", 0));
        var steps = options.Steps("warmup_steps");
        return from > to ? Schedule.Linear(rate * from, rate * to, steps).Offset(offset)
            : offset == 1 ? Schedule.Warmup(steps, from / to, oneBased: true).To(rate * to)
            : Schedule.Warmup(steps, from / to).To(rate * to).Offset(offset);
    }

    private static CyclicalSchedule Cyclical(GoldenOptions options)
    {
        options.PassOver("minimum_momentum", "maximum_momentum");
        var height = options.Choice("mode", "triangular", "triangular2", "exp_range");
        var gamma = options.Number("gamma", 1);
        return new(options.Number("minimum_learning_rate"), options.Number("maximum_learning_rate"), options.Steps("steps_up"), options.Steps("steps_down", options.Steps("steps_up")))
        {
            IsHalving = height == "triangular2",
            Factor = height == "exp_range" ? gamma : 1,
        };
    }

    private static OneCycleSchedule OneCycle(GoldenOptions options)
    {
        options.PassOver("minimum_momentum", "maximum_momentum");
        return Schedule.OneCycle(options.Number("maximum_learning_rate"), options.Steps("total_steps"), options.Number("initial_divisor", 25), options.Number("final_divisor", 1e4)) with
        {
            WarmupFraction = options.Number("warmup_fraction", 0.3),
            IsLinear = options.Choice("annealing", "cos", "linear") == "linear",
            HasThreePhases = options.Flag("three_phase"),
        };
    }

    private static Schedule Decay(GoldenOptions options, double rate)
    {
        var (low, steps) = (rate * options.Number("minimum_ratio", 0), options.Steps("decay_steps"));
        return options.Choice("decay_kind", "linear", "cosine", "one_minus_sqrt") switch
        {
            "linear" => Schedule.Linear(rate, low, steps),
            "cosine" => Schedule.Cosine(rate, low, steps),
            _ => Schedule.OneMinusSqrt(rate, low, steps),
        };
    }

    /// <summary>One of several schedules that multiply: that of the rate 1, where it has no values in the rate's own unit.</summary>
    private static Schedule Factor(JsonObject part, bool isPyTorch)
    {
        string[] absolute = ["minimum_learning_rate", "maximum_learning_rate", "end_learning_rate", "initial_learning_rate"];
        var kind = part["kind"]!.GetValue<string>();
        return Array.Find(absolute, name => part[name] is { } value && TestSupport.Golden.Number(value) != 0) is { } name
            ? throw new UnknownGoldenException($"a factor '{kind}' with the option '{name}' is not known")
            : Create(kind, part, 1, isPyTorch);
    }

    private static Schedule Sequence(GoldenOptions options, double rate, bool isPyTorch)
    {
        long[] starts = [0, .. options.Whole("milestones")];
        Schedule[] parts = [.. options.Objects("schedules").Select(part => Create(part["kind"]!.GetValue<string>(), part, rate, isPyTorch))];
        var joined = parts[^1];
        for (var i = parts.Length - 2; i >= 0; i--)
        {
            joined = parts[i].For(starts[i + 1] - starts[i]).Then(joined);
        }

        return joined;
    }
}
