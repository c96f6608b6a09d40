using System.Numerics;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.Storage;

namespace Descent.Engine;

/// <summary>A method at work for the parameters of one group, of both element types.</summary>
internal sealed class KernelSet
{
    private readonly List<ScheduledOption> scheduled;
    private readonly StatePool<float> singleStates;
    private readonly StatePool<double> doubleStates;
    private Kernel<float>? singles;
    private Kernel<double>? doubles;
    private StagedKernel? staged;

    public KernelSet(Method method, int groupIndex, Precision precision)
    {
        GroupIndex = groupIndex;
        Precision = precision;
        Method = method;
        Binding = method.Rule;
        GradientFactor = method.GradientFactor;
        Group = new GroupState(Binding.Scope == Scope.Group ? Binding.Scalars : []);
        (singleStates, doubleStates) = (new StatePool<float>(Binding.State.Count), new StatePool<double>(Binding.State.Count));
        scheduled = MethodOption.AllScheduled(method);
        foreach (var option in scheduled)
        {
            if (option.Value.Schedule is RelativeSchedule relative)
            {
                throw relative.Unknown(option.Name);
            }
        }
    }

    /// <summary>The method; only the schedule of its learning rate changes, when a metric is observed.</summary>
    public Method Method { get; private set; }

    /// <summary>The number of the group that was asked for; its method may leave some parameters to another one.</summary>
    public int GroupIndex { get; }

    /// <summary>What the group's gradients are multiplied by, given their norm; null when the method does not ask.</summary>
    public Func<double, double>? GradientFactor { get; }

    /// <summary>What gradients are multiplied by in this step, before maximizing.</summary>
    public double Scale { get; set; }

    public RuleBinding Binding { get; }

    /// <summary>How the group's numbers are kept.</summary>
    public Precision Precision { get; }

    /// <summary>What moves parameters whose numbers are taken out of memory first.</summary>
    public StagedKernel Staged => staged ??= Binding.CreateStagedKernel(Method);

    public GroupState Group { get; }

    public int Passes => Math.Max(singles?.Passes ?? 0, doubles?.Passes ?? 0);

    public Kernel<T> Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? (Kernel<T>)(object)(singles ??= Binding.CreateKernel<float>(Method))
            : (Kernel<T>)(object)(doubles ??= Binding.CreateKernel<double>(Method));

    public void Prepare(Cohort cohort)
    {
        singles?.Prepare(cohort);
        doubles?.Prepare(cohort);
        staged?.Prepare(cohort);
        if ((singles?.PreparesEach ?? doubles?.PreparesEach) == true || staged?.PreparesEach == true)
        {
            foreach (var member in Group.Members)
            {
                if (ReferenceEquals(member.Cohort, cohort))
                {
                    member.Prepare();
                }
            }
        }
    }

    /// <summary>Takes over a learning rate that followed a metric.</summary>
    public void Follow(Hyperparameter learningRate) => Method = Method with { LearningRate = learningRate };

    /// <summary>Memory for the state of a parameter, a number per element for each slot.</summary>
    public ArraySegment<T>[] TakeState<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float)
            ? (ArraySegment<T>[])(object)singleStates.Take(length)
            : (ArraySegment<T>[])(object)doubleStates.Take(length);

    public bool Reads(int pass) => pass < Passes && (singles?.Reads(pass) ?? doubles!.Reads(pass));

    /// <summary>Checks scheduled options against their ranges, before anything of the step happens.</summary>
    public void Check(long update)
    {
        foreach (var option in scheduled)
        {
            option.Check(update);
        }
    }

    public void EndPass(int pass)
    {
        foreach (var member in Group.Members)
        {
            if (member.Parameter.HasGradient)
            {
                member.EndPass(pass);
            }
        }

        if (singles is not null)
        {
            singles.EndPass(pass, Group);
        }
        else
        {
            doubles!.EndPass(pass, Group);
        }
    }
}
