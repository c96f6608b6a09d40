using System.Numerics;
using System.Runtime.InteropServices;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>Where the parameters of an optimizer are.</summary>
public enum ParameterPoint
{
    /// <summary>Where gradients are taken and steps are made.</summary>
    Training,

    /// <summary>Where the model is evaluated and published: an average, for methods that keep one; else the same point.</summary>
    Evaluation,
}

/// <summary>How the evaluation point follows from the training point and the state.</summary>
internal abstract class EvaluationPoint
{
    /// <summary>The point, as the equation prints it.</summary>
    public abstract string Equation(IReadOnlyList<StateSlot> state);

    public abstract void Apply<T>(BoundParameter<T> bound)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>As above, for numbers that were taken out of memory: the parameter becomes the point.</summary>
    public abstract void Apply(StepPoint at, in ElementRange<float> range, int count);
}

/// <summary>The evaluation point is a slot of the state.</summary>
internal sealed class SlotPoint(int slot) : EvaluationPoint
{
    public override string Equation(IReadOnlyList<StateSlot> state) => state[slot].Symbol;

    public override void Apply<T>(BoundParameter<T> bound) => bound.State[slot].AsSpan().CopyTo(bound.Typed.Values.Span);

    public override void Apply(StepPoint at, in ElementRange<float> range, int count)
    {
        ref var point = ref range.S0;
        if (slot == 1)
        {
            point = ref range.S1;
        }
        else if (slot == 2)
        {
            point = ref range.S2;
        }
        else if (slot == 3)
        {
            point = ref range.S3;
        }

        MemoryMarshal.CreateReadOnlySpan(ref point, count).CopyTo(MemoryMarshal.CreateSpan(ref range.Theta, count));
    }
}

/// <summary>The evaluation point is computed element by element; state does not change.</summary>
internal sealed class ComputedPoint<TUpdate>(Func<StepPoint, TUpdate> updateAt) : EvaluationPoint
    where TUpdate : struct, IUpdate
{
    public override string Equation(IReadOnlyList<StateSlot> state) => EquationPrinter.PrintPoint(updateAt(new StepPoint(2, 1, 1, 1)), state);

    public override void Apply<T>(BoundParameter<T> bound)
    {
        var update = updateAt(bound.At);
        ElementLoop.Run(in update, bound.Range(0, bound.Typed.Length, TUpdate.Slots, withGradient: false), bound.Typed.Length);
    }

    public override void Apply(StepPoint at, in ElementRange<float> range, int count) => ElementLoop.Run(updateAt(at), in range, count);
}
