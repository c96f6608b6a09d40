using System.Numerics;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>
/// The kernels of one group and element type. Parameters that were stepped equally often share the constants of a step;
/// there are as many kernels as there are different counts, normally one.
/// </summary>
internal sealed class KernelCache<T>(Method method, RuleBinding binding)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Kernel<T>> kernels = [];
    private readonly ScheduledOption[] scheduled = [.. MethodOption.Of(method.GetType()).SelectMany(option => option.Scheduled(method))];
    private long preparedUpdate = -1;
    private double preparedScale;
    private int prepared;

    public RuleBinding Binding { get; } = binding;

    public Kernel<T> Prepared(StepPoint at, bool decays, double scale)
    {
        if (at.Update != preparedUpdate || scale != preparedScale)
        {
            (preparedUpdate, preparedScale, prepared) = (at.Update, scale, 0);
        }

        for (var i = 0; i < prepared; i++)
        {
            if (kernels[i].Step == at.Step && kernels[i].Decays == decays)
            {
                return kernels[i];
            }
        }

        if (prepared == kernels.Count)
        {
            kernels.Add(Binding.CreateKernel<T>(method));
        }

        foreach (var option in scheduled)
        {
            option.Check(at.Update);
        }

        kernels[prepared].Prepare(at, decays, scale);
        return kernels[prepared++];
    }

    /// <summary>Forgets what is prepared, after the counts were restored from a file.</summary>
    public void Reset() => preparedUpdate = -1;
}

/// <summary>The kernels of one group, for both element types.</summary>
internal sealed class KernelSet(Method method)
{
    private readonly RuleBinding binding = method.Rule;
    private KernelCache<float>? singles;
    private KernelCache<double>? doubles;

    public KernelCache<T> Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? (KernelCache<T>)(object)(singles ??= new KernelCache<float>(method, binding))
            : (KernelCache<T>)(object)(doubles ??= new KernelCache<double>(method, binding));

    public void Reset()
    {
        singles?.Reset();
        doubles?.Reset();
    }
}
