using System.Numerics;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>A rule whose constants depend on sums or scalars, or that is wrapped: passes that measure, then the one that moves.</summary>
internal sealed class MeasuredKernel<T, TMeasure, TRule> : Kernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TMeasure : struct, IMeasure
    where TRule : struct, IRule
{
    private enum Kind
    {
        Center,
        Own,
        Mask,
    }

    private readonly Method method;
    private readonly RuleBinding binding;
    private readonly AtMoment<TMeasure>? measureAt;
    private readonly AtMoment<TRule> ruleAt;
    private readonly Kind[] kinds;

    public MeasuredKernel(Method method, RuleBinding binding, AtMoment<TMeasure>? measureAt, AtMoment<TRule> ruleAt)
    {
        (this.method, this.binding, this.measureAt, this.ruleAt) = (method, binding, measureAt, ruleAt);
        var own = measureAt is not null || binding.Advance is not null;
        kinds =
        [
            .. binding.CentralizedFrom is null ? Array.Empty<Kind>() : [Kind.Center],
            .. own ? [Kind.Own] : Array.Empty<Kind>(),
            .. binding.Mask is null ? Array.Empty<Kind>() : [Kind.Mask],
        ];
    }

    public override int Passes => kinds.Length;

    // A leaf has the sums of the measure, then Σg, then the count of the mask.
    public override int Stride => TMeasure.Terms + 2;

    public override bool Reads(int pass) => kinds[pass] != Kind.Own || measureAt is not null;

    public override int Streams(int pass) => kinds[pass] switch
    {
        Kind.Center => 2,
        Kind.Own => Reads(pass) ? 2 + TMeasure.Slots : 0,
        _ => 2 + TRule.Slots,
    };

    public override void Pass(int pass, BoundParameter<T> parameter, in Segment segment)
    {
        var sums = parameter.Sums!;
        var moment = MomentOf(parameter, segment.Row);
        var lambda = method.DecayForm == DecayForm.Coupled ? parameter.At.Decay : 0;
        switch (kinds[pass])
        {
            case Kind.Center:
                Sum(new Seen<GradientSum>(default, parameter.Sigma, lambda, 0), TMeasure.Terms, in segment);
                break;
            case Kind.Own:
                Sum(new Seen<TMeasure>(measureAt!(in moment), parameter.Sigma, lambda, Mean(parameter, segment.Row)), 0, in segment);
                break;
            default:
                Sum(new Seen<MaskCount<TRule>>(new(ruleAt(in moment)), parameter.Sigma, lambda, Mean(parameter, segment.Row)), TMeasure.Terms + 1, in segment);
                break;
        }

        void Sum<TSeen>(in TSeen seen, int offset, in Segment segment)
            where TSeen : struct, IMeasure =>
            MeasureLoop.Run(
                in seen,
                parameter.Range(segment.Start, segment.Count, TSeen.Slots),
                segment.Count,
                sums.Partial.AsSpan((segment.Leaf * Stride) + offset),
                Stride);
    }

    public override void EndPass(int pass, BoundParameter<T> parameter)
    {
        var sums = parameter.Sums!;
        switch (kinds[pass])
        {
            case Kind.Center:
                sums.AddUp(TMeasure.Terms, 1);
                break;
            case Kind.Mask:
                sums.AddUp(TMeasure.Terms + 1, 1);
                break;
            default:
                sums.AddUp(0, TMeasure.Terms);
                if (binding.OfRow is { } ofRow)
                {
                    sums.TakeLargest(ofRow, TMeasure.Terms);
                }

                for (var unit = 0; binding.Advance is not null && binding.Scope != Scope.Group && unit < (binding.Scope == Scope.Row ? sums.Rows : 1); unit++)
                {
                    binding.Advance(MomentOf(parameter, unit));
                }

                break;
        }
    }

    public override void EndPass(int pass, GroupState group)
    {
        if (kinds[pass] == Kind.Own && binding.Scope == Scope.Group)
        {
            group.AddUp(TMeasure.Terms);
            if (group.Length > 0)
            {
                binding.Advance?.Invoke(new Moment(group.At, default, group.Length, group.Sums, group.Sums, group.Scalars));
            }
        }
    }

    public override void Run(BoundParameter<T> parameter, in Segment segment)
    {
        var rule = ruleAt(MomentOf(parameter, segment.Row));
        if (binding.Mask is { } scaling)
        {
            var masked = new Masked<TRule>(rule, scaling.Factor(parameter.Sums!.Tensor[TMeasure.Terms + 1], parameter.Typed.Length));
            Apply(new Centered<Masked<TRule>>(masked, Mean(parameter, segment.Row)), in segment);
        }
        else if (binding.CentralizedFrom is not null)
        {
            Apply(new Centered<TRule>(rule, Mean(parameter, segment.Row)), in segment);
        }
        else
        {
            Apply(rule, in segment);
        }

        void Apply<TFinal>(in TFinal final, in Segment segment)
            where TFinal : struct, IRule
        {
            Composed<TFinal> composed = default;
            composed.Compose(in final, method, parameter.At, parameter.Sigma);
            composed.Run<T>(new ReadOnlySpan<Segment>(in segment));
        }
    }

    private double Mean(BoundParameter<T> parameter, int row)
    {
        if (!(parameter.Typed.Shape.Length >= binding.CentralizedFrom))
        {
            return 0;
        }

        var sums = parameter.Sums!;
        return sums.OfRow(row)[TMeasure.Terms] / sums.RowLength;
    }

    private Moment MomentOf(BoundParameter<T> parameter, int row)
    {
        var sums = parameter.Sums!;
        return binding.Scope switch
        {
            Scope.Row => new(parameter.At, parameter.Typed.Shape, sums.RowLength, sums.OfRow(row)[..TMeasure.Terms], sums.Tensor.AsSpan(0, TMeasure.Terms), parameter.ScalarsOf(row)) { LargestOverRows = sums.LargestOverRows },
            Scope.Tensor => new(parameter.At, parameter.Typed.Shape, parameter.Typed.Length, sums.Tensor.AsSpan(0, TMeasure.Terms), sums.Tensor.AsSpan(0, TMeasure.Terms), parameter.ScalarsOf(0)),
            _ => new(parameter.At, parameter.Typed.Shape, parameter.GroupState.Length, parameter.GroupState.Sums, sums.Tensor.AsSpan(0, TMeasure.Terms), parameter.GroupState.Scalars),
        };
    }
}
