using System.Numerics;
using Descent.Engine;
using Descent.Optimizers;

namespace Descent.Tests.Engine;

/// <summary>The methods of the contract, and the short runs that its tests compare.</summary>
public static class ContractRuns
{
    /// <summary>Every method with its defaults, and those of its options that choose another rule.</summary>
    private static readonly string[] Texts =
    [
        .. Catalogue.All.Select(entry => entry.Name),
        "sgd(momentum=0.9)", "sgd(momentum=0.9, dampening=0.5)", "sgd(momentum=0.9, nesterov=true)", "sgd(weight_decay=0.1)",
        "rmsprop(momentum=0.5)", "rmsprop(centered=true)", "rmsprop(centered=true, momentum=0.5, weight_decay=0.1)",
        "adam(ams_grad=true)", "adamw(ams_grad=true, ams_grad_on_corrected=true)", "adamw(decay_scaled_by_learning_rate=false, weight_decay=0.001)",
        .. ContractSettings.MoreTexts,
    ];

    public static TheoryData<string> Methods() => [.. Texts];

    internal static T[] Train<T>(Method method, int length, Workers workers, int chunk, int steps, double? clip, int offset = 0, int rows = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var theta = new T[length];
        var gradient = new T[length];
        var optimizer = Optimizer.WithChunks([new Parameter<T>("p", theta, gradient, rows > 0 ? [rows, length / rows] : [length])], method, workers, chunk);
        optimizer.ClipNorm = clip;
        if (length > 0)
        {
            optimizer.Parameters.Single().HasGradient = true;
        }

        Waves<T>.Sines.AsSpan(offset, length).CopyTo(theta);
        for (var step = 0; step < steps; step++)
        {
            Waves<T>.Cosines[step].AsSpan(offset, length).CopyTo(gradient);
            optimizer.Step();
        }

        return theta;
    }

    /// <summary>Where every method starts and its gradients, as many as the longest needs: computed once, because a sine takes longer than a step.</summary>
    private static class Waves<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private const int Longest = 601 * 500;

        public static readonly T[] Sines = [.. Enumerable.Range(0, Longest).Select(i => T.CreateTruncating(Math.Sin(i)))];

        public static readonly T[][] Cosines =
            [.. Enumerable.Range(2, 3).Select(frequency => Enumerable.Range(0, Longest).Select(i => T.CreateTruncating(Math.Cos(i * frequency))).ToArray())];
    }
}
