using Descent.Engine;

namespace Descent.Optimizers;

/// <summary>CAME: Adafactor with momentum, whose mean update is damped where single updates differ from it; both mean squares are factored.</summary>
/// <remarks>
/// <para>R ← β₂·R + (1 − β₂)·mean_j(g² + ε₁); C ← β₂·C + (1 − β₂)·mean_i(g² + ε₁); U = g/√(R·Cᵀ/mean(R)); Û = U/max(1, RMS(U)/D);
/// m ← β₁·m + (1 − β₁)·Û; S ← β₃·S + (1 − β₃)·mean_j((Û − m)² + ε₂); Q with mean_i; u = m/√(S·Qᵀ/mean(S)); θ ← θ − η·u.</para>
/// <para>Paper: Luo et al., "CAME: Confidence-guided Adaptive Memory Efficient Optimization", ACL 2023,
/// <see href="https://arxiv.org/abs/2307.02047"/>, Algorithm 2.</para>
/// <para>Departures, shared with the authors' code: the last two axes of every tensor that has two are factored; vectors keep their
/// mean square and move along m; weight decay is scaled by η and stands beside the direction.</para>
/// </remarks>
public sealed record Came() : Method(learningRate: 2e-4)
{
    /// <summary>The decay β₁ of the mean update m, in [0, 1).</summary>
    [Option("decay β₁ of the mean update m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square, in [0, 1).</summary>
    [Option("decay β₂ of the mean square R, C", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>The decay β₃ of the instability, in [0, 1).</summary>
    [Option("decay β₃ of the instability S, Q", "[0, 1)")]
    public Hyperparameter Beta3 { get; init; } = 0.9999;

    /// <summary>What is added to the squared gradient, in (0, ∞).</summary>
    [Option("ε₁ added to the squared gradient", "(0, ∞)")]
    public double Epsilon1 { get; init; } = 1e-30;

    /// <summary>What is added to the squared difference, in (0, ∞).</summary>
    [Option("ε₂ added to the squared difference of update and mean", "(0, ∞)")]
    public double Epsilon2 { get; init; } = 1e-16;

    /// <summary>The RMS above which updates are scaled down, in (0, ∞).</summary>
    [Option("D, the RMS above which updates are scaled down", "(0, ∞)")]
    public double ClipThreshold { get; init; } = 1;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => new CameBinding(this, State());

    /// <summary>Whether the tensors that this method moves are factored; <see cref="MethodFor"/> says.</summary>
    internal bool Factored { get; init; } = true;

    /// <inheritdoc/>
    public override Method MethodFor(ReadOnlySpan<int> shape) => this with { Factored = shape.Length > 1 && FactoredShape.Product(shape) > 0 };

    private StateSlot[] State()
    {
        return Factored ? [Rows("R"), Columns("C"), Rows("S"), Columns("Q"), "m"] : ["v", "m"];

        static StateSlot Rows(string name) => new(name) { ShapeFor = shape => shape[..^1] };

        static StateSlot Columns(string name) => new(name) { ShapeFor = shape => [.. shape[..^2], shape[^1]] };
    }
}
