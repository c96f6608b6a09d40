using Descent.Averaging;
using Descent.Engine;
using Descent.Gradients;
using Descent.Schedules;
using Descent.State;

namespace Descent;

/// <content>What happens around a step: clipping, loss scaling, averaging.</content>
public sealed partial class Optimizer
{
    private ClippingDomain[] domains = [];
    private ClippingDomain? together;
    private LossScalePart? lossScale;
    private WeightAverage? average;

    /// <summary>
    /// How gradients are clipped before the methods see them: all groups together, but those that have a clipping of their own and
    /// those whose method orthogonalizes. Clippings that give each tensor or number its own factor change the gradients in place.
    /// </summary>
    public GradientClipping Clipping
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
            foreach (var domain in domains)
            {
                Parts.Remove(domain.History!);
            }

            domains = Domains(value).ToArray();
            together = Array.Find(domains, domain => domain.IsTogether);
            foreach (var domain in domains)
            {
                if (domain.History is { } history)
                {
                    Parts.Add(history);
                }
            }
        }
    }

    /// <summary>The largest global 2-norm of the gradient, at least 0: short for a <see cref="Clipping"/> by it. Null when that is something else.</summary>
    public double? ClipNorm
    {
        get => Clipping is ClipByNorm { P: 2 } clipping ? clipping.Maximum : null;
        set => Clipping = value is null ? GradientClipping.None : value > 0 && double.IsFinite(value.Value)
            ? new ClipByNorm(value.Value)
            : throw new DescentException($"ClipNorm must be a number above 0, but was {Schedule.Text(value.Value)}.");
    }

    /// <summary>What the clipping that a group's gradients take part in did in the last step; a factor of 1 where they take part in none.</summary>
    /// <param name="group">The group, counted from 0.</param>
    public ClipResult ClippingOf(int group = 0) => Array.Find(domains, domain => Array.Exists(domain.Sets, set => set.GroupIndex == group)) is { } domain
        ? new ClipResult(domain.Norm, domain.Factor, domain.FirstNonFinite())
        : new ClipResult(double.NaN, 1, null);

    /// <summary>
    /// How the loss is scaled, so that gradients of 16 bits do not vanish; null, the default, for not at all. The caller multiplies the
    /// loss by <see cref="LossScale"/>; a step divides the gradients by it. Whatever <see cref="NonFinite"/> says, a step with
    /// a gradient that is not finite is skipped and reported, and neither schedules nor bias correction advance.
    /// </summary>
    public LossScaling? LossScaling
    {
        get => lossScale?.Scaling;
        set
        {
            Parts.Remove(lossScale!);
            lossScale = value is null ? null : new LossScalePart(value);
            if (lossScale is not null)
            {
                Parts.Add(lossScale);
            }
        }
    }

    /// <summary>What to multiply the loss by; 1 without loss scaling.</summary>
    public double LossScale => lossScale?.State.Scale ?? 1;

    /// <summary>
    /// Which average of the weights is kept: it starts when this is set, moves after every applied update, and is what
    /// <see cref="MoveTo"/> brings in for evaluation. Null, the default, for none.
    /// </summary>
    /// <exception cref="DescentException">A method has an evaluation point of its own, or the parameters are at the evaluation point.</exception>
    public WeightAveraging? Averaging
    {
        get => average?.Averaging;
        set
        {
            if (Point == ParameterPoint.Evaluation)
            {
                throw new DescentException("The averaging of weights can be changed at the training point only, but the parameters are at the evaluation point; call MoveTo(ParameterPoint.Training) first.");
            }

            if (value is not null && kernels.FirstOrDefault(set => set.Binding.Evaluation is not null) is { } own)
            {
                throw new DescentException($"{Optimizers.Catalogue.NameOf(own.Method)} keeps an average of its own, so that another one would average its training point; use one of both.");
            }

            Parts.Remove(average!);
            average = value is null ? null : new WeightAverage(bound, value, workers);
            if (average is not null)
            {
                Parts.Add(average);
            }
        }
    }

    private List<ClippingDomain> Domains(GradientClipping together)
    {
        var found = new List<ClippingDomain>();
        if (together is not GradientClipping.NoClipping)
        {
            var rest = Array.FindAll(kernels, set => Groups[set.GroupIndex].Clipping is null && !set.Binding.Orthogonalizes);
            if (rest.Length > 0)
            {
                found.Add(new ClippingDomain(together, rest, bound, partition, "clipping") { IsTogether = true });
            }
        }

        for (var i = 0; i < Groups.Count; i++)
        {
            if (Groups[i].Clipping is { } own and not GradientClipping.NoClipping)
            {
                found.Add(new ClippingDomain(own, Array.FindAll(kernels, set => set.GroupIndex == i), bound, partition, $"clipping-{i}"));
            }
        }

        return found;
    }
}
