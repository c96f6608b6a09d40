using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Lanes;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>A rule with the constants of one step: what runs over the memory of parameters of one type.</summary>
internal abstract class Kernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The step of the parameter for which the constants hold.</summary>
    public long Step { get; private set; }

    /// <summary>Whether the constants include weight decay.</summary>
    public bool Decays { get; private set; }

    public void Prepare(StepPoint at, bool decays, double scale)
    {
        Step = 0;
        Compute(at, decays, scale);
        Step = at.Step;
        Decays = decays;
    }

    public abstract void Run(BoundParameter<T> parameter, int start, int count);

    protected abstract void Compute(StepPoint at, bool decays, double scale);
}

internal sealed class ElementKernel<T, TRule>(Method method, Func<StepPoint, TRule> ruleAt) : Kernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, IRule
{
    // The composed update of the step: exactly one of them is prepared.
    private Descend<Scaled<TRule>> plain;
    private Descend<Scaled<Coupled<TRule>>> coupled;
    private DescendAndDecay<Scaled<TRule>> decoupled;
    private DecayForm? decay;

    public override void Run(BoundParameter<T> parameter, int start, int count)
    {
        switch (decay)
        {
            case null:
                Loop(in plain, parameter, start, count);
                break;
            case DecayForm.Coupled:
                Loop(in coupled, parameter, start, count);
                break;
            default:
                Loop(in decoupled, parameter, start, count);
                break;
        }
    }

    protected override void Compute(StepPoint at, bool decays, double scale)
    {
        var rule = ruleAt(at);
        var rate = method.RateAt(at);
        var eta = new Constant("η", rate);
        var sigma = new Constant("σ", method.Maximize ? -scale : scale);
        var lambda = decays ? method.WeightDecay.At(at.Update) : 0;
        if (lambda == 0)
        {
            plain = new(new(rule, sigma), eta);
            decay = null;
            return;
        }

        decay = method.DecayForm;
        switch (decay)
        {
            case DecayForm.Coupled:
                coupled = new(new(new(rule, new Constant("λ", lambda)), sigma), eta);
                break;
            case DecayForm.Decoupled:
                decoupled = new(new(rule, sigma), eta, new Constant("η·λ", rate * lambda));
                break;
            default:
                decoupled = new(new(rule, sigma), eta, new Constant("λ", lambda));
                break;
        }
    }

    private static void Loop<TUpdate>(in TUpdate update, BoundParameter<T> bound, int start, int count)
        where TUpdate : struct, IUpdate
    {
        ref var first = ref MemoryMarshal.GetReference(bound.Typed.Values.Span.Slice(start, count));
        ElementLoop.Run(
            in update,
            new ElementRange<T>(
                ref first,
                ref MemoryMarshal.GetReference(bound.Typed.Gradient.Span.Slice(start, count)),
                ref Slot(bound, 0, start, ref first),
                ref Slot(bound, 1, start, ref first),
                ref Slot(bound, 2, start, ref first),
                ref Slot(bound, 3, start, ref first)),
            count);

        static ref T Slot(BoundParameter<T> bound, int slot, int start, ref T unused)
        {
            if (slot >= TUpdate.Slots)
            {
                return ref unused;
            }

            return ref Unsafe.Add(ref bound.FirstOf(slot), start);
        }
    }
}
