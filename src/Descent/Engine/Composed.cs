using System.Numerics;
using Descent.Lanes;
using Descent.Optimizers;
using Descent.Storage;

namespace Descent.Engine;

/// <summary>A rule composed with the gradient's factor, weight decay and step size of one step; exactly one of the forms is made.</summary>
internal struct Composed<TRule>
    where TRule : struct, IRule
{
    private Descend<Scaled<TRule>> plain;
    private Descend<Scaled<Coupled<TRule>>> coupled;
    private DescendAndDecay<Scaled<TRule>> decoupled;
    private DescendAndShrink<Scaled<TRule>> proximal;
    private DecayForm form;

    public void Compose(in TRule rule, Method method, StepPoint at, double sigma)
    {
        var eta = method.StepSize(at);
        var scale = new Constant("σ", sigma);
        form = at.Decay == 0 ? DecayForm.Inside : method.DecayForm;
        switch (form)
        {
            case DecayForm.Inside:
                plain = new(new(rule, scale), eta);
                break;
            case DecayForm.Coupled:
                coupled = new(new(new(rule, new Constant("λ", at.Decay)), scale), eta);
                break;
            case DecayForm.Decoupled:
                decoupled = new(new(rule, scale), eta, new Constant("η·λ", at.Rate * at.Decay));
                break;
            case DecayForm.Independent:
                decoupled = new(new(rule, scale), eta, new Constant("λ", at.Decay));
                break;
            default:
                proximal = new(new(rule, scale), eta, new Constant("1 + η·λ", 1 + (at.Rate * at.Decay)));
                break;
        }
    }

    public readonly void Run<T>(ReadOnlySpan<Segment> segments)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (form)
        {
            case DecayForm.Inside:
                ElementLoop.Run<T, Descend<Scaled<TRule>>>(in plain, segments);
                break;
            case DecayForm.Coupled:
                ElementLoop.Run<T, Descend<Scaled<Coupled<TRule>>>>(in coupled, segments);
                break;
            case DecayForm.Proximal:
                ElementLoop.Run<T, DescendAndShrink<Scaled<TRule>>>(in proximal, segments);
                break;
            default:
                ElementLoop.Run<T, DescendAndDecay<Scaled<TRule>>>(in decoupled, segments);
                break;
        }
    }

    /// <summary>As <see cref="Run{T}(ReadOnlySpan{Segment})"/>, over memory that is no parameter's.</summary>
    public readonly void Run<T>(in ElementRange<T> range, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (form)
        {
            case DecayForm.Inside:
                ElementLoop.Run(in plain, in range, count);
                break;
            case DecayForm.Coupled:
                ElementLoop.Run(in coupled, in range, count);
                break;
            case DecayForm.Proximal:
                ElementLoop.Run(in proximal, in range, count);
                break;
            default:
                ElementLoop.Run(in decoupled, in range, count);
                break;
        }
    }

    /// <summary>The same over a piece whose rows and columns have numbers of their own, in the first two slots; the gradient is scaled there.</summary>
    public readonly void Run<T>(in FactoredRange<T> range, int count, bool keep)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (form)
        {
            case DecayForm.Inside:
                FactoredLoop.Move(in plain, in range, count, keep);
                break;
            case DecayForm.Coupled:
                FactoredLoop.Move(in coupled, in range, count, keep);
                break;
            case DecayForm.Proximal:
                FactoredLoop.Move(in proximal, in range, count, keep);
                break;
            default:
                FactoredLoop.Move(in decoupled, in range, count, keep);
                break;
        }
    }

    /// <summary>As above, over whole blocks of floats whose state has 8 bits.</summary>
    public readonly void Run(StagedParameter parameter, int start, int count)
    {
        switch (form)
        {
            case DecayForm.Inside:
                EightBitLoop.Run(in plain, parameter, start, count);
                break;
            case DecayForm.Coupled:
                EightBitLoop.Run(in coupled, parameter, start, count);
                break;
            case DecayForm.Proximal:
                EightBitLoop.Run(in proximal, parameter, start, count);
                break;
            default:
                EightBitLoop.Run(in decoupled, parameter, start, count);
                break;
        }
    }
}
