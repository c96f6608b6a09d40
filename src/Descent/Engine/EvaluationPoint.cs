using System.Numerics;
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
}

/// <summary>The evaluation point is a slot of the state.</summary>
internal sealed class SlotPoint(int slot) : EvaluationPoint
{
    public override string Equation(IReadOnlyList<StateSlot> state) => state[slot].Symbol;

    public override void Apply<T>(BoundParameter<T> bound) => bound.State[slot].AsSpan().CopyTo(bound.Typed.Values.Span);
}

/// <summary>The evaluation point is computed element by element; state does not change.</summary>
internal sealed class ComputedPoint<TUpdate>(Func<StepPoint, TUpdate> at) : EvaluationPoint
    where TUpdate : struct, IUpdate
{
    public override string Equation(IReadOnlyList<StateSlot> state) => EquationPrinter.PrintPoint(at(new StepPoint(2, 1, 1, 1)), state);

    public override void Apply<T>(BoundParameter<T> bound)
    {
        var update = at(bound.At);
        ElementLoop.Run(in update, bound.Range(0, bound.Typed.Length, TUpdate.Slots, withGradient: false), bound.Typed.Length);
    }
}
