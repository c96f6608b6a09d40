using Descent.Engine;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.TestSupport;

namespace Descent.Tests.Optimizers;

/// <summary>
/// The sensitivity rule: changing any one option of any method moves a trajectory with golden gradients by more than 10 times
/// the tolerance that the method is held to. An option that is ignored cannot pass.
/// </summary>
public class SensitivityTests
{
    /// <summary>
    /// Options that need companions to have a meaning, or another change than the usual one. The companions are set before and
    /// after; <c>to</c> is the changed value. A method name of "" holds for all methods that have the option.
    /// </summary>
    private static readonly (string Method, string Option, string Companions, string? To)[] Cases =
    [
        ("sgd", "nesterov", "momentum=0.7", null),
        ("sgd", "dampening", "momentum=0.5", null),
        ("", "ams_grad_on_corrected", "ams_grad=true, beta2=0.9", null),
        ("", "epsilon_before_correction", "epsilon=0.01", null),
        ("", "decay_scaled_by_learning_rate", "weight_decay=0.05", null),
        ("", "decoupled", "weight_decay=0.05", null),
        ("asgd", "averaging_start", "averaging_start=3", "5"),
        ("rmsprop_tensorflow", "learning_rate_in_momentum", "momentum=0.5, learning_rate=exponential(0.1, 0.9)", null),
        ("rprop", "minimum_step", "minimum_step=0.02", "0.03"),
        ("rprop", "maximum_step", "maximum_step=0.01", "0.005"),
        ("radam", "rectification_threshold", "", "8"),
        ("ranger", "rectification_threshold", "", "8"),
        ("radam", "threshold_inclusive", "beta2=0.875, rectification_threshold=4.469958022680283", null),
        ("radam", "unrectified_update", "", "none"),
        ("adabelief", "unrectified_update", "", "none"),
        ("adabelief", "ams_grad", "rectify=false, beta2=0.9", null),
        ("adabelief", "epsilon", "epsilon=1E-08", null),
        ("adabelief", "decoupled", "weight_decay=0.05", null),
        ("adabelief", "fixed_decay", "weight_decay=0.05", null),
        ("adabound", "ams_bound", "beta2=0.9, final_learning_rate=0.001", null),
        ("lamb", "maximum_gradient_norm", "", "0.5"),
        ("lamb", "maximum_weight_norm", "", "0.5"),
        ("lamb", "always_adapt", "weight_decay=0", null),
        ("adafactor", "epsilon1", "", "1e-6"),
        ("adafactor", "epsilon2", "", "0.9"),
        ("adafactor", "minimum_dimension_to_factor", "", "3"),
        ("adafactor", "relative_step", "learning_rate=0.5", null),
        ("came", "epsilon1", "", "1e-6"),
        ("came", "epsilon2", "", "1e-6"),
        ("sm3", "epsilon", "", "1e-6"),
        ("lars", "dampening", "momentum=0.5", null),
        ("lars", "paper_form", "learning_rate=exponential(1, 0.9)", null),
        ("lars", "always_adapt", "weight_decay=0", null),
        ("lars", "trust_clip", "trust_coefficient=0.5, learning_rate=0.1", null),
        ("larc", "dampening", "momentum=0.5", null),
        ("larc", "epsilon", "", "0.01"),
        ("lookahead", "momentum_on_synchronization", "inner=sgd(momentum=0.9)", "reset"),
        ("cautious", "mask_scaling", "", "mean_clamped"),
        ("", "warmup_steps", "", "10"),
        ("schedule_free_sgd", "learning_rate_power", "learning_rate=linear(0.1..1, 12)", "1"),
        ("schedule_free_adamw", "learning_rate_power", "learning_rate=linear(0.1..1, 12)", "1"),
        ("schedule_free_radam", "learning_rate_power", "learning_rate=linear(0.1..1, 12)", "1"),
        ("", "growth_rate", "initial_distance=0.001", "1.01"),
        ("prodigy", "growth_rate", "distance_coefficient=10", "1.01"),
        ("prodigy", "beta3", "", "0.9"),
        ("prodigy", "safeguard_warmup", "learning_rate=0.5, distance_coefficient=10", null),
        ("dog", "epsilon", "relative_initial_distance=0.1", "0.1"),
        ("prodigy", "decoupled", "weight_decay=0.1, initial_distance=0.001", null),
        ("dadapt_adam", "decoupled", "weight_decay=0.1, initial_distance=0.001", null),
        ("sophia", "epsilon", "gamma=1E-9", null),
        ("sophia_g", "epsilon", "rho=1E-9", "0.1"),
        ("sophia_g", "batch_size", "", "20"),
        ("adan", "proximal_decay", "weight_decay=0.1", null),
        ("ademamix", "beta3_warmup", "beta3=0.99", "5"),
        ("ademamix", "alpha_warmup", "", "5"),
        ("adamp", "weight_decay_ratio", "weight_decay=0.1, delta=0.5", null),
        ("sgdp", "weight_decay_ratio", "weight_decay=0.1, delta=0.5", null),
        ("sgdp", "delta", "", "0.5"),
        ("mars", "kind", "", "lion"),
    ];

