using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Descent.Engine;
using Descent.Numerics;
using Descent.State;
using Descent.Storage;

namespace Descent.Averaging;

/// <summary>A parameter with its average, or with the latest copies of it.</summary>
internal abstract class AveragedParameter
{
    /// <summary>a ← a + share·(θ − a), in one of the copies.</summary>
    public abstract void Update(int slot, double share);

    /// <summary>Moves the mean of the first copies into the parameter, or the weights back.</summary>
    public abstract void MoveTo(ParameterPoint point, int copies);

    public abstract void Save(TensorFile file, string prefix, ParameterPoint point);

    /// <summary>What <see cref="Save"/> adds.</summary>
    public abstract IEnumerable<StateTensor> Tensors(string prefix, ParameterPoint point);

    /// <summary>Reads what was saved, and returns what takes it over.</summary>
    public abstract Action Prepare(TensorFile file, string prefix, bool swapped);

    /// <summary>Averages a parameter.</summary>
    /// <param name="parameter">What is averaged, and what the average is brought into.</param>
    /// <param name="copies">How many copies are kept.</param>
    /// <param name="weights">For parameters of 16 bits, the numbers of more bits that they show; null where there are none.</param>
    public static AveragedParameter Of(Parameter parameter, int copies, INumbers? weights = null) => parameter switch
    {
        Parameter<double> precise => new AveragedParameter<double, double>(precise, copies, null),
        Parameter<float> single => new AveragedParameter<float, float>(single, copies, null),
        Parameter<Half> half => new AveragedParameter<Half, float>(half, copies, weights),
        _ => new AveragedParameter<BFloat16, float>((Parameter<BFloat16>)parameter, copies, weights),
    };
}

/// <inheritdoc/>
/// <typeparam name="T">What the parameter is kept in.</typeparam>
/// <typeparam name="TNumber">What the average is kept in.</typeparam>
internal sealed class AveragedParameter<T, TNumber> : AveragedParameter
    where T : unmanaged
    where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber>
{
    private const int Stretch = 1_024;

    private readonly Parameter<T> parameter;
    private readonly TNumber[][] copies;
    private readonly INumbers? weights;
    private T[]? training;

    public AveragedParameter(Parameter<T> parameter, int count, INumbers? weights)
    {
        this.parameter = parameter;
        this.weights = weights;
        copies = [.. Enumerable.Range(0, count).Select(_ => new TNumber[parameter.Length])];
        Update(0, 1);
    }

    public override void Update(int slot, double share)
    {
        Span<TNumber> theta = stackalloc TNumber[Stretch];
        var s = TNumber.CreateTruncating(share);
        for (var start = 0; start < parameter.Length; start += Stretch)
        {
            var part = theta[..Math.Min(Stretch, parameter.Length - start)];
            var average = copies[slot].AsSpan(start, part.Length);
            Load(start, part);
            if (share == 1)
            {
                part.CopyTo(average);
                continue;
            }

            TensorPrimitives.Subtract<TNumber>(part, average, part);
            TensorPrimitives.MultiplyAdd<TNumber>(part, s, average, average);
        }
    }

    public override void MoveTo(ParameterPoint point, int copies)
    {
        if (point == ParameterPoint.Training)
        {
            training.CopyTo(parameter.Values);
            return;
        }

        training ??= new T[parameter.Length];
        parameter.Values.CopyTo(training);
        Span<TNumber> mean = stackalloc TNumber[Stretch];
        for (var start = 0; copies > 0 && start < parameter.Length; start += Stretch)
        {
            var part = mean[..Math.Min(Stretch, parameter.Length - start)];
            this.copies[0].AsSpan(start, part.Length).CopyTo(part);
            for (var i = 1; i < copies; i++)
            {
                TensorPrimitives.Add<TNumber>(part, this.copies[i].AsSpan(start, part.Length), part);
            }

            if (copies > 1)
            {
                TensorPrimitives.Divide<TNumber>(part, TNumber.CreateTruncating(copies), part);
            }

            Store(start, part);
        }
    }

    public override void Save(TensorFile file, string prefix, ParameterPoint point)
    {
        for (var i = 0; i < copies.Length; i++)
        {
            file.Add<TNumber>(NameOf(i, prefix), parameter.Shape, copies[i]);
        }

        if (point == ParameterPoint.Evaluation)
        {
            file.Add<T>(TrainingName(prefix), parameter.Shape, training);
        }
    }

    public override IEnumerable<StateTensor> Tensors(string prefix, ParameterPoint point) =>
    [
        .. Enumerable.Range(0, copies.Length).Select(i => new StateTensor(NameOf(i, prefix), TensorFile.ElementTypeOf<TNumber>(), parameter.Shape.ToArray())),
        .. point == ParameterPoint.Evaluation ? [new StateTensor(TrainingName(prefix), TensorFile.ElementTypeOf<T>(), parameter.Shape.ToArray())] : Array.Empty<StateTensor>(),
    ];

    public override Action Prepare(TensorFile file, string prefix, bool swapped)
    {
        TNumber[][] saved = [.. Enumerable.Range(0, copies.Length).Select(_ => new TNumber[parameter.Length])];
        for (var i = 0; i < saved.Length; i++)
        {
            file[NameOf(i, prefix)].CopyTo<TNumber>(saved[i]);
        }

        var point = swapped ? new T[parameter.Length] : null;
        if (point is not null)
        {
            file[TrainingName(prefix)].CopyTo<T>(point);
        }

        return () =>
        {
            for (var i = 0; i < saved.Length; i++)
            {
                saved[i].CopyTo(copies[i], 0);
            }

            training = point ?? training;
        };
    }

    private void Load(int start, Span<TNumber> numbers)
    {
        var values = parameter.Values.Span.Slice(start, numbers.Length);
        if (typeof(T) == typeof(TNumber))
        {
            MemoryMarshal.Cast<T, TNumber>(values).CopyTo(numbers);
        }
        else if (weights is null)
        {
            Narrowing.Widen<T>(values, MemoryMarshal.Cast<TNumber, float>(numbers));
        }
        else
        {
            var singles = MemoryMarshal.Cast<TNumber, float>(numbers);
            MemoryMarshal.CreateReadOnlySpan(ref weights.Load(start, singles.Length, singles), singles.Length).CopyTo(singles);
        }
    }

    private void Store(int start, Span<TNumber> numbers)
    {
        var values = parameter.Values.Span.Slice(start, numbers.Length);
        if (typeof(T) == typeof(TNumber))
        {
            MemoryMarshal.Cast<TNumber, T>(numbers).CopyTo(values);
        }
        else
        {
            Narrowing.Nearest(MemoryMarshal.Cast<TNumber, float>(numbers), values);
        }
    }

    private string NameOf(int copy, string prefix) => $"{prefix}#average.{parameter.Name}{(copies.Length > 1 ? $".{copy}" : "")}";

    private string TrainingName(string prefix) => $"{prefix}#average.{parameter.Name}.training_point";
}
