using Descent.Lanes;

namespace Descent.Engine;

/// <summary>
/// An element-wise rule: what turns a gradient and its history into a direction. A rule is a small struct of constants;
/// the engine runs it over memory, on threads, in both precisions, and prints its equation.
/// </summary>
public interface IRule
{
    /// <summary>How many numbers of state the rule keeps per element: 0 to 4. They are the first of the slots.</summary>
    static abstract int Slots { get; }

    /// <summary>
    /// The direction d of the update θ ← θ − η·d, and the new state in the slots. Mark it for aggressive inlining: a call
    /// per lane was measured to cost more than half of the speed.
    /// </summary>
    /// <typeparam name="V">What the rule computes with.</typeparam>
    /// <param name="g">The gradient, scaled and with coupled decay added.</param>
    /// <param name="theta">The parameter before the update.</param>
    /// <param name="s0">State; only the first <see cref="Slots"/> are kept.</param>
    /// <param name="s1">State.</param>
    /// <param name="s2">State.</param>
    /// <param name="s3">State.</param>
    V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>;
}

/// <summary>The whole update of an element: what a rule becomes once it is composed.</summary>
internal interface IUpdate
{
    static abstract int Slots { get; }

    V Next<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>;
}
