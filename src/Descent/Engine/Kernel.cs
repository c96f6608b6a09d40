using System.Numerics;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>A method at work on the memory of parameters of one type: passes that only read, then the one that moves.</summary>
internal abstract class Kernel<T> : ISegmentRunner
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many passes come before the update.</summary>
    public virtual int Passes => 0;

    /// <summary>How many numbers each pass leaves behind per leaf, all passes together.</summary>
    public virtual int Stride => 0;

    /// <summary>Takes a parameter on, once: what passes need besides the state is allocated here.</summary>
    public virtual void Bind(BoundParameter<T> parameter)
    {
    }

    /// <summary>Cuts a parameter into segments of the kernel's own; false for the usual ones.</summary>
    public virtual bool AddSegments(BoundParameter<T> parameter, List<Segment> segments) => false;

    /// <summary>Whether single rows can be moved.</summary>
    public virtual bool MovesRows => false;

    /// <summary>Prepares for the coming step of some parameters.</summary>
    public virtual void Prepare(Cohort cohort)
    {
    }

    /// <summary>Whether each parameter is to be prepared too.</summary>
    public virtual bool PreparesEach => false;

    /// <summary>Prepares for the coming step of one parameter.</summary>
    public virtual void Prepare(BoundParameter<T> parameter)
    {
    }

    /// <summary>Whether a pass has anything to read.</summary>
    public virtual bool Reads(int pass) => true;

    /// <summary>How many arrays, as long as the parameter, a pass reads: what benchmarks compare its speed with.</summary>
    public virtual int Streams(int pass) => Reads(pass) ? 2 : 0;

    /// <summary>How many of so many arrays of state, as long as the parameter, a pass writes; the last pass is the one that moves.</summary>
    public virtual int Written(int pass, int states) => pass < Passes ? 0 : states;

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

    /// <inheritdoc/>
    public virtual void Run(ReadOnlySpan<Segment> segments)
    {
        foreach (ref readonly var segment in segments)
        {
            if (segment.Cohort.IsActive)
            {
                Run((BoundParameter<T>)segment.Parameter, in segment);
            }
        }
    }
}

/// <summary>Moves segments of parameters of one method and type.</summary>
internal interface ISegmentRunner
{
    /// <summary>Moves those whose parameters have a gradient.</summary>
    void Run(ReadOnlySpan<Segment> segments);
}

/// <summary>An element-wise rule: its constants are the same for all parameters of a cohort.</summary>
internal sealed class ElementKernel<T, TRule>(Method method, AtMoment<TRule> ruleAt) : Kernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : struct, IRule
{
    private Composed<TRule>[] composed = new Composed<TRule>[1];

    public override bool MovesRows => true;

    public override void Prepare(Cohort cohort)
    {
        if (cohort.Index >= composed.Length)
        {
            Array.Resize(ref composed, 2 * cohort.Index);
        }

        var rule = ruleAt(new Moment(cohort.At, default, 0, default, default, default));
        composed[cohort.Index].Compose(in rule, method, cohort.At, cohort.Sigma);
    }

    public override void Run(BoundParameter<T> parameter, in Segment segment) =>
        composed[parameter.Cohort.Index].Run<T>(new ReadOnlySpan<Segment>(in segment));

    public override void Run(ReadOnlySpan<Segment> segments)
    {
        while (!segments.IsEmpty)
        {
            var (cohort, count) = (segments[0].Cohort, Math.Min(segments[0].Alike, segments.Length));
            if (cohort.IsActive && !cohort.IsByRows)
            {
                composed[cohort.Index].Run<T>(segments[..count]);
            }
            else if (cohort.IsActive)
            {
                foreach (ref readonly var segment in segments[..count])
                {
                    RunRows(in segment);
                }
            }

            segments = segments[count..];
        }
    }

    /// <summary>Moves the rows of a segment that have a gradient, those side by side at once.</summary>
    private void RunRows(in Segment segment)
    {
        var (parameter, last) = (segment.Parameter.Parameter, segment.Start + segment.Count);
        var rows = parameter.GradientRows!.Ascending();
        var length = parameter.RowLength;
        var next = length == 0 ? rows.Length : rows.BinarySearch(segment.Start / length);
        for (next = next < 0 ? ~next : next; next < rows.Length && rows[next] * length < last;)
        {
            var start = Math.Max(rows[next] * length, segment.Start);
            var end = (rows[next++] + 1) * length;
            while (next < rows.Length && rows[next] * length == end && end < last)
            {
                end += length;
                next++;
            }

            var part = segment.Part(start, Math.Min(end, last) - start);
            composed[segment.Cohort.Index].Run<T>(new ReadOnlySpan<Segment>(in part));
        }
    }
}
