using System.Numerics;

namespace Descent.Nn;

/// <summary>Backward passes, and whether operations are recorded for them.</summary>
public static class Autograd
{
    [ThreadStatic]
    private static bool paused;

    /// <summary>Whether operations on this thread remember their inputs. True unless inside <see cref="NoGradient"/>.</summary>
    public static bool IsRecording => !paused;

    /// <summary>
    /// Stops recording on this thread until the result is disposed: for evaluation, which then keeps no intermediate results alive.
    /// </summary>
    /// <example><code>using (Autograd.NoGradient()) { prediction = model.Forward(x); }</code></example>
    public static RecordingScope NoGradient() => new(pause: true);

    /// <summary>
    /// Checks, until the result is disposed, what every operation on this thread gives: the first one that makes a NaN of numbers is an
    /// error that names it. It costs a pass over every result.
    /// </summary>
    /// <example><code>using (Autograd.DetectAnomalies()) { loss = LossOf(batch); loss.Backward(); }</code></example>
    public static AnomalyScope DetectAnomalies() => new();

    /// <summary>
    /// The product of the Hessian matrix of a number and a vector, exactly: the gradient of (gradient · vector).
    /// </summary>
    /// <param name="output">The number that is differentiated twice.</param>
    /// <param name="inputs">By what; leaves or intermediate results.</param>
    /// <param name="vectors">The vector, in parts of the inputs' shapes.</param>
    /// <returns>The product, in the same parts.</returns>
    /// <exception cref="DescentException">The shapes differ, or nothing the output was computed from requires a gradient.</exception>
    public static Tensor<T>[] HessianVectorProduct<T>(Tensor<T> output, ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<T>> vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var gradients = Gradients(output, inputs, differentiable: true);
        Tensor<T>? product = null;
        for (var i = 0; i < gradients.Length; i++)
        {
            var term = (gradients[i] * vectors[i].Detach()).Sum();
            product = product is null ? term : product + term;
        }

        // A gradient that is constant has the Hessian 0.
        return product is { RequiresGradient: true }
            ? Gradients(product, inputs)
            : [.. inputs.ToArray().Select(static input => Tensor<T>.Zeros(input.Shape))];
    }

    /// <summary>
    /// The gradients of Σ output · outputGradient by each of <paramref name="inputs"/>, without touching any leaf's gradient memory.
    /// </summary>
    /// <param name="output">What is differentiated.</param>
    /// <param name="inputs">
    /// By what; leaves or intermediate results. The gradient by one that the output does not depend on is zeros.
    /// </param>
    /// <param name="outputGradient">Of the output's shape; may be left out when the output has one element: then 1.</param>
    /// <param name="differentiable">Whether the gradients are themselves recorded, so that they can be differentiated again.</param>
    /// <exception cref="DescentException">The shapes differ, or nothing the output was computed from requires a gradient.</exception>
    public static Tensor<T>[] Gradients<T>(
        Tensor<T> output, ReadOnlySpan<Tensor<T>> inputs, Tensor<T>? outputGradient = null, bool differentiable = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(output);
        using var recording = new RecordingScope(pause: !differentiable);
        var sums = Walk(output, outputGradient ?? One(output), NodesBelow(output, []));
        var result = new Tensor<T>[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            result[i] = sums.Find(inputs[i]) ?? Tensor<T>.Zeros(inputs[i].Shape);
        }

        return result;
    }

    internal static Tensor<T> One<T>(Tensor<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => output.Length == 1
        ? Tensor<T>.Filled(output.Shape, T.One)
        : throw new DescentException(
            $"Backward starts from one number, but the tensor has shape {Shapes.Describe(output.Shape)}; reduce it with Sum or Mean, or give the output gradient.");

    internal static void Backward<T>(Tensor<T> output, Tensor<T> outputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var recording = new RecordingScope(pause: true);
        var leaves = new HashSet<Tensor<T>>();
        var sums = Walk(output, outputGradient, NodesBelow(output, leaves), toLeaves: true);
        foreach (var leaf in leaves)
        {
            // A leaf that tracks its rows may have had all of its gradient already.
            if (sums.Find(leaf) is { } sum)
            {
                leaf.AddToGradient(sum.Span);
            }
        }
    }

    /// <summary>The gradients of an output down to some tensors, and no further.</summary>
    internal static GradientSums<T> Walk<T>(Tensor<T> output, Tensor<T> outputGradient, Tensor<T>[] downTo)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Walk(output, outputGradient, NodesBelow(output, [], downTo));

    private static GradientSums<T> Walk<T>(Tensor<T> output, Tensor<T> outputGradient, List<Tensor<T>> nodes, bool toLeaves = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!output.Shape.SequenceEqual(outputGradient.Shape))
        {
            throw new DescentException(
                $"The output gradient must have the output's shape {Shapes.Describe(output.Shape)}, but has {Shapes.Describe(outputGradient.Shape)}.");
        }

        if (!output.RequiresGradient)
        {
            throw new DescentException(
                "A backward pass needs a result that depends on a tensor with requiresGradient: true, recorded outside Autograd.NoGradient; this one does not.");
        }

        var sums = new GradientSums<T>(toLeaves);
        sums.Add(output, outputGradient);
        foreach (var node in nodes)
        {
            using var naming = Anomaly.InBackward(node.Operation!.Name);
            node.Operation.Backward(sums.Find(node)!, sums);
        }

        return sums;
    }

    /// <summary>The results of operations that <paramref name="output"/> was computed from, latest first; leaves apart.</summary>
    private static List<Tensor<T>> NodesBelow<T>(Tensor<T> output, HashSet<Tensor<T>> leaves, ReadOnlySpan<Tensor<T>> downTo = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var seen = new HashSet<Tensor<T>>([.. downTo]);
        var nodes = new List<Tensor<T>>();
        var open = new Stack<Tensor<T>>();
        open.Push(output);
        while (open.TryPop(out var tensor))
        {
            if (!tensor.RequiresGradient || !seen.Add(tensor))
            {
                continue;
            }

            if (tensor.Operation is null)
            {
                leaves.Add(tensor);
                continue;
            }

            nodes.Add(tensor);
            foreach (var input in tensor.Operation.Inputs)
            {
                open.Push(input);
            }
        }

        nodes.Sort(static (x, y) => y.Operation!.Number.CompareTo(x.Operation!.Number));
        return nodes;
    }

    /// <summary>Restores, when disposed, whether operations are recorded on this thread.</summary>
    public readonly struct RecordingScope : IDisposable
    {
        private readonly bool before;

        internal RecordingScope(bool pause)
        {
            before = paused;
            paused = pause;
        }

        /// <summary>Ends the scope; scopes end in the reverse order of their beginning.</summary>
        public void Dispose() => paused = before;
    }
}
