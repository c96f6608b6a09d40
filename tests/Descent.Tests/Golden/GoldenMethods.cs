using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Tests.Golden;

/// <summary>Turns the hyperparameters of a golden file into a method of the catalogue.</summary>
internal static class GoldenMethods
{
    /// <summary>The name in the catalogue of the method that a file is about.</summary>
    public static string NameOf(string golden) => golden switch
    {
        "cautious_adamw" => "cautious",
        "gradient_centralization_sgd" => "gradient_centralization",
        "adabelief_paper" => "adabelief",
        "sophia_paper" => "sophia",
        _ => golden,
    };

    public static Method Create(JsonObject golden, JsonObject? group)
    {
        var values = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var (name, value) in golden["hyperparameters"]!.AsObject().Concat(group ?? []))
        {
            values[name] = value;
        }

        var method = Special(golden["optimizer"]!.GetValue<string>(), values);
        return values.TryGetValue("learning_rate", out var rate) && rate?.GetValueKind() == JsonValueKind.String
            ? method with { LearningRate = Listed.Of(golden) }
            : method;
    }

    /// <summary>Files that say in one list what Descent says in two places, or in other words.</summary>
    private static Method Special(string optimizer, Dictionary<string, JsonNode?> values)
    {
        switch (optimizer)
        {
            case "cautious_adamw":
                values["epsilon_before_correction"] = values["mask_scaling"]!.GetValue<string>() == "count_plus_one";
                return Wrapped(new Cautious(), "adamw", ["mask_scaling"], values);
            case "gradient_centralization_sgd":
                return Wrapped(new GradientCentralization(), "sgd", ["conv_only"], values);
            case "lookahead":
                var inner = values["inner"]!.GetValue<string>();
                string[] used = inner == "sgd" ? ["learning_rate", "momentum"] : ["learning_rate", "beta1", "beta2", "epsilon"];
                var innerValues = used.ToDictionary(name => name, name => values["inner_" + name], StringComparer.Ordinal);
                var own = values.Where(item => !item.Key.StartsWith("inner", StringComparison.Ordinal));
                return With(new Lookahead(With(Catalogue.Find(inner), innerValues)), own);
            case "sophia_paper":
            case "sophia_g":
                // When estimates arrive is the caller's business, and those of the files have the batch size in them.
                return With(Catalogue.Find(NameOf(optimizer)), values.Where(item => item.Key is not ("hessian_interval" or "hessian_update" or "batch_size")));
            case "adabelief_paper":
                return With(Catalogue.Find("adabelief"), [.. values, new("rectify", false)]);
            default:
                return With(Catalogue.Find(NameOf(optimizer)), values);
        }
    }

    private static Wrapper Wrapped(Wrapper wrapper, string inner, string[] own, Dictionary<string, JsonNode?> values) => (Wrapper)With(
        wrapper with { Inner = With(Catalogue.Find(inner), values.Where(item => !own.Contains(item.Key))) },
        values.Where(item => own.Contains(item.Key)));

    /// <summary>A wrapper keeps what it wraps.</summary>
    private static Method With(Wrapper wrapper, IEnumerable<KeyValuePair<string, JsonNode?>> values) =>
        Catalogue.Find(wrapper).With([("inner", Catalogue.Text(wrapper.Inner)), .. values.Select(item => (item.Key, Text(item.Value)))]);

    private static Method With(MethodEntry entry, IEnumerable<KeyValuePair<string, JsonNode?>> given)
    {
        var values = given.ToDictionary(item => item.Key, item => item.Value, StringComparer.Ordinal);
        var options = new List<(string, string)>();
        var epsilonInside = values.TryGetValue("epsilon_inside_root", out var inside) && inside!.GetValueKind() == JsonValueKind.True;
        foreach (var (name, value) in values)
        {
            switch (name)
            {
                case "groups" or "parameters" or "clip_global_norm":
                case "learning_rate" when value is null || value.GetValueKind() == JsonValueKind.String:
                    break;
                case "decoupled" when entry.Options.All(option => option.Name != "decoupled"):
                    Assert.Equal(value!.GetValue<bool>(), entry.Default.DecayForm != DecayForm.Coupled);
                    break;
                case "epsilon_inside_root" when value!.GetValueKind() is JsonValueKind.True or JsonValueKind.False:
                    options.Add((name, epsilonInside ? Text(values["epsilon"]) : "0"));
                    break;
                case "epsilon_before_correction" when values.TryGetValue("bias_correction", out var corrected) && !corrected!.GetValue<bool>():
                    // Without a correction there is no before; Descent refuses the option.
                    break;
                case "epsilon" when epsilonInside:
                    options.Add((name, "0"));
                    break;
                case "maximum_gradient_norm" when value is JsonValue limit && limit.GetValue<double>() == 0:
                    options.Add((name, "none"));
                    break;
                default:
                    options.Add((Rename(name, entry.Name), Text(value)));
                    break;
            }
        }

        return entry.With(options);
    }

    private static string Rename(string name, string optimizer) => name switch
    {
        "amsgrad" => "ams_grad",
        "amsgrad_on_corrected" => "ams_grad_on_corrected",
        "lambd" => "step_decay",
        "t0" => "averaging_start",
        "alpha" when optimizer == "asgd" => "step_decay_power",
        "r" => "step_power",
        "weight_lr_power" => "learning_rate_power",
        "d0" => "initial_distance",
        "d_coefficient" => "distance_coefficient",
        _ => name,
    };

    private static string Text(JsonNode? value) => value is null ? "none"
        : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
        : value.ToJsonString();

    /// <summary>The learning rates that a file lists step by step.</summary>
    private sealed record Listed(double[] Values) : Schedule
    {
        public static Listed Of(JsonObject golden) =>
            new([.. golden["steps"]!.AsArray().Select(step => step!["learning_rate"]!.GetValue<double>())]);

        public override double At(long update) => Values[Math.Min(update, Values.Length - 1)];
    }
}
