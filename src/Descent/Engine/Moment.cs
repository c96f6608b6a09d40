using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>What the sums of a rule run over, and what its scalars belong to.</summary>
public enum Scope
{
    /// <summary>A slice along the first axis: a row of a matrix, an output channel of a kernel. A vector is one row.</summary>
    Row,

    /// <summary>One parameter.</summary>
    Tensor,

    /// <summary>All parameters of a group that have a gradient in this step.</summary>
    Group,
}

/// <summary>What a rule may know when its constants are made: where training stands, what was measured, and its scalars.</summary>
public readonly ref struct Moment
{
    internal Moment(StepPoint at, ReadOnlySpan<int> shape, long length, ReadOnlySpan<double> sums, ReadOnlySpan<double> tensorSums, Span<double> scalars)
    {
        At = at;
        Shape = shape;
        Length = length;
        Sums = sums;
        TensorSums = tensorSums;
        Scalars = scalars;
    }

    /// <summary>The step, with the learning rate and the weight decay in force.</summary>
    public StepPoint At { get; }

    /// <summary>The shape of the parameter; empty where a whole group is meant.</summary>
    public ReadOnlySpan<int> Shape { get; }

    /// <summary>How many elements <see cref="Sums"/> runs over.</summary>
    public long Length { get; }

    /// <summary>The measured sums over the rule's scope.</summary>
    public ReadOnlySpan<double> Sums { get; }

    /// <summary>The measured sums over the whole parameter; those of the group where a whole group is meant.</summary>
    public ReadOnlySpan<double> TensorSums { get; }

    /// <summary>The largest of the numbers of the parameter's rows, where <see cref="RuleBinding.WithLargestOverRows"/> asked for it.</summary>
    public double LargestOverRows { get; internal init; }

    /// <summary>The rule's numbers of state per row, tensor or group; only what advances them may write them.</summary>
    public Span<double> Scalars { get; }
}

/// <summary>Makes a rule or a measure for a moment. It is called once per step, or per row or tensor, not per element.</summary>
/// <typeparam name="T">The rule or the measure.</typeparam>
/// <param name="moment">What may be known.</param>
public delegate T AtMoment<out T>(in Moment moment);

/// <summary>Moves the scalars of a row, tensor or group to the present step, after the sums were measured.</summary>
/// <param name="moment">What is known; its scalars are written.</param>
public delegate void AdvanceScalars(in Moment moment);

/// <summary>A number that follows from the measured sums of one row.</summary>
/// <param name="sums">The sums.</param>
public delegate double NumberOfRow(ReadOnlySpan<double> sums);
