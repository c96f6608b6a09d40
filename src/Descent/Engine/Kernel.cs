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
        Step = at.Step;
        Decays = decays;
        Compute(at, decays, scale);
    }

    public abstract void Run(BoundParameter<T> parameter, int start, int count);

    protected abstract void Compute(StepPoint at, bool decays, double scale);
}

internal sealed class ElementKernel<T, TRule>(Method method, Func<StepPoint, TRule> ruleAt) : Kernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, IRule
{
    private TRule rule;
    private Constant sigma;
    private Constant eta;
    private Constant decay;
    private DecayForm form;

    public override void Run(BoundParameter<T> parameter, int start, int count)
    {
        var scaled = new Scaled<TRule>(rule, sigma);
        if (decay.AsDouble == 0)
        {
            Loop(new Descend<Scaled<TRule>>(scaled, eta), parameter, start, count);
        }
        else if (form == DecayForm.Coupled)
        {
            var coupled = new Scaled<Coupled<TRule>>(new Coupled<TRule>(rule, decay), sigma);
            Loop(new Descend<Scaled<Coupled<TRule>>>(coupled, eta), parameter, start, count);
        }
        else
        {
            Loop(new DescendAndDecay<Scaled<TRule>>(scaled, eta, decay), parameter, start, count);
        }
    }

    protected override void Compute(StepPoint at, bool decays, double scale)
    {
        rule = ruleAt(at);
        var rate = method.RateAt(at);
        sigma = new Constant("σ", method.Maximize ? -scale : scale);
        eta = new Constant("η", rate);
        form = method.DecayForm;
        var lambda = decays ? method.WeightDecay.At(at.Update) : 0;
        decay = new Constant("δ", form == DecayForm.Decoupled ? rate * lambda : lambda);
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
