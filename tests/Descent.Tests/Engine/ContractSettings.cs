using Descent.Optimizers;

namespace Descent.Tests.Engine;

/// <summary>Learning rates with which methods descend in the contract tests, and configurations that choose another rule.</summary>
internal static class ContractSettings
{
    /// <summary>Configurations besides the defaults of every method, which are always tested.</summary>
    public static readonly string[] MoreTexts =
    [
        "sgd_ema(bias_correction=true)", "sgdw(decay_scaled_by_learning_rate=false, weight_decay=0.001)", "sign_sgd(momentum=0.9)", "asgd(averaging_start=2)",
        "qhm(decoupled=true, weight_decay=0.1)", "aggmo(velocities=1)", "aggmo(velocities=2)", "aggmo(velocities=4)", "aggmo(velocities=5)",
        "rmsprop_tensorflow(momentum=0.5)", "rmsprop_tensorflow(centered=true)",
        "rmsprop_tensorflow(momentum=0.5, centered=true, learning_rate_in_momentum=false)",
        "ftrl(l1=0.001, l2=0.001, beta=1)", "ftrl(learning_rate_power=-0.6)", "nadam(decoupled=true, weight_decay=0.1)",
        "radam(unrectified_update=none, threshold_inclusive=true, decoupled=true, weight_decay=0.1)", "adabelief(rectify=false)",
        "adabelief(rectify=false, ams_grad=true)", "adabelief(decoupled=false, weight_decay=0.1)", "adabelief(fixed_decay=true, weight_decay=0.001)",
        "yogi(bias_correction=false)", "adabound(ams_bound=true)",
        "lamb(bias_correction=false, trust_clip=true, maximum_gradient_norm=1)", "novograd(ams_grad=true, gradient_averaging=true)",
        "lookahead(inner=sgd(momentum=0.9), momentum_on_synchronization=pullback)", "cautious(inner=lion)",
        "gradient_centralization(inner=adamw, conv_only=true)", "cautious(inner=gradient_centralization)", "cautious(inner=lamb)",
        "lookahead(inner=sgd(momentum=0.9), momentum_on_synchronization=interpolate)", "schedule_free_radam(silent_sgd_phase=false)",
        "prodigy(decoupled=false, weight_decay=0.01, bias_correction=true)", "dadapt_adam(decoupled=true, weight_decay=0.01, growth_rate=1.5)",
        "dadapt_sgd(momentum=0.9)", "dog(per_tensor=true)", "dowg(per_tensor=true)", "adahessian(hessian_power=0.5)",
        "lars(momentum=0, trust_clip=true)", "lars(nesterov=true, always_adapt=true)", "lars(epsilon=0, paper_form=true)",
        "adafactor(beta1=0.9)", "adafactor(relative_step=false, scale_parameter=false, minimum_dimension_to_factor=1)", "adafactor(warmup_init=true)",
        "adafactor(minimum_dimension_to_factor=100000)", "cautious(inner=adafactor)", "cautious(inner=adafactor(beta1=0.9))",
        "gradient_centralization(inner=adafactor)", "cautious(inner=gradient_centralization(inner=adafactor(weight_decay=0.1)))",
        "lookahead(inner=adafactor(beta1=0.9), momentum_on_synchronization=pullback)",
        "came(beta1=0)", "cautious(inner=came)", "gradient_centralization(inner=came(weight_decay=0.1))",
        "sm3(momentum=0.9)", "sm3(beta=0.9)", "sm3(momentum=0.5, beta=0.9, weight_decay=0.1)",
        "cautious(inner=sm3(momentum=0.9))", "gradient_centralization(inner=sm3)", "lookahead(inner=sm3)",
        "larc(clip=false)", "larc(nesterov=true)", "larc(momentum=0)",
        "padam(exponent=0.5)", "padam(exponent=0.25, bias_correction=true)", "padam(exponent=0.0625)", "padam(exponent=0.3)", "padam(ams_grad=false)",
        "adan(proximal_decay=false, maximum_gradient_norm=1)", "ademamix(beta3=0.99, beta3_warmup=100, alpha_warmup=100)",
        "adopt(clip_exponent=none)", "adopt(decoupled=true, weight_decay=0.1)", "tiger(parameter_scale=true)",
        "adamp(nesterov=true, delta=0.5, weight_decay=0.1)", "sgdp(nesterov=true, delta=0.5, weight_decay=0.1)", "sgdp(delta=0.5)",
        "mars(ams_grad=true)", "mars(optimize_vectors=true)", "mars(optimize_vectors=true, ams_grad=true)", "mars(kind=lion, optimize_vectors=true)",
        "mars(kind=shampoo, optimize_vectors=true)",
    ];

