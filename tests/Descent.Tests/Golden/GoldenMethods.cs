using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Tests.Golden;

/// <summary>Turns the hyperparameters of a golden file into a method of the catalogue.</summary>
internal static class GoldenMethods
{
    public static Method Create(JsonObject golden, JsonObject? group)
    {
        var entry = Catalogue.Find(golden["optimizer"]!.GetValue<string>());
        var options = new List<(string, string)>();
        var values = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (name, value) in golden["hyperparameters"]!.AsObject().Concat(group ?? []))
        {
            values[name] = value;
        }

        var epsilonInside = values.TryGetValue("epsilon_inside_root", out var inside) && inside!.GetValueKind() == JsonValueKind.True;
        foreach (var (name, value) in values)
        {
            switch (name)
            {
                case "groups" or "parameters" or "clip_global_norm":
                case "learning_rate" when value!.GetValueKind() == JsonValueKind.String:
                    break;
                case "decoupled":
                    Assert.Equal(value!.GetValue<bool>(), entry.Default.DecayForm != DecayForm.Coupled);
                    break;
                case "epsilon_inside_root" when value!.GetValueKind() is JsonValueKind.True or JsonValueKind.False:
                    options.Add((name, epsilonInside ? Text(values["epsilon"]) : "0"));
                    break;
                case "epsilon" when epsilonInside:
                    options.Add((name, "0"));
                    break;
                default:
                    options.Add((Rename(name), Text(value)));
                    break;
            }
        }

        var method = entry.With(options);
        return values["learning_rate"]!.GetValueKind() == JsonValueKind.String
            ? method with { LearningRate = Listed.Of(golden) }
            : method;
    }

    /// <summary>The method with one option changed, together with what it takes for the change to have a meaning.</summary>
    public static Method Variation(MethodEntry entry, Method method, MethodOption option)
    {
        var text = option.Text(method);
        (string Name, string Value)[] change = (option.Name, text) switch
        {
            ("nesterov", "false") => [(option.Name, "true"), ("momentum", "0.7"), ("dampening", "0")],
            ("momentum", "0") => [(option.Name, "0.5")],
            ("dampening", _) when method is Sgd { Nesterov: true } or Sgd { Momentum.IsZero: true } =>
                [(option.Name, "0.5"), ("momentum", "0.5"), ("nesterov", "false")],
            ("ams_grad_on_corrected", _) when method is AdamMethod { AmsGrad: false } => [("ams_grad", "true"), (option.Name, "true"), ("beta2", "0.9")],
            ("epsilon_before_correction" or "bias_correction", _) when method is AdamMethod { Epsilon: < 1e-3 } =>
                [(option.Name, text == "true" ? "false" : "true"), ("epsilon", "0.01")],
            ("decay_scaled_by_learning_rate", _) => [(option.Name, text == "true" ? "false" : "true"), ("weight_decay", "0.05")],
            ("epsilon", not "0") => [(option.Name, Schedule.Text(100 * double.Parse(text)))],
            (_, "true") => [(option.Name, "false")],
            (_, "false") => [(option.Name, "true")],
            ("learning_rate", _) => [],
            _ => [(option.Name, Schedule.Text(double.Parse(text) is 0 ? 0.05 : double.Parse(text) * 0.9))],
        };
        var learningRate = method.LearningRate;
        var options = entry.Options.Where(item => item.Name != "learning_rate").Select(item => (item.Name, item.Text(method))).Concat(change);
        var varied = entry.With(options) with { LearningRate = option.Name == "learning_rate" ? (Hyperparameter)new Scaled(learningRate, 0.9) : learningRate };
        return varied;
    }

    private static string Rename(string name) => name switch
    {
        "amsgrad" => "ams_grad",
        "amsgrad_on_corrected" => "ams_grad_on_corrected",
        _ => name,
    };

    private static string Text(JsonNode? value) => value!.ToJsonString();

    /// <summary>The learning rates that a file lists step by step.</summary>
    private sealed record Listed(double[] Values) : Schedule
    {
        public static Listed Of(JsonObject golden) =>
            new([.. golden["steps"]!.AsArray().Select(step => step!["learning_rate"]!.GetValue<double>())]);

        public override double At(long update) => Values[Math.Min(update, Values.Length - 1)];
    }

    private sealed record Scaled(Hyperparameter Inner, double Factor) : Schedule
    {
        public override double At(long update) => Inner.At(update) * Factor;
    }
}
