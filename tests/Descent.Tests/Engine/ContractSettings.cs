using Descent.Optimizers;

namespace Descent.Tests.Engine;

/// <summary>Learning rates with which methods descend in the contract tests, and configurations that choose another rule.</summary>
internal static class ContractSettings
{
    /// <summary>Configurations besides the defaults of every method, which are always tested.</summary>
    public static readonly string[] MoreTexts =
    [
        "lamb(bias_correction=false, trust_clip=true, maximum_gradient_norm=1)", "novograd(ams_grad=true, gradient_averaging=true)",
        "lookahead(inner=sgd(momentum=0.9), momentum_on_synchronization=pullback)", "cautious(inner=lion)",
        "gradient_centralization(inner=adamw, conv_only=true)", "cautious(inner=gradient_centralization)", "cautious(inner=lamb)",
        "lars(momentum=0, trust_clip=true)", "lars(nesterov=true, always_adapt=true)", "lars(epsilon=0, paper_form=true)",
        "adafactor(beta1=0.9)", "adafactor(relative_step=false, scale_parameter=false, minimum_dimension_to_factor=1)", "adafactor(warmup_init=true)",
        "adafactor(minimum_dimension_to_factor=100000)", "cautious(inner=adafactor)", "cautious(inner=adafactor(beta1=0.9))",
        "gradient_centralization(inner=adafactor)", "cautious(inner=gradient_centralization(inner=adafactor(weight_decay=0.1)))",
        "lookahead(inner=adafactor(beta1=0.9), momentum_on_synchronization=pullback)",
        "came(beta1=0)", "cautious(inner=came)", "gradient_centralization(inner=came(weight_decay=0.1))",
        "sm3(momentum=0.9)", "sm3(beta=0.9)", "sm3(momentum=0.5, beta=0.9, weight_decay=0.1)",
        "cautious(inner=sm3(momentum=0.9))", "gradient_centralization(inner=sm3)", "lookahead(inner=sm3)",
        "larc(clip=false)", "larc(nesterov=true)", "larc(momentum=0)",
    ];

    /// <summary>Where the usual rates, 0.02 for 600 steps on a parabola and 0.002 for 5000 on Rosenbrock's valley, are not the method's.</summary>
    private static readonly Dictionary<string, (double Parabola, double Rosenbrock)> Rates = new(StringComparer.Ordinal)
    {
        ["sgd"] = (0.02, 2e-4),
        ["adagrad"] = (0.5, 0.3),
        ["adam(ams_grad=true)"] = (0.02, 0.02),
        ["adamw(ams_grad=true, ams_grad_on_corrected=true)"] = (0.02, 0.02),
        ["schedule_free_sgd"] = (0.1, 1e-3),
        ["adafactor(warmup_init=true)"] = (10, 0.1),
        ["lookahead(inner=adafactor(beta1=0.9), momentum_on_synchronization=pullback)"] = (0.1, 0.01),
        ["gradient_centralization(inner=adafactor)"] = (0.02, 0.01),
        ["gradient_centralization(inner=came(weight_decay=0.1))"] = (0.02, 4e-3),
        ["sm3"] = (0.5, 0.3),
        ["sm3(momentum=0.9)"] = (0.5, 0.3),
        ["sm3(beta=0.9)"] = (0.02, 2e-3),
        ["sm3(weight_decay=0.1, momentum=0.5, beta=0.9)"] = (0.02, 2e-3),
        ["cautious(inner=sm3(momentum=0.9))"] = (0.5, 0.3),
        ["gradient_centralization(inner=sm3)"] = (0.5, 0.3),
        ["lookahead(inner=sm3)"] = (1, 0.5),
        ["lars"] = (0.02, 2e-4),
        ["lars(momentum=0, trust_clip=true)"] = (0.02, 1e-3),
        ["lars(nesterov=true, always_adapt=true)"] = (10, 0.1),
        ["lars(epsilon=0, paper_form=true)"] = (10, 0.1),
        ["larc"] = (0.02, 2e-4),
        ["larc(momentum=0)"] = (0.02, 1e-3),
        ["larc(clip=false)"] = (0.5, 0.01),
        ["gradient_centralization"] = (0.02, 2e-4),
        ["cautious(inner=gradient_centralization)"] = (0.02, 2e-4),
        ["lookahead(inner=sgd(momentum=0.9), momentum_on_synchronization=pullback)"] = (0.02, 3e-4),
    };

    public static (double Parabola, double Rosenbrock) Of(Method method)
    {
        var text = Catalogue.Text(method);
        return Rates.TryGetValue(text, out var exact) ? exact
            : Rates.TryGetValue(Catalogue.NameOf(method), out var named) ? named
            : (0.02, 2e-3);
    }
}
