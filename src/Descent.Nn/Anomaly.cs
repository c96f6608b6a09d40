using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

/// <summary>Ends, when disposed, the checks that <see cref="Autograd.DetectAnomalies"/> began.</summary>
public sealed class AnomalyScope : IDisposable
{
    private readonly bool before = Anomaly.IsChecking;

    internal AnomalyScope() => Anomaly.IsChecking = true;

    /// <summary>Ends the scope; scopes end in the reverse order of their beginning.</summary>
    public void Dispose() => Anomaly.IsChecking = before;
}

/// <summary>The search for the first NaN.</summary>
internal static class Anomaly
{
    [ThreadStatic]
    private static string? backward;

    [field: ThreadStatic]
    public static bool IsChecking { get; set; }

    /// <summary>Says, until disposed, whose backward pass the operations belong to.</summary>
    public static Naming InBackward(string operation) => new(operation);

    /// <summary>Looks for a NaN in what an operation has made.</summary>
    /// <exception cref="DescentException">There is one.</exception>
    public static void Check<T>(Operation<T> operation, Tensor<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!IsChecking || !TensorPrimitives.IsNaNAny<T>(result.Span))
        {
            return;
        }

        var what = backward is null ? operation.Name : $"{operation.Name} in the backward pass of {backward}";
        var shapes = string.Join(" and ", operation.Inputs.Select(static input => Shapes.Describe(input.Shape)));
        throw new DescentException(Array.Exists(operation.Inputs, static input => TensorPrimitives.IsNaNAny<T>(input.Span))
            ? $"The operation {what} was given a NaN among its inputs of shape {shapes}; look at the data and the weights."
            : $"The operation {what} made the first NaN, of numbers of shape {shapes}; look at its inputs, the learning rate and the clipping.");
    }

    /// <summary>Restores, when disposed, whose backward pass it was before.</summary>
    public readonly struct Naming : IDisposable
    {
        private readonly string? before;

        public Naming(string operation)
        {
            before = backward;
            backward = operation;
        }

        public void Dispose() => backward = before;
    }
}
