using System.Numerics;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>A range of one parameter's elements: the unit of work. It lies within one row where rows have sums of their own.</summary>
/// <param name="Parameter">Whose elements.</param>
/// <param name="Start">The first one.</param>
/// <param name="Count">How many.</param>
/// <param name="Row">The number of the row, 0 where rows do not matter.</param>
/// <param name="Leaf">The number of the first partial sum.</param>
internal readonly record struct Segment(BoundParameter Parameter, int Start, int Count, int Row, int Leaf);

/// <summary>A method at work on the memory of parameters of one type: passes that only read, then the one that moves.</summary>
internal abstract class Kernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many passes come before the update.</summary>
    public virtual int Passes => 0;

    /// <summary>How many numbers each pass leaves behind per leaf, all passes together.</summary>
    public virtual int Stride => 0;

    /// <summary>Whether <see cref="Prepare"/> is needed for each parameter, and not only for one of those that were stepped equally often.</summary>
    public virtual bool PreparesEach => false;

    /// <summary>Prepares for the coming step of a parameter, whose <see cref="BoundParameter.At"/> is set.</summary>
    public virtual void Prepare(BoundParameter<T> parameter)
    {
    }

    /// <summary>Whether a pass has anything to read.</summary>
    public virtual bool Reads(int pass) => true;

    /// <summary>How many arrays, as long as the parameter, a pass reads: what benchmarks compare its speed with.</summary>
    public virtual int Streams(int pass) => Reads(pass) ? 2 : 0;

    /// <summary>Does a pass over a segment.</summary>
    public virtual void Pass(int pass, BoundParameter<T> parameter, in Segment segment)
    {
    }

    /// <summary>Adds up what a pass left behind, once for each parameter.</summary>
    public virtual void EndPass(int pass, BoundParameter<T> parameter)
    {
    }

    /// <summary>Adds up what a pass left behind, once for the group, after its parameters.</summary>
    public virtual void EndPass(int pass, GroupState group)
    {
    }

    /// <summary>Moves the elements of a segment.</summary>
    public abstract void Run(BoundParameter<T> parameter, in Segment segment);
}

/// <summary>An element-wise rule: its constants are the same for all parameters that were stepped equally often.</summary>
internal sealed class ElementKernel<T, TRule>(Method method, AtMoment<TRule> ruleAt) : Kernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, IRule
{
    private Composed<TRule>[] composed = new Composed<TRule>[1];
    private (StepPoint At, double Sigma)[] prepared = new (StepPoint, double)[1];
    private long update = -1;
    private int count;

    /// <summary>Parameters that were stepped equally often share their constants; there are as many as different counts, normally one.</summary>
    public override void Prepare(BoundParameter<T> parameter)
    {
        var wanted = (parameter.At, parameter.Sigma);
        if (wanted.At.Update != update)
        {
            (update, count) = (wanted.At.Update, 0);
        }

        var index = 0;
        while (index < count && prepared[index] != wanted)
        {
            index++;
        }

        if (index == count)
        {
            if (count == prepared.Length)
            {
                Array.Resize(ref composed, 2 * count);
                Array.Resize(ref prepared, 2 * count);
            }

            var rule = ruleAt(new Moment(wanted.At, default, 0, default, default, default));
            composed[index].Compose(in rule, method, wanted.At, wanted.Sigma);
            prepared[index] = wanted;
            count++;
        }

        parameter.Prepared = index;
    }

    public override void Run(BoundParameter<T> parameter, in Segment segment) =>
        composed[parameter.Prepared].Run(parameter, segment.Start, segment.Count);
}
