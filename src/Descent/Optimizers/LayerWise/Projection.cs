using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>
/// What <see cref="AdamP"/> and <see cref="Sgdp"/> share. Where gradients stand nearly at a right angle to their weights, as they
/// do where weights are normalized afterwards, the direction loses its part along the weights, so that their norm does not grow.
/// </summary>
public abstract record ProjectedMethod : Method
{
    /// <summary>Creates a method with its default learning rate.</summary>
    private protected ProjectedMethod(double learningRate)
        : base(learningRate)
    {
    }

    /// <summary>The threshold δ: the projection applies where |cos(g, θ)| is below δ/√N, in [0, ∞).</summary>
    [Option("threshold δ of the cosine of gradient and weights, times √N", "[0, ∞)")]
    public double Delta { get; init; } = 0.1;

    /// <summary>What weight decay is multiplied by where the projection applies, in [0, ∞).</summary>
    [Option("factor ρ of weight decay where the projection applies", "[0, ∞)")]
    public double WeightDecayRatio { get; init; } = 0.1;

    /// <summary>What is added to the norms, and to roots where there are any, in [0, ∞).</summary>
    [Option("ε added to norms and roots", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether the direction looks ahead, as Nesterov's.</summary>
    [Option("look ahead, as Nesterov")]
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Inside;

    /// <summary>Projects row by row, or the whole tensor, or not at all.</summary>
    /// <param name="ruleAt">Makes the rule whose direction u is projected.</param>
    /// <param name="project">Makes the projected rule from that one, κ = ⟨θ, u⟩/(‖θ‖ + ε)² and the decay.</param>
    /// <param name="decayAt">The decay where nothing is projected, at a moment, named as the equation prints it with ρ.</param>
    /// <param name="state">The names of the rule's slots.</param>
    private protected RuleBinding Projecting<TRule, TProjected>(
        Func<StepPoint, TRule> ruleAt,
        Func<TRule, Constant, Constant, TProjected> project,
        Func<StepPoint, Constant> decayAt,
        params StateSlot[] state)
        where TRule : struct, IRule
        where TProjected : struct, IRule =>
        RuleBinding.LayerWise(
                Scope.Row,
                (in moment) => new ProjectionSums<TRule>(ruleAt(moment.At)),
                (in moment) =>
                {
                    var (along, projects) = Along(in moment);
                    var decay = decayAt(moment.At);
                    return project(
                        ruleAt(moment.At),
                        new Constant("κ", along),
                        projects ? new Constant(decay.Name, decay.AsDouble * WeightDecayRatio) : decay);
                },
                state)
            .WithLargestOverRows(Cosine)
            .Where(
                ("cos", "|⟨g, θ⟩|/((‖g‖ + ε)·(‖θ‖ + ε))"),
                ("κ", "⟨θ, u⟩/(‖θ‖ + ε)² where cos < δ/√N, for all rows or else for the tensor; elsewhere κ = 0 and ρ = 1"));

    /// <summary>⟨θ, u⟩/(‖θ‖ + ε)² of the row, or else of the tensor, or else 0.</summary>
    private (double Along, bool Projects) Along(in Moment moment)
    {
        if (moment.Shape.Length > 1)
        {
            if (moment.LargestOverRows < Delta / Math.Sqrt(moment.Length))
            {
                return (Share(moment.Sums), true);
            }

            if (Cosine(moment.TensorSums) < Delta / Math.Sqrt((double)moment.Length * moment.Shape[0]))
            {
                return (Share(moment.TensorSums), true);
            }
        }

        return (0, false);
    }

    private double Cosine(ReadOnlySpan<double> sums) =>
        Math.Abs(sums[0]) / (Math.Sqrt(sums[1]) + Epsilon) / (Math.Sqrt(sums[2]) + Epsilon);

    private double Share(ReadOnlySpan<double> sums)
    {
        var norm = Math.Sqrt(sums[2]) + Epsilon;
        return sums[3] / (norm * norm);
    }
}

/// <summary>⟨g, θ⟩, ‖g‖², ‖θ‖² and ⟨θ, u⟩.</summary>
internal readonly struct ProjectionSums<TRule>(TRule rule) : IMeasure
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    public static int Terms => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V s0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>
    {
        t0 = V.Named("⟨g, θ⟩", g * theta);
        t1 = V.Named("‖g‖²", g * g);
        t2 = V.Named("‖θ‖²", theta * theta);
        t3 = V.Named("⟨θ, u⟩", theta * V.Named("u", Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3)));
    }
}

internal readonly struct ProjectedRule<TRule>(TRule rule, Constant along, Constant lambda) : IRule
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V u = V.Named("u", Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3));
        return u - (along * theta) + (lambda * theta);
    }
}
