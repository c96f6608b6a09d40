using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>A number that a rule names while it computes a step, as its equations print it.</summary>
/// <param name="Symbol">The letter, e.g. m̂; <c>d</c> is the direction, <c>η/√</c> the learning rate over the root that the rule divides by.</param>
/// <param name="Value">What it was in the step.</param>
public readonly record struct NamedNumber(string Symbol, double Value);

/// <summary>
/// Looks at the steps of one parameter: what the rule names between gradient and direction, such as Adam's m̂ and v̂, computed by the
/// rule itself. Call <see cref="Before"/>, step, then <see cref="Of"/>.
/// </summary>
public sealed class StepTrace
{
    /// <summary>The symbol of the learning rate over the root that a rule divides by: what each number's gradient, or mean of gradients, is multiplied by.</summary>
    public const string EffectiveRate = "η/√";

    private readonly BoundParameter<double> bound;
    private readonly Method method;
    private readonly double[] theta;
    private readonly double[] gradient;
    private readonly double[][] state;
    private readonly List<NamedNumber> names = [];

    internal StepTrace(BoundParameter<double> bound)
    {
        (this.bound, method) = (bound, bound.Kernels.Method);
        (theta, gradient) = (new double[bound.Typed.Length], new double[bound.Typed.Length]);
        state = [.. bound.State.Select(slot => new double[slot.Count])];
    }

    /// <summary>
    /// Whether there is anything to see: the rule needs nothing but the element, the step, and numbers of its tensor. Methods that measure
    /// whole tensors show their state, but not what they name.
    /// </summary>
    public bool IsAvailable => bound.Kernels.Binding.CanRecord;

    /// <summary>Remembers parameter, gradient and state, before a step.</summary>
    public void Before()
    {
        bound.Typed.Values.Span.CopyTo(theta);
        bound.Typed.Gradient.Span.CopyTo(gradient);
        for (var i = 0; i < state.Length; i++)
        {
            bound.State[i].AsSpan().CopyTo(state[i]);
        }
    }

    /// <summary>What the rule named for one element in the step since <see cref="Before"/>; the list is used again.</summary>
    /// <param name="element">Counted from 0.</param>
    public IReadOnlyList<NamedNumber> Of(int element)
    {
        names.Clear();
        if (!IsAvailable)
        {
            return names;
        }

        var at = bound.At;
        Span<double> slots = stackalloc double[4];
        for (var i = 0; i < Math.Min(state.Length, slots.Length); i++)
        {
            // A slot that starts as a copy of the parameter is filled by the first step itself.
            slots[i] = at.Step == 1 && bound.Kernels.Binding.State[i].StartsAtParameter ? theta[element] : state[i][element];
        }

        var g = gradient[element] * bound.Sigma;
        var divisor = bound.Kernels.Binding.Record(
            new Moment(at, bound.Typed.Shape, bound.Typed.Length, default, default, bound.ScalarsOf(0)),
            method.DecayForm == DecayForm.Coupled ? g + (at.Decay * theta[element]) : g,
            theta[element],
            slots,
            names);

        // A root of 0 is no history yet.
        if (Math.Abs(divisor) > 0)
        {
            names.Add(new(EffectiveRate, method.StepSize(at).AsDouble / divisor));
        }

        return names;
    }
}
