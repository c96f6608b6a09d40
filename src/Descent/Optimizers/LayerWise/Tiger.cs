using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Tiger: the sign of a momentum, with one state per parameter; optionally a step in proportion to each tensor's size.</summary>
/// <remarks>
/// <para>m ← μ·m + (1 − μ)·g; d = sign(m); θ ← θ − η·(d + λ·θ). With parameter scale η is multiplied by the root mean square of θ
/// for tensors of two and more axes; for vectors it is halved, and λ is 0.</para>
/// <para>Source: Su, "Tiger: A Tight-fisted Optimizer", 2023, <see href="https://github.com/bojone/tiger"/>.</para>
/// <para>Departures: the author's code halves the rate of biases, means and scales by their names; Descent goes by the axes. Its
/// gradient accumulation inside m is left to the optimizer's gradient scale.</para>
/// </remarks>
public sealed record Tiger : Method
{
    /// <summary>Tiger with its defaults.</summary>
    public Tiger()
        : base(learningRate: 1e-3) => WeightDecay = 0.01;

    /// <summary>The decay μ of the momentum m, in [0, 1).</summary>
    [Option("decay μ of the momentum m", "[0, 1)")]
    public Hyperparameter Momentum { get; init; } = 0.965;

    /// <summary>Whether steps are in proportion to the root mean square of each tensor; a tensor of zeros then stays where it is.</summary>
    [Option("scale steps by the root mean square of the tensor; vectors take half a step without decay")]
    public bool ParameterScale { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => ParameterScale ? DecayForm.Inside : DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => ParameterScale
        ? RuleBinding.LayerWise(
            Scope.Tensor,
            (in _) => default(SquaredParameter),
            (in moment) => ScaledAt(in moment),
            "m")
        : RuleBinding.ElementWise(SignAt, "m");

    private TigerRule SignAt(StepPoint at) => new(Momentum.At(at.Update));

    private ScaledTigerRule ScaledAt(in Moment moment) => moment.Shape.Length > 1
        ? new(SignAt(moment.At), Math.Sqrt(moment.Sums[0] / moment.Length), moment.At.Decay)
        : new(SignAt(moment.At), scale: 0.5, decay: 0);
}

/// <summary>‖θ‖².</summary>
internal readonly struct SquaredParameter : IMeasure
{
    public static int Slots => 0;

    public static int Terms => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V s0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V> => t0 = V.Named("‖θ‖²", theta * theta);
}

internal readonly struct TigerRule(double momentum) : IRule
{
    private readonly Constant mu = new("μ", momentum);
    private readonly Constant oneMinusMu = new("1 − μ", 1 - momentum);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (mu * m) + (oneMinusMu * g);
        return V.Sign(m);
    }
}

internal readonly struct ScaledTigerRule(TigerRule tiger, double scale, double decay) : IRule
{
    private readonly Constant r = new("√(‖θ‖²/N)", scale);
    private readonly Constant lambda = new("λ", decay);

    public static int Slots => TigerRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        r * (tiger.Direction(g, theta, ref m, ref s1, ref s2, ref s3) + (lambda * theta));
}
