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
        var (loss, length) = (LossScale, double.NaN);
        var scale = GradientScale / loss;
        if (NonFinite != NonFiniteGradients.Pass || lossScale is not null || Array.Exists(domains, domain => domain.NeedsGlobalNorm))
        {
            length = norm.Compute(workers) * Math.Abs(scale);
            if ((NonFinite != NonFiniteGradients.Pass || lossScale is not null) && !double.IsFinite(length) && FirstNonFinite() is { } name)
            {
                Overflow(overflowed: true);
                return NonFinite == NonFiniteGradients.Skip || lossScale is not null
                    ? new StepResult(false, rate, length, 1, name, loss)
                    : throw new DescentException(
                        $"The gradient of parameter '{name}' must be finite, but held NaN or an infinity at update {Updates}; nothing was changed.");
            }
        }

        foreach (var set in kernels)
        {
            set.Check(Updates);
            set.Scale = scale;
        }

        string? nonFinite = null;
        foreach (var domain in domains)
        {
            domain.Clip(scale, length, workers);
            nonFinite ??= domain.Clipping.Order is null || double.IsFinite(domain.Norm) ? null : FirstNonFinite();
            foreach (var set in domain.Sets)
            {
                set.Scale = scale * domain.Factor;
            }
        }

        Prepare();
        Measure();
        workers.Run(update, partition.Count);
        Updates++;
        Overflow(overflowed: false);
        average?.Update();
        return new StepResult(true, rate, together?.Clipping.Order is null ? length : together.Norm, ClipFactor(), nonFinite, loss);
    }

    private double ClipFactor()
    {
        if (together is not null)
        {
            return together.Factor;
        }

        var smallest = 1.0;
        foreach (var domain in domains)
        {
            smallest = Math.Min(smallest, domain.Factor);
        }

        return smallest;
    }

    private void Overflow(bool overflowed)
    {
        if (lossScale is not null)
        {
            lossScale.State = lossScale.Scaling.Next(lossScale.State, overflowed);
        }
    }

    /// <summary>Computes the constants of the step for all parameters; only when that succeeds do their counts advance.</summary>
    private void Prepare()
    {
        if (cohorts.Refresh())
        {
            partition.Refresh();
        }

        cohorts.OrderRows();

        for (var i = 0; i < kernels.Length; i++)
        {
            if (groupNorms[i] is { } groupNorm)
            {
                kernels[i].Scale *= kernels[i].GradientFactor!(groupNorm.Compute(workers) * Math.Abs(kernels[i].Scale));
            }
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
            if (item.Parameter.HasGradient && item.Parameter.HasNonFiniteGradient())
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
