using System.Numerics;
using System.Runtime.CompilerServices;
using Descent.Lanes;
using Descent.LinearAlgebra;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>A rule whose direction, taken as a matrix, is orthogonalized before it is followed.</summary>
/// <param name="measure">Makes the measure for a moment whose sums are not known yet.</param>
/// <param name="rule">Makes the rule whose direction is the matrix.</param>
/// <param name="epsilon">What is added to the norm of the matrix.</param>
/// <param name="factor">What the orthogonal matrix is multiplied by, given its rows and columns; named as the equation prints it.</param>
/// <param name="state">The names of the rule's slots.</param>
internal sealed class OrthogonalizedBinding<TMeasure, TRule>(
    AtMoment<TMeasure> measure,
    AtMoment<TRule> rule,
    double epsilon,
    Func<int, int, Constant> factor,
    StateSlot[] state) : RuleBinding(state)
    where TMeasure : struct, IMeasure
    where TRule : struct, IRule
{
    internal override bool Orthogonalizes => true;

    private protected override bool Measures => true;

    private protected override IEnumerable<string> RuleEquations(Method method)
    {
        Span<double> ones = [1, 1, 1, 1];
        var moment = new Moment(new StepPoint(2, 1, 1, 1), [2, 2], 4, ones, ones, default);
        List<string> lines = [.. EquationPrinter.PrintSums(measure(in moment), State), .. EquationPrinter.Print(rule(in moment), State, method)];
        lines.Insert(lines.Count - 1, $"d ← {factor(2, 2).Name}·O, O from d, a matrix of p × q, by 5 Newton–Schulz steps");
        return lines;
    }

    private protected override Kernel<T> CreateOwnKernel<T>(Method method) =>
        new OrthogonalizedKernel<T, TMeasure, TRule>(method, measure, rule, epsilon, factor);
}

/// <summary>
/// Measures on all threads; then, one parameter after the other, writes the rule's direction to memory, orthogonalizes it there
/// and moves the parameter. All parameters share that memory, which is as large as the largest of them.
/// </summary>
internal sealed class OrthogonalizedKernel<T, TMeasure, TRule>(
    Method method,
    AtMoment<TMeasure> measureAt,
    AtMoment<TRule> ruleAt,
    double epsilon,
    Func<int, int, Constant> factor) : Kernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TMeasure : struct, IMeasure
    where TRule : struct, IRule
{
    private readonly NewtonSchulz<T> newtonSchulz = new();
    private T[] matrix = [];

    public override int Passes => 1;

    public override int Stride => TMeasure.Terms;

    public override int Streams(int pass) => 2 + TMeasure.Slots;

    public override void Pass(int pass, BoundParameter<T> parameter, in Segment segment)
    {
        var seen = new Seen<TMeasure>(measureAt(MomentOf(parameter)), parameter.Sigma, CoupledDecay(parameter), mean: 0);
        var partial = parameter.Sums!.Partial.AsSpan(segment.Leaf * Stride);
        MeasureLoop.Run(in seen, parameter.Range(segment.Start, segment.Count, TMeasure.Slots), segment.Count, partial, Stride);
    }

    public override void EndPass(int pass, BoundParameter<T> parameter)
    {
        parameter.Sums!.AddUp(0, TMeasure.Terms);
        var count = parameter.Typed.Length;
        if (count == 0)
        {
            return;
        }

        if (matrix.Length < count)
        {
            matrix = new T[count];
        }

        var direction = matrix.AsSpan(0, count);
        WriteDirection(parameter, direction);
        var (rows, columns) = (parameter.Typed.Shape[0], count / parameter.Typed.Shape[0]);
        newtonSchulz.Orthogonalize(direction, rows, columns, epsilon);
        Follow(parameter, direction, factor(rows, columns).AsDouble);
    }

    /// <summary>There is nothing left to move.</summary>
    public override void Run(BoundParameter<T> parameter, in Segment segment)
    {
    }

    /// <summary>Advances the state, and leaves d where θ was copied to.</summary>
    private void WriteDirection(BoundParameter<T> parameter, Span<T> direction)
    {
        parameter.Typed.Values.Span.CopyTo(direction);
        var rule = new Scaled<Coupled<TRule>>(
            new(ruleAt(MomentOf(parameter)), new Constant("λ", CoupledDecay(parameter))),
            new Constant("σ", parameter.Sigma));
        var range = parameter.Range(0, direction.Length, TRule.Slots);
        var written = new ElementRange<T>(ref direction[0], ref range.Gradient, ref range.S0, ref range.S1, ref range.S2, ref range.S3);
        ElementLoop.Run(new Written<Scaled<Coupled<TRule>>>(rule), in written, direction.Length);
    }

    /// <summary>Descends along the matrix as if it were the gradient, scaled by the factor.</summary>
    private void Follow(BoundParameter<T> parameter, Span<T> direction, double scale)
    {
        Composed<GradientRule> composed = default;
        var at = method.DecayForm == DecayForm.Coupled ? parameter.At with { Decay = 0 } : parameter.At;
        composed.Compose(default, method, at, scale);
        ref var theta = ref parameter.Typed.Values.Span[0];
        composed.Run(new ElementRange<T>(ref theta, ref direction[0], ref theta, ref theta, ref theta, ref theta), direction.Length);
    }

    private double CoupledDecay(BoundParameter<T> parameter) => method.DecayForm == DecayForm.Coupled ? parameter.At.Decay : 0;

    private static Moment MomentOf(BoundParameter<T> parameter)
    {
        var sums = parameter.Sums!.Tensor;
        return new Moment(parameter.At, parameter.Typed.Shape, parameter.Typed.Length, sums, sums, default);
    }
}

/// <summary>The direction itself in place of θ.</summary>
internal readonly struct Written<TRule>(TRule rule) : IUpdate
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3);
}
