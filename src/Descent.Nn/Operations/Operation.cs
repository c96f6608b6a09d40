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

    /// <summary>Adds to <paramref name="sums"/>, for each input that needs it, its share of the gradient.</summary>
    public abstract void Backward(Tensor<T> gradient, GradientSums<T> sums);
}

/// <summary>The gradients found so far in one backward pass.</summary>
internal sealed class GradientSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<Tensor<T>, Tensor<T>> sums = [];

    /// <summary>Whether anybody wants the gradient by <paramref name="input"/>.</summary>
    public static bool Need(Tensor<T> input) => input.RequiresGradient;

    /// <summary>Adds a share of the gradient by <paramref name="input"/>; the share has the input's shape.</summary>
    public void Add(Tensor<T> input, Tensor<T> share)
    {
        if (Need(input))
        {
            sums[input] = sums.TryGetValue(input, out var sum) ? sum + share : share;
        }
    }

    public Tensor<T>? Find(Tensor<T> tensor) => sums.GetValueOrDefault(tensor);
}
