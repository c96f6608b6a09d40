using Descent.Engine;

namespace Descent.Gradients;

/// <summary>Parameters whose gradients are clipped together.</summary>
internal sealed class ClippingDomain : IChunkedWork
{
    private readonly BoundParameter[] members;
    private readonly GradientNorm? norm;

    /// <param name="clipping">How.</param>
    /// <param name="sets">Whose gradients.</param>
    /// <param name="bound">All parameters of the optimizer.</param>
    /// <param name="partition">All their elements.</param>
    /// <param name="name">What its history is saved as.</param>
    public ClippingDomain(GradientClipping clipping, KernelSet[] sets, BoundParameter[] bound, Partition partition, string name)
    {
        (Clipping, Sets) = (clipping, sets);
        members = [.. bound.Where(item => sets.Contains(item.Kernels))];
        IsWhole = members.Length == bound.Length;
        norm = clipping.Order is { } order ? new GradientNorm(partition, sets, order) : null;
        History = clipping is ClipByPercentile percentile ? new ClippingHistory(name, percentile.History) : null;
    }

    public GradientClipping Clipping { get; }

    public KernelSet[] Sets { get; }

    public ClippingHistory? History { get; }

    /// <summary>Whether these are the gradients that are clipped together, not those of one group.</summary>
    public bool IsTogether { get; init; }

    /// <summary>Whether the global 2-norm is what is needed.</summary>
    public bool NeedsGlobalNorm => IsWhole && Clipping.Order == 2;

    /// <summary>What the gradients are multiplied by in this step.</summary>
    public double Factor { get; private set; } = 1;

    /// <summary>The norm that was compared in this step.</summary>
    public double Norm { get; private set; } = double.NaN;

    private bool IsWhole { get; }

    private double Scale { get; set; }

    /// <summary>Finds the factor, and changes gradients in place where each has its own.</summary>
    public void Clip(double scale, double globalNorm, Workers workers)
    {
        if (norm is not null)
        {
            Norm = NeedsGlobalNorm ? globalNorm : norm.Compute(workers) * Math.Abs(scale);
            Factor = Clipping.FactorFor(Norm, History);
        }

        if (Clipping.Transforms)
        {
            Scale = scale;
            workers.Run(this, members.Length);
        }
    }

    /// <summary>The first parameter whose gradient is not finite, where the norm says that there is one.</summary>
    public string? FirstNonFinite() => norm is null || double.IsFinite(Norm) ? null : Array.Find(members, item => item.Parameter.HasGradient && item.Parameter.HasNonFiniteGradient())?.Parameter.Name;

    public void RunChunk(int index)
    {
        if (members[index].Parameter.HasGradient)
        {
            Clipping.Transform(members[index].Parameter, Scale);
        }
    }
}
