using System.Numerics;
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

    /// <summary>Allocates a sum for each parameter: of 64 bits for those of 64, else of 32.</summary>
    public GradientAccumulator(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        this.parameters = [.. parameters.Select(parameter => (parameter, new Sums(parameter)))];
    }

    /// <summary>The sum of the weights since the last <see cref="Finish"/>.</summary>
    public double Weight { get; private set; }

    /// <summary>Adds the gradients that the parameters hold.</summary>
    /// <param name="weight">Above 0: the rows of the micro-batch where the loss is a mean, 1 where it is a sum over a fixed number.</param>
    public void Add(double weight)
    {
        Weight += Schedule.Positive(weight, "The weight of a micro-batch");
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

        Weight = 0;
    }

    /// <summary>The sum for one parameter.</summary>
    private sealed class Sums(Parameter parameter) : IGradientChange
    {
        private readonly float[] singles = new float[parameter is Parameter<double> ? 0 : parameter.Length];
        private readonly double[] doubles = new double[parameter is Parameter<double> ? parameter.Length : 0];
        private double weight;
        private double total;
        private bool hasAny;

        public void Add(Parameter parameter, double weight)
        {
            (this.weight, total, hasAny) = (weight, 0, true);
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
            }
        }

        public void Apply<T>(Span<T> gradient, int start)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var sums = typeof(T) == typeof(double) ? (T[])(object)doubles : (T[])(object)singles;
            var (w, all) = (T.CreateTruncating(weight), T.CreateTruncating(total));
            for (var i = 0; i < gradient.Length; i++)
            {
                if (total == 0)
                {
                    sums[start + i] += w * gradient[i];
                }
                else
                {
                    gradient[i] = sums[start + i] / all;
                }
            }
        }
    }
}
