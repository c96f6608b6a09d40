using System.Text.Json.Nodes;
using Descent.Schedules;

namespace Descent.Tests.Golden;

/// <summary>The schedules that golden files describe.</summary>
internal static class GoldenSchedules
{
    public static Schedule Create(JsonObject golden) => Create(
        golden["schedule"]!.GetValue<string>(),
        golden["hyperparameters"]!.AsObject(),
        golden["base_learning_rate"] is { } rate ? TestSupport.Golden.Number(rate) : double.NaN);

    /// <summary>The momentum that cycles inversely: the same schedule between other values.</summary>
    public static Schedule Momentum(JsonObject golden)
    {
        var options = golden["hyperparameters"]!.AsObject();
        var (low, high) = (TestSupport.Golden.Number(options["minimum_momentum"]), TestSupport.Golden.Number(options["maximum_momentum"]));
        return Create(golden) switch
        {
            CyclicalSchedule cycle => cycle with { From = high, To = low },
            OneCycleSchedule cycle => cycle with { From = high, Peak = low, To = high },
            var other => throw new InvalidDataException($"'{other}' has no momentum."),
        };
    }

    /// <summary>The names and files of the cases of one kind in the folder of other files.</summary>
    public static IEnumerable<(string Name, string File)> Cases(string kind) =>
        from file in TestSupport.Golden.Files("other")
        let golden = TestSupport.Golden.Read(file)
        where golden["kind"]!.GetValue<string>() == kind
        from item in golden["cases"]!.AsArray()
        select (item!["name"]!.GetValue<string>(), file);

    private static Schedule Create(string kind, JsonObject options, double rate)
    {
        long Steps(string name) => options[name]!.GetValue<long>();
        double Number(string name, double otherwise = double.NaN) => options[name] is { } node ? TestSupport.Golden.Number(node) : otherwise;
        bool Is(string name, string value) => options[name]?.GetValue<string>() == value;
        Schedule Warmed(Schedule next) => options["warmup_steps"] is null || Steps("warmup_steps") == 0 ? next : Schedule.Warmup(Steps("warmup_steps")).Then(next);
        return kind switch
        {
            "constant" when options["factor"] is null => Schedule.Constant(rate),
            "constant" => Schedule.Constant(rate * Number("factor")).For(Steps("total_steps")).Then(Schedule.Constant(rate)),
            "linear" or "linear_decay" =>
                Schedule.Linear(rate * Number("start_factor"), rate * Number("end_factor"), Steps("total_steps")),
            "linear_warmup" => Schedule.Warmup(Steps("warmup_steps"), Number("start_factor", 0), Number("offset", 0) == 1).To(rate),
            "cosine_annealing" => new CosineSchedule(rate, Number("minimum_learning_rate"), Steps("total_steps"))
            {
                Continues = options["after_end"]?.GetValue<string>().StartsWith("rises", StringComparison.Ordinal) == true,
            },
            "cosine_warm_restarts" => Schedule.WarmRestarts(rate, Number("minimum_learning_rate", 0), Steps("first_period"), Number("period_multiplier", 1)),
            "exponential" => Schedule.Exponential(rate, Number("gamma")),
            "step" => Schedule.Step(rate, Steps("step_size"), Number("gamma")),
            "multistep" => Schedule.MultiStep(rate, Number("gamma"), options["milestones"]!.AsArray().Select(node => node!.GetValue<long>())),
            "polynomial" => Schedule.Polynomial(rate, Number("end_learning_rate", 0), Steps("total_steps"), Number("power", 1)),
            "inverse_time" => Schedule.InverseTime(rate, Number("decay_rate"), Number("power", 1)),
            "noam" => Schedule.Noam(Steps("model_dimension"), Steps("warmup_steps"), rate * Number("scale", 1)),
            "inverse_square_root" => Schedule.Warmup(Steps("warmup_steps"), Number("initial_learning_rate", 0) / rate)
                .Then(Schedule.InverseSquareRoot(rate, options["timescale"] is null ? Steps("warmup_steps") : Steps("timescale"))),
            "cyclical" => new CyclicalSchedule(Number("minimum_learning_rate"), Number("maximum_learning_rate"), Steps("steps_up"), options["steps_down"] is null ? Steps("steps_up") : Steps("steps_down"))
            {
                Height = Is("mode", "triangular2") ? CycleHeight.Halving : Is("mode", "exp_range") ? CycleHeight.Exponential : CycleHeight.Constant,
                Factor = Is("mode", "exp_range") ? Number("gamma") : 1,
            },
            "one_cycle" => Schedule.OneCycle(Number("maximum_learning_rate"), Steps("total_steps"), Number("initial_divisor"), Number("final_divisor")) with
            {
                WarmupFraction = Number("warmup_fraction"),
                IsLinear = Is("annealing", "linear"),
                HasThreePhases = options["three_phase"]?.GetValue<bool>() == true,
            },
            "reduce_on_plateau" => new PlateauSchedule(rate)
            {
                IsMaximized = Is("mode", "max"),
                IsAbsolute = Is("threshold_mode", "abs"),
                Factor = Number("factor"),
                Patience = Steps("patience"),
                Threshold = Number("threshold"),
                Cooldown = Steps("cooldown"),
                Minimum = Number("minimum_learning_rate"),
                MinimumChange = Number("minimum_change"),
            },
            "warmup_linear" => Warmed(Schedule.Linear(rate, 0, Steps("total_steps") - Steps("warmup_steps"))),
            "warmup_polynomial" => Warmed(Schedule.Polynomial(rate, Number("end_learning_rate"), Steps("total_steps") - Steps("warmup_steps"), Number("power"))),
            "warmup_cosine" => Warmed(
                new CosineSchedule(rate, rate * Number("minimum_ratio", 0), Steps("total_steps") - Steps("warmup_steps"))
                {
                    Cycles = Number("cycles", 0.5),
                    Continues = true,
                }),
            "warmup_cosine_hard_restarts" => Warmed(
                new CosineSchedule(rate, 0, Steps("total_steps") - Steps("warmup_steps")) { Restarts = Steps("cycles") - 1, }),
            "warmup_stable_decay" => Schedule.WarmupStableDecay(rate, Steps("warmup_steps"), Steps("stable_steps"), Decay()),
            "chained" => options["schedules"]!.AsArray()
                .Select(part => Create(part!["kind"]!.GetValue<string>(), part.AsObject(), 1))
                .Aggregate((product, next) => product.Times(next)).Scale(rate),
            "sequential" => Sequence(options, rate),
            _ => throw new InvalidDataException($"The schedule '{kind}' of a golden file is not known."),
        };

        Schedule Decay()
        {
            var (low, steps) = (rate * Number("minimum_ratio", 0), Steps("decay_steps"));
            return options["decay_kind"]!.GetValue<string>() switch
            {
                "linear" => Schedule.Linear(rate, low, steps),
                "cosine" => Schedule.Cosine(rate, low, steps),
                _ => Schedule.OneMinusSqrt(rate, low, steps),
            };
        }
    }

    private static Schedule Sequence(JsonObject options, double rate)
    {
        var milestones = TestSupport.Golden.Integers(options["milestones"]);
        Schedule? joined = null;
        var parts = options["schedules"]!.AsArray();
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            var part = Create(parts[i]!["kind"]!.GetValue<string>(), parts[i]!.AsObject(), rate);
            joined = joined is null ? part : part.For(milestones[i] - (i > 0 ? milestones[i - 1] : 0)).Then(joined);
        }

        return joined!;
    }
}
