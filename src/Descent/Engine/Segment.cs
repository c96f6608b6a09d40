using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Descent.Engine;

/// <summary>
/// A range of one parameter's elements: the unit of work. It lies within one row where rows have sums of their own. It knows
/// the arrays that it runs over, so that a step on many small tensors reads one table instead of following objects.
/// </summary>
internal struct Segment(BoundParameter parameter, int start, int count, int row, int leaf)
{
    private Array? theta;
    private Array? gradient;
    private Array? s0;
    private Array? s1;
    private Array? s2;
    private Array? s3;
    private int thetaStart;
    private int gradientStart;
    private int stateStart;

    /// <summary>Whose elements.</summary>
    public readonly BoundParameter Parameter { get; } = parameter;

    /// <summary>What the parameter shares with others.</summary>
    public Cohort Cohort { get; private set; } = parameter.Cohort;

    /// <summary>The first element.</summary>
    public readonly int Start { get; } = start;

    /// <summary>How many elements.</summary>
    public readonly int Count { get; } = count;

    /// <summary>The number of the row, 0 where rows do not matter.</summary>
    public readonly int Row { get; } = row;

    /// <summary>The number of the first partial sum.</summary>
    public readonly int Leaf { get; } = leaf;

    /// <summary>How many segments, from this one to the end of its chunk, follow each other in its cohort.</summary>
    public int Alike { get; set; }

    /// <summary>Some elements of the segment.</summary>
    public readonly Segment Part(int start, int count) => new(Parameter, start, count, Row, Leaf)
    {
        Cohort = Cohort,
        Alike = 1,
        theta = theta,
        gradient = gradient,
        s0 = s0,
        s1 = s1,
        s2 = s2,
        s3 = s3,
        thetaStart = thetaStart + start - Start,
        gradientStart = gradientStart + start - Start,
        stateStart = stateStart + start - Start,
    };

    /// <summary>Takes over the cohort, for parameters whose numbers are taken out of memory.</summary>
    public void Refresh(BoundParameter bound) => Cohort = bound.Cohort;

    /// <summary>Takes over what may have changed since the last step: the gradient's memory, and the cohort.</summary>
    public void Refresh<T>(BoundParameter<T> bound, ArraySegment<T> values, ArraySegment<T> gradients)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Cohort = bound.Cohort;
        (theta, thetaStart) = (values.Array, values.Offset + Start);
        (gradient, gradientStart) = (gradients.Array, gradients.Offset + Start);
        var state = bound.State;
        s0 = state.Length > 0 ? state[0].Array : null;
        s1 = state.Length > 1 ? state[1].Array : null;
        s2 = state.Length > 2 ? state[2].Array : null;
        s3 = state.Length > 3 ? state[3].Array : null;

        // All slots of a parameter start at the same place.
        stateStart = state.Length > 0 ? state[0].Offset + Start : 0;
    }

    /// <summary>References to the elements, the gradient and the first slots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ElementRange<T> Range<T>(int slots)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        if (theta is null || gradient is null)
        {
            return Unsafe.As<BoundParameter<T>>(Parameter).Range(Start, Count, slots);
        }

        ref var first = ref Unsafe.Add(ref FirstOf<T>(theta), thetaStart);
        return new ElementRange<T>(
            ref first,
            ref Unsafe.Add(ref FirstOf<T>(gradient), gradientStart),
            ref (slots > 0 ? ref Unsafe.Add(ref FirstOf<T>(s0!), stateStart) : ref first),
            ref (slots > 1 ? ref Unsafe.Add(ref FirstOf<T>(s1!), stateStart) : ref first),
            ref (slots > 2 ? ref Unsafe.Add(ref FirstOf<T>(s2!), stateStart) : ref first),
            ref (slots > 3 ? ref Unsafe.Add(ref FirstOf<T>(s3!), stateStart) : ref first));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T FirstOf<T>(Array array) => ref MemoryMarshal.GetArrayDataReference(Unsafe.As<T[]>(array));
}
