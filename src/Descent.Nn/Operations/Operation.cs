using System.Numerics;

namespace Descent.Nn;

/// <summary>
/// One step of a computation, kept by its result: the inputs, and how the gradient by the result becomes gradients by the
/// inputs. Backward passes are made of tensor operations, so that they can be differentiated themselves.
/// </summary>
internal abstract class Operation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static long made;

    protected Operation(params Tensor<T>[] inputs) => Inputs = inputs;

    public Tensor<T>[] Inputs { get; }

    /// <summary>Increases with every operation: an operation's number is above those of the operations it depends on.</summary>
    public long Number { get; } = Interlocked.Increment(ref made);

    /// <summary>What a message calls the operation.</summary>
    public virtual string Name => NameOf(GetType());

    public bool AnyInputRequiresGradient
    {
        get
        {
            foreach (var input in Inputs)
            {
                if (input.RequiresGradient)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The type's name without what all operations and all generic types have in theirs.</summary>
    public static string NameOf(Type type)
    {
        var name = type.Name.Split('`')[0];
        return name.EndsWith("Operation", StringComparison.Ordinal) ? name[..^"Operation".Length] : name;
    }

    /// <summary>Adds to <paramref name="sums"/>, for each input that needs it, its share of the gradient.</summary>
    public abstract void Backward(Tensor<T> gradient, GradientSums<T> sums);

    /// <summary>Does so by the same function made of operations that can be differentiated again: the way of fused operations when that is asked for.</summary>
    protected void BackwardThrough(Func<Tensor<T>[], Tensor<T>> byOperations, Tensor<T> gradient, GradientSums<T> sums)
    {
        Tensor<T>[] inputs = [.. Inputs.Select(static input => input.View([.. input.Shape]).From(new ReshapeOperation<T>(input)))];
        var found = Autograd.Walk(byOperations(inputs), gradient, inputs);
        for (var i = 0; i < inputs.Length; i++)
        {
            if (found.Find(inputs[i]) is { } share)
            {
                sums.Add(Inputs[i], share);
            }
        }
    }
}

/// <summary>The gradients found so far in one backward pass.</summary>
/// <param name="toLeaves">Whether they are for the leaves' own memory, to which rows may then be added at once.</param>
internal sealed class GradientSums<T>(bool toLeaves)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<Tensor<T>, (Tensor<T> Sum, bool IsOwn)> sums = [];

    /// <summary>Whether anybody wants the gradient by <paramref name="input"/>.</summary>
    public static bool Need(Tensor<T> input) => input.RequiresGradient;

    /// <summary>Adds a share of the gradient by <paramref name="input"/>; the share has the input's shape.</summary>
    public void Add(Tensor<T> input, Tensor<T> share)
    {
        if (!Need(input))
        {
            return;
        }

        if (!sums.TryGetValue(input, out var before))
        {
            sums[input] = (share, false);
        }
        else if (before.IsOwn && !Autograd.IsRecording)
        {
            // Nobody has seen a sum before all of its shares are in: it may grow in place.
            before.Sum.AddInPlace(share);
        }
        else
        {
            sums[input] = (before.Sum + share, true);
        }
    }

    /// <summary>Adds a share that is zero but for what a view has: many slices of one tensor cost no more than the tensor.</summary>
    public void AddAt(Tensor<T> input, StridedView view, Tensor<T> share, string name)
    {
        if (Need(input) && !Autograd.IsRecording && sums.TryGetValue(input, out var before) && before.IsOwn)
        {
            StridedSumOperation<T>.Add(share.Span, view, before.Sum.Span);
        }
        else if (Need(input))
        {
            Add(input, StridedSumOperation<T>.Apply(share, view, input.Shape.ToArray(), name));
            sums[input] = (sums[input].Sum, true);
        }
    }

    /// <summary>Adds a share that is zero but for blocks where a map says: a leaf that tracks its rows, and is a table of such blocks, gets no more than these.</summary>
    public void AddBlocks(Tensor<T> input, int[] map, int block, Tensor<T> share, string name)
    {
        if (toLeaves && input.GradientRows is { } rows && rows.Rows * block == input.Length)
        {
            input.AddRowsToGradient(map, block, share.Span);
        }
        else
        {
            Add(input, PutOperation<T>.Apply(share, map, block, input.Shape.ToArray(), name));
        }
    }

    public Tensor<T>? Find(Tensor<T> tensor) => sums.TryGetValue(tensor, out var found) ? found.Sum : null;
}
