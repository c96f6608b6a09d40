using Descent.Lanes;

namespace Descent.Engine;

/// <summary>
/// What a rule must know of a whole row, tensor or group before it can move it: up to four sums over elements. Measuring
/// changes nothing; a rule that is needed to compute a term is run on copies of its state.
/// </summary>
public interface IMeasure
{
    /// <summary>How many of the rule's slots are read: 0 to 4.</summary>
    static abstract int Slots { get; }

    /// <summary>How many sums there are: 0 to 4.</summary>
    static abstract int Terms { get; }

    /// <summary>
    /// The terms of one element; the engine adds them up, eight at a time in the precision of the elements and those sums in
    /// double, in an order that depends on neither vector width nor threads nor blocks.
    /// Name each term as the equation prints its sum.
    /// </summary>
    /// <typeparam name="V">What is computed with.</typeparam>
    /// <param name="g">The gradient, scaled and with coupled decay added.</param>
    /// <param name="theta">The parameter.</param>
    /// <param name="s0">State; only the first <see cref="Slots"/> are read.</param>
    /// <param name="s1">State.</param>
    /// <param name="s2">State.</param>
    /// <param name="s3">State.</param>
    /// <param name="t0">A term; only the first <see cref="Terms"/> are summed.</param>
    /// <param name="t1">A term.</param>
    /// <param name="t2">A term.</param>
    /// <param name="t3">A term.</param>
    void Measure<V>(V g, V theta, V s0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>;
}

/// <summary>Nothing to know: what element-wise rules measure.</summary>
internal readonly struct NoMeasure : IMeasure
{
    public static int Slots => 0;

    public static int Terms => 0;

    public void Measure<V>(V g, V theta, V s0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>
    {
    }
}
