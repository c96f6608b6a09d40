using Descent.Engine;

namespace Descent.Optimizers;

/// <summary>DoWG: normalized gradient descent whose steps and sum of squared norms are weighted by the squared distance from the start.</summary>
/// <remarks>
/// <para>r̄ ← max(r̄, ‖θ − x₀‖), at first ρ·(1 + ‖x₀‖); v ← v + r̄²·‖g‖²; θ ← θ − η·r̄²/(√v + ε)·g. r̄ and v belong to the group.</para>
/// <para>Paper: Khaled, Mishchenko, Jin, "DoWG Unleashed: An Efficient Universal Parameter-Free Gradient Descent Method",
/// NeurIPS 2023, <see href="https://arxiv.org/abs/2305.16284"/>, Algorithm 1.</para>
/// <para>Departures: the initial distance is relative to 1 + ‖x₀‖, as in DoG (the paper's is absolute); ε beside the root, shared
/// with the authors' code; the weighted average that the theory evaluates is left to an average of your own; norms run over the
/// parameters that have a gradient in the step.</para>
/// </remarks>
public sealed record Dowg : DistanceOverGradients
{
    /// <summary>DoWG with its defaults.</summary>
    public Dowg() => RelativeInitialDistance = 1e-4;

    private protected override string PaceName => "r̄²/(√v + ε)";

    private protected override StateSlot Sum => new("v") { Equation = "v + r̄²·‖g‖²" };

    private protected override double Weight(double distance) => distance * distance;

    private protected override double Pace(double distance, double sum) => distance * distance / (Math.Sqrt(sum) + Epsilon);
}
