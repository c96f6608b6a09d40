using System.Numerics;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>What an estimate of the Hessian's diagonal does to the state of a method.</summary>
internal interface ICurvatureUpdate
{
    IEnumerable<string> Equations(IReadOnlyList<StateSlot> state);

    void Apply<T>(BoundParameter<T> bound)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>As above, for numbers that were taken out of memory, the estimate in the gradient's place.</summary>
    void Apply(StepPoint at, in ElementRange<float> range, int count);
}

/// <summary>The update of the state by an estimate, which takes the place of the gradient; the parameter stays.</summary>
/// <param name="updateAt">Makes the update for the steps and updates so far.</param>
/// <param name="advance">Moves the numbers that the method keeps per tensor, when it counts estimates.</param>
internal sealed class CurvatureUpdate<TUpdate>(Func<StepPoint, TUpdate> updateAt, AdvanceScalars? advance = null) : ICurvatureUpdate
    where TUpdate : struct, IUpdate
{
    public IEnumerable<string> Equations(IReadOnlyList<StateSlot> state) => EquationPrinter.PrintEstimate(updateAt(new StepPoint(2, 1, 1, 1)), state);

    public void Apply<T>(BoundParameter<T> bound)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var update = updateAt(bound.At);
        var range = bound.Range(0, bound.Typed.Length, TUpdate.Slots, withGradient: false);
        ref var estimate = ref System.Runtime.InteropServices.MemoryMarshal.GetReference(bound.Typed.CurvatureEstimate.Span);
        advance?.Invoke(new Moment(bound.At, bound.Typed.Shape, bound.Typed.Length, default, default, bound.ScalarsOf(0)));
        ElementLoop.Run(in update, new ElementRange<T>(ref range.Theta, ref estimate, ref range.S0, ref range.S1, ref range.S2, ref range.S3), bound.Typed.Length);
    }

    public void Apply(StepPoint at, in ElementRange<float> range, int count) => ElementLoop.Run(updateAt(at), in range, count);
}
