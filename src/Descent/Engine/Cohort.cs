using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>
/// The parameters of one method that were stepped equally often, decay alike, are moved whole or by rows, and have a gradient or have none: they share
/// the constants of a step, so that a step on ten thousand small tensors prepares once.
/// </summary>
internal sealed class Cohort(KernelSet kernels)
{
    public KernelSet Kernels { get; } = kernels;

    /// <summary>The number of the cohort among those of the optimizer.</summary>
    public int Index { get; set; }

    /// <summary>How often its parameters were stepped.</summary>
    public long Steps { get; set; }

    /// <summary>Whether its parameters are exempt from weight decay.</summary>
    public bool DecayExempt { get; set; }

    /// <summary>Whether only rows of its parameters are moved.</summary>
    public bool IsByRows { get; set; }

    /// <summary>Whether its parameters have a gradient in this step.</summary>
    public bool IsActive { get; set; }

    /// <summary>The step that is being taken, or was taken last.</summary>
    public StepPoint At { get; private set; }

    /// <summary>What gradients are multiplied by in this step.</summary>
    public double Sigma { get; private set; }

    /// <summary>Sets the step that is being taken, or was taken last.</summary>
    public void Visit(long step, long update)
    {
        var (method, at) = (Kernels.Method, new StepPoint(step, update));
        At = at with { Rate = method.RateAt(at), Decay = DecayExempt ? 0 : method.DecayAt(at) };
        Sigma = method.Maximize ? -Kernels.Scale : Kernels.Scale;
    }
}

/// <summary>Assigns parameters to cohorts, when a gradient came or went; otherwise a step has nothing to do for each parameter.</summary>
internal sealed class Cohorts(BoundParameter[] bound)
{
    private readonly List<Cohort> all = [];
    private readonly Dictionary<(KernelSet Kernels, long Steps, bool DecayExempt, bool IsByRows, bool IsActive), Cohort> byKey = [];
    private readonly List<BoundParameter> byRows = [];
    private long version = -1;

    /// <summary>Puts the rows in order that are moved, before threads read them.</summary>
    public void OrderRows()
    {
        foreach (var item in byRows)
        {
            item.Parameter.GradientRows!.Ascending();
        }
    }

    /// <summary>All cohorts; valid after <see cref="Refresh"/>.</summary>
    public List<Cohort> All => all;

    /// <summary>Makes the next <see cref="Refresh"/> look at every parameter, after counts were restored.</summary>
    public void Invalidate() => version = -1;

    /// <summary>Assigns all parameters anew when anything changed.</summary>
    /// <returns>Whether it did.</returns>
    public bool Refresh()
    {
        var present = Parameter.Version;
        if (present == version)
        {
            return false;
        }

        version = present;
        byRows.Clear();
        foreach (var item in bound)
        {
            if (item.Parameter.GradientRows is not null)
            {
                item.CheckRows();
                byRows.Add(item);
            }

            item.StepsBefore = item.Cohort.Steps;
        }

        // Cohorts are used again, so that gradients that come and go allocate nothing in the long run.
        byKey.Clear();
        var used = 0;
        foreach (var item in bound)
        {
            var key = (item.Kernels, item.StepsBefore, item.Parameter.DecayExempt, IsByRows: item.Parameter.GradientRows is not null, item.Parameter.HasGradient);
            if (!byKey.TryGetValue(key, out var cohort))
            {
                var reused = used;
                while (reused < all.Count && all[reused].Kernels != key.Kernels)
                {
                    reused++;
                }

                if (reused == all.Count)
                {
                    all.Add(new Cohort(key.Kernels));
                }

                cohort = all[reused];
                (all[used], all[reused]) = (cohort, all[used]);
                (cohort.Steps, cohort.DecayExempt, cohort.IsByRows, cohort.IsActive) = (key.StepsBefore, key.DecayExempt, key.IsByRows, key.HasGradient);
                cohort.Index = used++;
                byKey.Add(key, cohort);
            }

            item.Cohort = cohort;
        }

        for (var i = used; i < all.Count; i++)
        {
            (all[i].IsActive, all[i].Index) = (false, i);
        }

        return true;
    }
}
