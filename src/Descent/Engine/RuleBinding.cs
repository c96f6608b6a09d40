using System.Numerics;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>A named number of state per element.</summary>
/// <param name="Name">The paper's letter; state is saved under it.</param>
/// <param name="Initial">The value before the first step.</param>
public readonly record struct StateSlot(string Name, double Initial = 0)
{
    /// <summary>A slot that starts at 0.</summary>
    public static implicit operator StateSlot(string name) => new(name);
}

/// <summary>A rule together with the names of its state and how its constants follow from the moment of training.</summary>
public abstract class RuleBinding
{
    private protected RuleBinding(StateSlot[] state) => State = state;

    /// <summary>The state per element, in the order of the rule's slots.</summary>
    public IReadOnlyList<StateSlot> State { get; }

    /// <summary>Binds an element-wise rule.</summary>
    /// <param name="at">Makes the rule for a moment. It is called once per step, not once per element.</param>
    /// <param name="state">The names of the rule's slots.</param>
    public static RuleBinding ElementWise<TRule>(Func<StepPoint, TRule> at, params StateSlot[] state)
        where TRule : struct, IRule
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(state);
        return new ElementWiseBinding<TRule>(at, state);
    }

    /// <summary>
    /// The equations of one step, a line each, in the order in which they are computed. Weight decay is shown also where it
    /// is 0, because its place is part of the method.
    /// </summary>
    /// <param name="method">Whose rule it is.</param>
    public abstract IReadOnlyList<string> Equations(Method method);

    internal abstract Kernel<T> CreateKernel<T>(Method method)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

internal sealed class ElementWiseBinding<TRule> : RuleBinding
    where TRule : struct, IRule
{
    private readonly Func<StepPoint, TRule> at;

    public ElementWiseBinding(Func<StepPoint, TRule> at, StateSlot[] state)
        : base(state)
    {
        if (state.Length != TRule.Slots)
        {
            throw new ArgumentException($"The rule has {TRule.Slots} slots, but {state.Length} names were given.", nameof(state));
        }

        this.at = at;
    }

    public override IReadOnlyList<string> Equations(Method method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return EquationPrinter.Print(at(new StepPoint(2, 1)), State, method);
    }

    internal override Kernel<T> CreateKernel<T>(Method method) => new ElementKernel<T, TRule>(method, at);
}
