using System.Runtime.InteropServices;
using Descent.Engine;
using Descent.State;

namespace Descent.Storage;

/// <inheritdoc/>
/// <typeparam name="T">What the parameter itself is kept in: <see cref="float"/>, <see cref="Half"/> or <see cref="Numerics.BFloat16"/>.</typeparam>
internal sealed class StagedParameter<T> : StagedParameter
    where T : unmanaged
{
    private const string TrainingPoint = "training_point";

    private readonly Parameter<T> typed;
    private readonly LentNumbers<T> estimate;
    private T[]? training;

    public StagedParameter(Parameter<T> parameter, KernelSet kernels)
        : base(parameter, kernels, WeightsOf(parameter, kernels.Precision.Weights))
    {
        typed = parameter;
        Gradient = new LentNumbers<T>(() => parameter.Gradient);
        estimate = new LentNumbers<T>(() => parameter.CurvatureEstimate);
    }

    public override INumbers Gradient { get; }

    protected override INumbers? Estimate => typed.HasCurvatureEstimate ? estimate : null;

    public override void MoveTo(ParameterPoint point)
    {
        if (Kernels.Binding.Evaluation is not { } evaluation || Steps == 0)
        {
            return;
        }

        if (point == ParameterPoint.Training)
        {
            training.CopyTo(typed.Values);
            return;
        }

        training ??= new T[typed.Length];
        typed.Values.CopyTo(training);
        Span<float> buffers = stackalloc float[6 * NumberStore.Block];
        Span<float> moved = stackalloc float[NumberStore.Block];
        for (var start = 0; start < typed.Length; start += NumberStore.Block)
        {
            // What moves stays where it is, and so does the state: only what the caller sees becomes the evaluation point.
            var count = Math.Min(NumberStore.Block, typed.Length - start);
            var range = new StagedStretch(this, start, count, State.Length, buffers).Range;
            MemoryMarshal.CreateReadOnlySpan(ref range.Theta, count).CopyTo(moved);
            evaluation.Apply(At, new ElementRange<float>(ref moved[0], ref moved[0], ref range.S0, ref range.S1, ref range.S2, ref range.S3), count);
            Show(moved[..count], typed.Values.Span.Slice(start, count));
        }
    }

    public override void SaveTrainingPoint(TensorFile file, string prefix)
    {
        if (Kernels.Binding.Evaluation is not null && Steps > 0)
        {
            file.Add<T>($"{prefix}{typed.Name}.{TrainingPoint}", typed.Shape, training);
        }
    }

    public override IEnumerable<StateTensor> TrainingPointTensors(string prefix, long steps) =>
        Kernels.Binding.Evaluation is not null && steps > 0 ? [new StateTensor($"{prefix}{typed.Name}.{TrainingPoint}", TensorFile.ElementTypeOf<T>(), typed.Shape.ToArray())] : [];

    public override void LoadTrainingPoint(TensorFile file, string prefix)
    {
        foreach (var tensor in TrainingPointTensors(prefix, Steps))
        {
            training ??= new T[typed.Length];
            file[tensor.Name].CopyTo<T>(training);
        }
    }

    private static NumberStore WeightsOf(Parameter<T> parameter, WeightFormat format) => parameter is Parameter<float> single
        ? new FloatNumbers(single.Values)
        : format switch
        {
            WeightFormat.Master => new MasterNumbers<T>(parameter.Values),
            WeightFormat.Compensated => new CompensatedNumbers<T>(parameter.Values),
            _ => new NarrowNumbers<T>(parameter.Values, format == WeightFormat.Stochastic),
        };

    private static void Show(ReadOnlySpan<float> numbers, Span<T> values)
    {
        if (typeof(T) == typeof(float))
        {
            MemoryMarshal.Cast<float, T>(numbers).CopyTo(values);
        }
        else
        {
            Narrowing.Nearest(numbers, values);
        }
    }
}
