using System.Numerics;
using System.Text;
using Descent.Engine;
using Descent.Numerics;
using Descent.Schedules;

namespace Descent.Gradients;

/// <summary>Gaussian noise on gradients that fades: of variance η/(1 + t)^γ at update t.</summary>
/// <remarks>
/// Source: Neelakantan et al., "Adding Gradient Noise Improves Learning for Very Deep Networks", 2015,
/// <see href="https://arxiv.org/abs/1511.06807"/>, equation 1. The numbers follow from the seed, the parameter's name and the update, so
/// that they are the same after stopping and resuming.
/// </remarks>
/// <param name="Eta">The variance at update 0, above 0; 0.01, 0.3 and 1 in the paper.</param>
/// <param name="Gamma">How fast it fades, at least 0; 0.55 in the paper.</param>
/// <param name="Seed">Chooses the numbers.</param>
public sealed record GradientNoise(double Eta = 0.01, double Gamma = 0.55, ulong Seed = 0)
{
    /// <summary>The variance at update 0; above 0.</summary>
    public double Eta { get; init; } = Schedule.Positive(Eta, "The variance of gradient noise");

    /// <summary>How fast it fades; at least 0.</summary>
    public double Gamma { get; init; } = Schedule.Finite(Gamma, "The fading of gradient noise");

    /// <summary>Adds noise to the gradients that parameters hold, before a step.</summary>
    /// <param name="parameters">Those without a gradient get none.</param>
    /// <param name="update">How many updates were applied: <see cref="Optimizer.Updates"/>.</param>
    public void Add(IEnumerable<Parameter> parameters, long update)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var deviation = Math.Sqrt(Eta / Math.Pow(1 + (double)update, Gamma));
        foreach (var parameter in parameters.Where(parameter => parameter.HasGradient))
        {
            var name = Encoding.UTF8.GetBytes(parameter.Name).Aggregate(14_695_981_039_346_656_037UL, (hash, letter) => (hash ^ letter) * 1_099_511_628_211UL);
            parameter.GradientRows?.AddAll();
            parameter.ChangeGradient(new Noise(new SeededRandom(Seed ^ name, (ulong)update), deviation), 0, parameter.Length);
        }
    }

    private sealed class Noise(SeededRandom random, double deviation) : IGradientChange
    {
        public void Apply<T>(Span<T> gradient, int start)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            foreach (ref var g in gradient)
            {
                g += T.CreateTruncating(deviation * random.NextNormal());
            }
        }
    }
}
