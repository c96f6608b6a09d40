using System.Numerics;
using System.Numerics.Tensors;
using Descent.Engine;
using Descent.Schedules;

namespace Descent.Gradients;

/// <summary>
/// The mean gradient of several micro-batches, as if they had been one batch: it keeps the sum of weight·gradient and the sum of
/// weights, and divides once. With mean losses the weight of a micro-batch is its number of rows, so that unequal ones are right.
/// </summary>
/// <example>
/// <code>
/// var accumulator = new GradientAccumulator(model.Parameters);
/// foreach (var micro in batch) { optimizer.ZeroGradients(); LossOf(micro).Backward(); accumulator.Add(micro.Rows); }
/// accumulator.Finish();
/// optimizer.Step();
/// </code>
/// </example>
public sealed class GradientAccumulator
{
    private readonly (Parameter Parameter, Sums Sums)[] parameters;

    private readonly GradientNoiseScale? noiseScale;
    private double squaredNorms;
    private double inverseWeights;
    private int count;

    /// <summary>Allocates a sum for each parameter: of 64 bits for those of 64, else of 32.</summary>
    /// <param name="parameters">Whose gradients are added up.</param>
    /// <param name="noiseScale">
    /// Learns from the gradients of the micro-batches and of all together how large batches should be; weights must then be numbers of
    /// rows. It costs a pass over the gradients per micro-batch. Null for not.
    /// </param>
    public GradientAccumulator(IEnumerable<Parameter> parameters, GradientNoiseScale? noiseScale = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        this.parameters = [.. parameters.Select(parameter => (parameter, new Sums(parameter)))];
        this.noiseScale = noiseScale;
    }

    /// <summary>The sum of the weights since the last <see cref="Finish"/>.</summary>
    public double Weight { get; private set; }

    /// <summary>Adds the gradients that the parameters hold.</summary>
    /// <param name="weight">Above 0: the rows of the micro-batch where the loss is a mean, 1 where it is a sum over a fixed number.</param>
    public void Add(double weight)
    {
        Weight += Schedule.Positive(weight, "The weight of a micro-batch");
        if (noiseScale is not null)
        {
            var norm = GradientReport.NormOf(parameters.Select(item => item.Parameter));
            (squaredNorms, inverseWeights, count) = (squaredNorms + (norm * norm), inverseWeights + (1 / weight), count + 1);
        }

        foreach (var (parameter, sums) in parameters)
        {
            if (parameter.HasGradient)
            {
                sums.Add(parameter, weight);
            }
        }
    }

    /// <summary>Puts the weighted mean into the gradients and begins anew. Parameters that never had a gradient still have none.</summary>
    /// <exception cref="DescentException">Nothing was added.</exception>
    public void Finish()
    {
        if (Weight == 0)
        {
            throw new DescentException("There is no mean gradient, because no micro-batch was added; call Add after each backward pass.");
        }

        foreach (var (parameter, sums) in parameters)
        {
            sums.Finish(parameter, Weight);
        }

        // The mean of ‖g‖² over unequal micro-batches is that of one with the harmonic mean of their rows.
        if (count > 1)
        {
            noiseScale!.Add(Math.Sqrt(squaredNorms / count), count / inverseWeights, GradientReport.NormOf(parameters.Select(item => item.Parameter)), Weight);
        }

        (Weight, squaredNorms, inverseWeights, count) = (0, 0, 0, 0);
    }

    /// <summary>The sum for one parameter.</summary>
    private sealed class Sums(Parameter parameter) : IGradientChange
    {
        private readonly float[] singles = new float[parameter is Parameter<double> ? 0 : parameter.Length];
        private readonly double[] doubles = new double[parameter is Parameter<double> ? parameter.Length : 0];
        private double weight;
        private double total;
        private readonly RowSet? rows = parameter.GradientRows is { } set ? new(set.Rows) : null;
        private bool hasAny;

        public void Add(Parameter parameter, double weight)
        {
            (this.weight, total, hasAny) = (weight, 0, true);
            if (parameter.GradientRows is { } touched)
            {
                rows?.Add(touched);
            }
            else
            {
                rows?.AddAll();
            }

            parameter.ChangeGradient(this, 0, parameter.Length);
        }

        public void Finish(Parameter parameter, double total)
        {
            if (hasAny)
            {
                this.total = total;
                parameter.HasGradient = true;
                parameter.ChangeGradient(this, 0, parameter.Length);
                Array.Clear(singles);
                Array.Clear(doubles);
                hasAny = false;
                if (rows is not null)
                {
                    parameter.GradientRows?.Add(rows);
                    rows.Clear();
                }
            }
        }

        public void Apply<T>(Span<T> gradient, int start)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var sums = (typeof(T) == typeof(double) ? (T[])(object)doubles : (T[])(object)singles).AsSpan(start, gradient.Length);
            if (total == 0)
            {
                TensorPrimitives.MultiplyAdd(gradient, T.CreateTruncating(weight), sums, sums);
            }
            else
            {
                TensorPrimitives.Divide(sums, T.CreateTruncating(total), gradient);
            }
        }
    }
}
