using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;
using Descent.Storage;

namespace Descent.Engine;

/// <summary>A tensor of a file of state.</summary>
internal readonly record struct StateTensor(string Name, string ElementType, int[] Shape);

/// <summary>A parameter with its state: what an optimizer holds for each of its parameters.</summary>
internal abstract class BoundParameter(Parameter parameter, KernelSet kernels)
{
    public KernelSet Kernels { get; } = kernels;

    public GroupState GroupState => Kernels.Group;

    public Parameter Parameter { get; } = parameter;

    /// <summary>What the parameter shares with others.</summary>
    public Cohort Cohort { get; set; } = new(kernels);

    /// <summary>How often the parameter was stepped before cohorts are assigned anew.</summary>
    public long StepsBefore { get; set; }

    /// <summary>How often the parameter was stepped.</summary>
    public long Steps => Cohort.Steps;

    /// <summary>The step that is being taken, or was taken last.</summary>
    public StepPoint At => Cohort.At;

    /// <summary>What the gradient is multiplied by in this step.</summary>
    public double Sigma => Cohort.Sigma;

    /// <summary>What is measured, for methods that measure or keep numbers per row or tensor.</summary>
    public MeasuredSums? Sums { get; protected init; }

    /// <summary>The numbers of state per row or tensor: those of the first row, then those of the next.</summary>
    public double[] Scalars { get; protected init; } = [];

    public Span<double> ScalarsOf(int row)
    {
        var count = Kernels.Binding.Scope == Scope.Group ? 0 : Kernels.Binding.Scalars.Count;
        return Scalars.AsSpan(row * count, count);
    }

    /// <summary>Takes over a count of steps from a file.</summary>
    public void Restore(long steps) => Cohort = new Cohort(Kernels) { Steps = steps, DecayExempt = Parameter.DecayExempt };

    /// <summary>Prepares the state for the first step.</summary>
    public abstract void Begin();

    /// <summary>Prepares for the coming step, where the cohort is not enough.</summary>
    public abstract void Prepare();

    public abstract void Pass(int pass, in Segment segment);

    public abstract void EndPass(int pass);

    /// <summary>Gives a segment what may have changed since the last step.</summary>
    public abstract void Refresh(ref Segment segment);

    /// <summary>What moves the parameter.</summary>
    public abstract ISegmentRunner Runner { get; }

    /// <summary>Whether single rows can be moved.</summary>
    public virtual bool MovesRows => false;

    /// <summary>Throws when rows are to be moved where that is not possible.</summary>
    public void CheckRows()
    {
        if (Parameter.GradientRows is not null && !MovesRows)
        {
            throw new DescentException($"Parameter '{Parameter.Name}' is to be stepped row by row, which {(Runner is StagedKernel ? "needs state and weights in full precision" : $"{Catalogue.Find(Kernels.Method).Name} cannot, because it looks at whole tensors or keeps numbers for them")}; {(Runner is StagedKernel ? "keep them so" : "choose a method such as adagrad, adam or sgd")}, or give it a dense gradient (GradientRows = null).");
        }
    }

    /// <summary>How many elements a segment may have, and how many partial sums it needs.</summary>
    public abstract void AddSegments(List<Segment> segments, int chunk);

    /// <summary>Moves to the evaluation point and remembers the training point, or back to it.</summary>
    public abstract void MoveTo(ParameterPoint point);

    /// <summary>Gives the estimate of curvature to the state, after so many updates.</summary>
    public abstract void UpdateCurvature(long update);

    /// <summary>Whether there is an estimate of curvature for a method that uses one, and it is not finite.</summary>
    public abstract bool HasNonFiniteEstimate();

    public abstract void Save(TensorFile file, string prefix);

    /// <summary>Adds the training point, while the parameter is at the evaluation point.</summary>
    public abstract void SaveTrainingPoint(TensorFile file, string prefix);

    /// <summary>The tensors in which the training point is saved after so many steps.</summary>
    public abstract IEnumerable<StateTensor> TrainingPointTensors(string prefix, long steps);

    /// <summary>Restores the training point, while the parameter is at the evaluation point.</summary>
    public abstract void LoadTrainingPoint(TensorFile file, string prefix);

    /// <summary>The tensors in which the state is saved.</summary>
    public abstract IEnumerable<StateTensor> StateTensors(string prefix);

    /// <summary>Takes the state from a file that has all of <see cref="StateTensors"/>.</summary>
    public abstract void LoadState(TensorFile file, string prefix);

    public static BoundParameter Bind(Parameter parameter, KernelSet kernels) => parameter switch
    {
        Parameter<double> when kernels.Precision.State != StateFormat.Full && kernels.Precision.Reduces(parameter.Length) => throw new DescentException(
            $"Parameter '{parameter.Name}' is of 64 bits, and its state can only be kept in full, but was to be {kernels.Precision.State}; use parameters of 32 or 16 bits."),
        Parameter<double> precise => new BoundParameter<double>(precise, kernels),
        Parameter<float> single when !kernels.Precision.Reduces(parameter.Length) => new BoundParameter<float>(single, kernels),
        Parameter<float> single => new StagedParameter<float>(single, kernels),
        Parameter<Half> half => new StagedParameter<Half>(half, kernels),
        _ => new StagedParameter<BFloat16>((Parameter<BFloat16>)parameter, kernels),
    };
}
