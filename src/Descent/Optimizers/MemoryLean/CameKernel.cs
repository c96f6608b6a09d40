using System.Numerics;
using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

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

    /// <summary>g; then g, and v where nothing is factored; then g and m.</summary>
    protected override int MeasuredStreams(int measure) => measure == 0 || (measure == 1 && options.Factored) ? 1 : 2;

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
                Fetch(parameter.State[4], in piece);
                var rule = new CameDifference(options.Beta1.At(parameter.At.Update));
                scratch.Moment!.Run(in rule, in piece, g, parameter.State[4].AsSpan(piece.Range), u, T.CreateTruncating(1 / scratch.Excess));
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
        var beta1 = options.Beta1.At(parameter.At.Update);
        if (scratch.Moment is not { } moment)
        {
            var u = work[..piece.Count];
            Normalize(parameter, scratch, in piece, g, u, 1 / scratch.Excess, work[Piece.Longest..], keep);
            Apply(new MeanDirection(beta1, 1), u, d, Slot(parameter, 1, in piece, work[Piece.Longest..], keep));
            return;
        }

        var old = parameter.State[4].AsSpan(piece.Range);
        var m = keep ? old : d;
        moment.Run(new CameMean(beta1), in piece, g, old, m, T.CreateTruncating(1 / scratch.Excess));
        scratch.Instability!.Whiten(in piece, m, d, T.One);
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

/// <summary>m ← β₁·m + (1 − β₁)·Û.</summary>
internal readonly struct CameMean(double beta1) : IRowRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);

    public static bool HasState => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V column, V row, V m)
        where V : struct, ILane<V> => (beta1 * m) + (oneMinusBeta1 * (g * column * row));
}

/// <summary>Û − m.</summary>
internal readonly struct CameDifference(double beta1) : IRowRule
{
    private readonly CameMean mean = new(beta1);

    public static bool HasState => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V column, V row, V m)
        where V : struct, ILane<V> => (g * column * row) - mean.Next(g, column, row, m);
}