    public static TheoryData<string, string> Options()
    {
        var data = new TheoryData<string, string>();
        foreach (var entry in Catalogue.All)
        {
            // AMSGrad is Adam with one option set, which MessageTests shows is refused when it is not.
            foreach (var option in entry.Options.Where(option => (entry.Name, option.Name) != ("amsgrad", "ams_grad")))
            {
                data.Add(entry.Name, option.Name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Changing_any_option_moves_the_trajectory(string name, string optionName)
    {
        var entry = Catalogue.Find(name);
        var option = entry.Options.Single(item => item.Name == optionName);
        var special = Cases.FirstOrDefault(item => item.Option == optionName && item.Method == name);
        special = special.Option is null ? Cases.FirstOrDefault(item => item.Option == optionName && item.Method.Length == 0) : special;
        var before = Catalogue.Parse($"{name}({special.Companions})");
        var to = special.To ?? Changed(option, before);
        var after = Catalogue.Parse($"{name}({string.Join(", ", new[] { special.Companions, $"{optionName}={to}" }.Where(part => !string.IsNullOrEmpty(part)))})");
        var moved = new Differ(0);
        moved.Compare(Trajectory(before), Trajectory(after), optionName);
        var tolerance = before.Rule.IsElementWise ? 1e-12 : 1e-9;
        Assert.True(
            moved.Largest > 10 * tolerance,
            $"{Catalogue.Text(before)}, with {optionName} = {to}: the trajectory moved by only {moved.Largest:E2}.");
    }

    private static string Changed(MethodOption option, Method method) => option.Text(method) switch
    {
        "true" => "false",
        "false" => "true",
        "0" => "0.05",
        "none" => "0.5",
        var epsilon when option.Name.StartsWith("epsilon", StringComparison.Ordinal) => Schedule.Text(100 * double.Parse(epsilon)),
        var whole when int.TryParse(whole, out var number) && number > 1 => $"{number - 1}",
        _ when option.IsMethod => "sgd(momentum=0.5)",
        var number => Schedule.Text(double.Parse(number) * 0.9),
    };

    /// <summary>All parameters at all steps, with gradients of a golden file: a matrix, a vector, a larger matrix, and a kernel.</summary>
    private static List<double> Trajectory(Method method)
    {
        var golden = TestSupport.Golden.Read(Path.Combine(TestSupport.Golden.Folders[0], "optimizers", "adafactor__default.json"));
        var parameters = golden["parameters"]!.AsArray().Select(item => new Parameter<double>(
            item!["name"]!.GetValue<string>(),
            TestSupport.Golden.Numbers(item["initial"]),
            shape: TestSupport.Golden.Integers(item["shape"]))).ToArray();
        var optimizer = Optimizer.For(parameters, method);
        var all = new List<double>();
        foreach (var step in golden["steps"]!.AsArray())
        {
            foreach (var parameter in parameters)
            {
                double[] gradient = TestSupport.Golden.Numbers(step!["gradients"]![parameter.Name]);
                parameter.Gradient = gradient;
                parameter.CurvatureEstimate = gradient.Select(g => g * g).ToArray();
            }

            optimizer.UpdateCurvature();
            optimizer.Step();
            optimizer.MoveTo(ParameterPoint.Evaluation);
            all.AddRange(parameters.SelectMany(parameter => parameter.Values.ToArray()));
            optimizer.MoveTo(ParameterPoint.Training);
            all.AddRange(parameters.SelectMany(parameter => parameter.Values.ToArray()));
        }

        return all;
    }
}
