using Descent.Engine;
using Descent.Optimizers;

namespace Descent;

/// <summary>How a step is taken: check, prepare, measure, move.</summary>
public sealed partial class Optimizer
{
    /// <summary>Takes one step with the gradients that the parameters hold.</summary>
    /// <exception cref="DescentException">
    /// A gradient is not finite and <see cref="NonFinite"/> says to throw, or the parameters are at the evaluation point.
    /// </exception>
    public StepResult Step()
    {
        if (Point == ParameterPoint.Evaluation)
        {
            throw new DescentException("Steps are taken at the training point, but the parameters are at the evaluation point; call MoveTo(ParameterPoint.Training) first.");
        }

        var rate = kernels[0].Method.RateAt(new StepPoint(Updates + 1, Updates));
        var length = double.NaN;
        var factor = 1.0;
        if (ClipNorm is not null || NonFinite != NonFiniteGradients.Pass)
        {
            length = norm.Compute(workers) * Math.Abs(GradientScale);
            if (NonFinite != NonFiniteGradients.Pass && !double.IsFinite(length) && FirstNonFinite() is { } name)
            {
                return NonFinite == NonFiniteGradients.Skip
                    ? new StepResult(false, rate, length, 1, name)
                    : throw new DescentException(
                        $"The gradient of parameter '{name}' must be finite, but held NaN or an infinity at update {Updates}; nothing was changed.");
            }

            if (ClipNorm is { } limit && !(length + ClipEpsilon <= limit))
            {
                factor = limit / (length + ClipEpsilon);
            }
        }

        Prepare(GradientScale * factor);
        Measure();
        workers.Run(update, partition.Count);
        Updates++;
        return new StepResult(true, rate, length, factor, null);
    }

    /// <summary>Computes the constants of the step for all parameters; only when that succeeds do their counts advance.</summary>
    private void Prepare(double scale)
    {
        if (cohorts.Refresh())
        {
            partition.Refresh();
        }

        for (var i = 0; i < kernels.Length; i++)
        {
            kernels[i].Check(Updates);
            kernels[i].Scale = groupNorms[i] is { } groupNorm
                ? scale * kernels[i].GradientFactor!(groupNorm.Compute(workers) * Math.Abs(scale))
                : scale;
        }

        foreach (var cohort in cohorts.All)
        {
            if (cohort.IsActive)
            {
                cohort.Visit(cohort.Steps + 1, Updates);
                cohort.Kernels.Prepare(cohort);
                if (cohort.Steps == 0)
                {
                    Begin(cohort);
                }
            }
        }

        foreach (var cohort in cohorts.All)
        {
            if (cohort.IsActive)
            {
                cohort.Steps++;
            }
        }
    }

    private void Begin(Cohort cohort)
    {
        foreach (var item in bound)
        {
            if (ReferenceEquals(item.Cohort, cohort))
            {
                item.Begin();
            }
        }
    }

    private void Measure()
    {
        for (var pass = 0; pass < reads.Length; pass++)
        {
            if (reads[pass])
            {
                reading.Number = pass;
                workers.Run(reading, partition.Count);
            }

            foreach (var set in kernels)
            {
                if (pass < set.Passes)
                {
                    set.EndPass(pass);
                }
            }
        }
    }

    private string? FirstNonFinite()
    {
        foreach (var item in bound)
        {
            if (item.Parameter.HasGradient && item.HasNonFiniteGradient())
            {
                return item.Parameter.Name;
            }
        }

        return null;
    }

    /// <summary>The pass that moves.</summary>
    private sealed class MovingPass(Partition partition) : IChunkedWork
    {
        public void RunChunk(int index) => partition.Run(index);
    }

    /// <summary>One of the passes that only read.</summary>
    private sealed class ReadingPass(Partition partition) : IChunkedWork
    {
        public int Number { get; set; }

        public void RunChunk(int index)
        {
            foreach (ref readonly var segment in partition[index])
            {
                if (segment.Cohort.IsActive && segment.Parameter.Kernels.Reads(Number))
                {
                    segment.Parameter.Pass(Number, in segment);
                }
            }
        }
    }
}