    /// <summary>Where the usual rates, 0.02 for 600 steps on a parabola and 0.002 for 5000 on Rosenbrock's valley, are not the method's.</summary>
    private static readonly Dictionary<string, (double Parabola, double Rosenbrock)> Rates = new(StringComparer.Ordinal)
    {
        ["sgd"] = (0.02, 2e-4),
        ["adagrad"] = (0.5, 0.3),
        ["adam(ams_grad=true)"] = (0.02, 0.02),
        ["adamw(ams_grad=true, ams_grad_on_corrected=true)"] = (0.02, 0.02),
        ["dadapt_sgd"] = (1, 0.2),
        ["dadapt_adam"] = (1, 1),
        ["dog"] = (1, 1),
        ["dowg"] = (1, 1),
        ["prodigy"] = (1, 1),
        ["sophia_g"] = (0.01, 2e-3),
        ["schedule_free_adamw"] = (0.1, 2e-3),
        ["ranger"] = (0.1, 4e-3),
        ["schedule_free_radam"] = (0.1, 5e-3),

        // No estimate of curvature is given here, so that the direction is m̂/ε.
        ["adahessian"] = (2e-6, 3e-8),
        ["tiger"] = (0.01, 2e-3),
        ["mars(ams_grad=true)"] = (0.02, 0.02),
        ["adopt"] = (0.02, 0.02),
        ["novograd(gradient_averaging=true, ams_grad=true)"] = (0.2, 0.05),
        ["gradient_centralization(inner=adamw, conv_only=true)"] = (0.02, 2e-3),
        ["qhm"] = (0.3, 2e-3),
        ["qhm(weight_decay=0.1, decoupled=true)"] = (0.3, 2e-3),
        ["aggmo(velocities=4)"] = (0.02, 1e-5),
        ["aggmo(velocities=5)"] = (0.02, 1e-6),
        ["adadelta"] = (3, 1),
        ["ftrl"] = (1, 0.5),
        ["radam"] = (0.1, 2e-3),
        ["amsgrad"] = (0.02, 0.02),
        ["yogi"] = (0.02, 0.02),
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
        ["lookahead(inner=sgd(momentum=0.9), momentum_on_synchronization=interpolate)"] = (0.02, 3e-4),
    };

    /// <summary>The method with a learning rate and without decay, also for what it leaves to another method.</summary>
    public static Method At(Method method, double rate)
    {
        var changed = method with { LearningRate = rate, WeightDecay = 0 };
        return changed is Mars mars ? mars with { VectorLearningRate = rate, VectorWeightDecay = 0 } : changed;
    }

    /// <summary>The method for Rosenbrock's valley, where another option than the learning rate sets the size of its steps too.</summary>
    public static Method ForRosenbrock(Method method) => method is AdaBound bound ? bound with { FinalLearningRate = 1e-3 } : method;

    public static (double Parabola, double Rosenbrock) Of(Method method)
    {
        var text = Catalogue.Text(method);
        return Rates.TryGetValue(text, out var exact) ? exact
            : Rates.TryGetValue(Catalogue.NameOf(method), out var named) ? named
            : (0.02, 2e-3);
    }
}
