using System.Numerics;
using System.Numerics.Tensors;
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

internal sealed class CameBinding(Came options, StateSlot[] state) : FactoredBinding(state)
{
    private protected override IEnumerable<string> Lines() =>
    [
        .. options.Factored
            ? new[] { "R ← β₂·R + (1 − β₂)·mean_j(g² + ε₁)", "C ← β₂·C + (1 − β₂)·mean_i(g² + ε₁)", "U = g/√(R·Cᵀ/mean(R))" }
            : ["v ← β₂·v + (1 − β₂)·(g² + ε₁)", "U = g/√v"],
        "Û = U/max(1, RMS(U)/D)",
        "m ← β₁·m + (1 − β₁)·Û",
        .. options.Factored
            ? new[] { "S ← β₃·S + (1 − β₃)·mean_j((Û − m)² + ε₂)", "Q ← β₃·Q + (1 − β₃)·mean_i((Û − m)² + ε₂)", "u = m/√(S·Qᵀ/mean(S))" }
            : ["u = m"],
    ];

    private protected override Kernel<T> CreateOwnKernel<T>(Method method) => new CameKernel<T>(options, method, this);
}

internal sealed class CameScratch<T>(RowBlocks blocks, bool factored) : FactoredScratch(blocks)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public FactoredMoment<T>? Moment { get; } = factored ? new(blocks) : null;

    public FactoredMoment<T>? Instability { get; } = factored ? new(blocks) : null;

    /// <summary>max(1, RMS(U)/D).</summary>
    public double Excess { get; set; }
}

/// <summary>Three passes read, for R and C, for RMS(U), and for S and Q; then one moves.</summary>
internal sealed class CameKernel<T>(Came options, Method method, RuleBinding binding) : FactoredKernel<T, CameScratch<T>>(method, binding, measures: 3)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RuleBinding binding = binding;

    protected override CameScratch<T> NewScratch(BoundParameter<T> parameter)
    {
        var shape = parameter.Typed.Shape;
        return options.Factored
            ? new(new RowBlocks(FactoredShape.Of(shape, shape.Length - 2), fewestRows: 64), factored: true)
            : new(new RowBlocks(FactoredShape.Elements(shape, binding.CentralizedFrom is not null), fewestRows: 1), factored: false);
    }

    protected override bool Measures(int measure) => measure == 1 || options.Factored;

    protected override void Begin(int measure, CameScratch<T> scratch, int block)
    {
        if (measure != 1)
        {
            (measure == 0 ? scratch.Moment : scratch.Instability)!.Clear(block);
        }
    }

    protected override double Measure(int measure, BoundParameter<T> parameter, CameScratch<T> scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> work)
    {
        var u = work[..piece.Count];
        switch (measure)
        {
            case 0:
                scratch.Moment!.Add(in piece, g);
                return 0;
            case 1:
                if (scratch.Moment is { } moment)
                {
                    return moment.SumOfWhitenedSquares(in piece, g, work);
                }

                Normalize(parameter, scratch, in piece, g, u, 1, work[Piece.Longest..], keep: false);
                return SumOfSquares.Of<T>(u);
            default:
                var m = work.Slice(Piece.Longest, piece.Count);
                Mean(parameter, scratch, in piece, g, u, m, work[(2 * Piece.Longest)..], keep: false);
                TensorPrimitives.Subtract(u, m, u);
                scratch.Instability!.Add(in piece, u);
                return 0;
        }
    }

    protected override void End(int measure, BoundParameter<T> parameter, CameScratch<T> scratch, int block)
    {
        if (measure == 0)
        {
            scratch.Moment!.UpdateBlock(block, parameter.State[0], parameter.State[1], options.Beta2.At(parameter.At.Update), options.Epsilon1);
        }
        else if (measure == 2)
        {
            scratch.Instability!.UpdateBlock(block, parameter.State[2], parameter.State[3], options.Beta3.At(parameter.At.Update), options.Epsilon2);
        }
    }

    protected override void EndMeasure(int measure, BoundParameter<T> parameter, CameScratch<T> scratch, double sum)
    {
        switch (measure)
        {
            case 0:
                scratch.Moment?.UpdateAll(parameter.State[0], parameter.State[1], options.Beta2.At(parameter.At.Update), options.Epsilon1);
                break;
            case 1:
                scratch.Excess = Math.Max(1, Math.Sqrt(sum / parameter.Typed.Length) / options.ClipThreshold);
                break;
            default:
                scratch.Instability?.UpdateAll(parameter.State[2], parameter.State[3], options.Beta3.At(parameter.At.Update), options.Epsilon2);
                break;
        }
    }

    protected override void Direct(BoundParameter<T> parameter, CameScratch<T> scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> d, Span<T> work, bool keep)
    {
        Mean(parameter, scratch, in piece, g, work[..piece.Count], d, work[Piece.Longest..], keep);
        scratch.Instability?.Whiten(in piece, d, d, T.One);
    }

    /// <summary>m, and Û in <paramref name="u"/>.</summary>
    private void Mean(BoundParameter<T> parameter, CameScratch<T> scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> u, Span<T> m, Span<T> work, bool keep)
    {
        Normalize(parameter, scratch, in piece, g, u, 1 / scratch.Excess, work, keep);
        Apply(new MeanDirection(options.Beta1.At(parameter.At.Update), 1), u, m, Slot(parameter, options.Factored ? 4 : 1, in piece, work, keep));
    }

    /// <summary>scale·g/√V.</summary>
    private void Normalize(BoundParameter<T> parameter, CameScratch<T> scratch, in Piece piece, ReadOnlySpan<T> g, Span<T> u, double scale, Span<T> work, bool keep)
    {
        if (scratch.Moment is { } moment)
        {
            moment.Whiten(in piece, g, u, T.CreateTruncating(scale));
        }
        else
        {
            Apply(new WholeSecondMoment(options.Beta2.At(parameter.At.Update), options.Epsilon1, scale), g, u, Slot(parameter, 0, in piece, work, keep));
        }
    }
}
