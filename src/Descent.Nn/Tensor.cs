using System.Numerics;
using Descent.Engine;

namespace Descent.Nn;

/// <summary>
/// A dense row-major array of numbers that remembers how it was computed, so that the gradient of a result by everything
/// it was computed from can be found by walking back (reverse-mode automatic differentiation, defined by running).
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// A tensor is a <em>leaf</em> when it was made from memory rather than by an operation. A leaf that requires a gradient
/// owns memory for it, allocated once; <see cref="Backward()"/> adds to that memory. Do not change the values of a tensor
/// between an operation that used it and the backward pass through that operation.
/// </remarks>
public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Storage<T> storage;
    private readonly int[] shape;
    private readonly T[]? gradient;
    private List<Parameter<T>>? parameters;

    /// <summary>Wraps memory of the caller, without copying, as a leaf.</summary>
    /// <param name="values">The elements, row-major; at most 2³¹−1.</param>
    /// <param name="shape">The sizes of the axes, each 0 or more; empty for a scalar.</param>
    /// <param name="requiresGradient">Whether backward passes compute and keep the gradient by this tensor.</param>
    /// <exception cref="DescentException">
    /// The shape does not match the number of values, or the elements are neither float nor double.
    /// </exception>
    public Tensor(Memory<T> values, ReadOnlySpan<int> shape, bool requiresGradient = false)
        : this(new Storage<T>(values), shape.ToArray())
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new DescentException($"The elements of a tensor must be float or double, but were {typeof(T).Name}.");
        }

        if (Shapes.Count(shape) != values.Length)
        {
            throw new DescentException(
                $"A tensor of shape {Shapes.Describe(shape)} must have {Shapes.Count(shape)} values, but was given {values.Length}.");
        }

        RequiresGradient = requiresGradient;
        gradient = requiresGradient ? new T[values.Length] : null;
    }

    private Tensor(Storage<T> storage, int[] shape)
    {
        this.storage = storage;
        this.shape = shape;
        Length = Shapes.Count(shape);
    }

    /// <summary>The sizes of the axes; empty for a scalar.</summary>
    public ReadOnlySpan<int> Shape => shape;

    /// <summary>How many axes there are; 0 for a scalar.</summary>
    public int Rank => shape.Length;

    /// <summary>How many elements there are.</summary>
    public int Length { get; }

    /// <summary>The elements, row-major.</summary>
    /// <exception cref="DescentException">The tensor was made in a <see cref="TensorScope"/> that has ended.</exception>
    public Memory<T> Values => storage.Memory;

    /// <summary>
    /// Whether backward passes reach this tensor: a leaf that asked for it, or the result of an operation on such tensors.
    /// </summary>
    public bool RequiresGradient { get; private set; }

    /// <summary>
    /// The sum of the gradients of all backward passes since the last <see cref="ZeroGradient"/>; always the same memory.
    /// </summary>
    /// <exception cref="DescentException">The tensor is not a leaf that requires a gradient.</exception>
    public Memory<T> Gradient => gradient ?? throw new DescentException(
        $"A tensor of shape {Shapes.Describe(shape)} keeps no gradient, because it is not a leaf that requires one; create it with requiresGradient: true.");

    /// <summary>Whether a backward pass has reached this leaf since it was made.</summary>
    public bool HasGradient { get; private set; }

    /// <summary>Whether weight decay leaves this tensor alone. Layers set it for their biases.</summary>
    public bool DecayExempt { get; set; }

    /// <summary>
    /// The rows that backward passes have reached since the last <see cref="ZeroGradient"/>, for a leaf that asks for them by <see cref="TrackRows"/>; otherwise null.
    /// Optimizers then step these rows alone: see <see cref="Parameter.GradientRows"/>.
    /// </summary>
    public RowSet? GradientRows { get; private set; }

    internal Operation<T>? Operation { get; private set; }

    internal Span<T> Span => storage.Memory.Span;

    /// <summary>A leaf of zeros.</summary>
    public static Tensor<T> Zeros(ReadOnlySpan<int> shape, bool requiresGradient = false) =>
        new(new T[Shapes.Count(shape)], shape, requiresGradient);

    /// <summary>
    /// A constant whose elements are all <paramref name="value"/>; inside a <see cref="TensorScope"/> its memory is lent.
    /// </summary>
    public static Tensor<T> Filled(ReadOnlySpan<int> shape, T value)
    {
        var result = Result(shape.ToArray());
        result.Span.Fill(value);
        return result;
    }

    /// <summary>The elements, copied.</summary>
    public T[] ToArray() => Span.ToArray();

    /// <summary>The one element, as <see cref="double"/>.</summary>
    /// <exception cref="DescentException">There is not exactly one element.</exception>
    public double ToScalar() => Length == 1
        ? double.CreateChecked(Span[0])
        : throw new DescentException($"ToScalar needs a tensor of one element, but its shape is {Shapes.Describe(shape)}; reduce it with Sum or Mean.");

    /// <summary>A leaf with the same memory and no history: gradients do not flow through it.</summary>
    public Tensor<T> Detach() => new(storage, shape);

    /// <summary>Sets all elements of the gradient to 0; does nothing when there is none.</summary>
    public void ZeroGradient()
    {
        if (GradientRows is not { } rows)
        {
            gradient.AsSpan().Clear();
            return;
        }

        var length = Length / shape[0];
        foreach (var row in rows.Ascending())
        {
            gradient.AsSpan(row * length, length).Clear();
        }

        rows.Clear();
    }

    /// <summary>
    /// Makes backward passes remember which rows of this leaf they reach, and embeddings add to these alone, for tables of which a batch uses few rows. To be called before
    /// <see cref="ToParameter"/>.
    /// </summary>
    /// <exception cref="DescentException">The tensor is not a leaf that requires a gradient, or has no rows.</exception>
    public void TrackRows() => GradientRows = gradient is not null && Rank > 0 && shape[0] > 0
        ? GradientRows ?? new RowSet(shape[0])
        : throw new DescentException($"Rows are tracked for a leaf that requires a gradient and has at least 1 row, but the tensor has shape {Shapes.Describe(shape)}{(gradient is null ? " and no gradient" : "")}.");

    /// <summary>
    /// This leaf as a parameter for an optimizer. It has the tensor's own memory for values and gradient: a step moves the
    /// tensor. The parameter has a gradient from the first backward pass on that reaches the tensor.
    /// </summary>
    /// <param name="name">Unique within an optimizer; the name under which state is saved.</param>
    /// <exception cref="DescentException">The tensor is not a leaf that requires a gradient.</exception>
    public Parameter<T> ToParameter(string name)
    {
        var parameter = new Parameter<T>(name, Values, Gradient, shape) { HasGradient = HasGradient, DecayExempt = DecayExempt, GradientRows = GradientRows };
        (parameters ??= []).Add(parameter);
        return parameter;
    }

    /// <summary>
    /// Adds the gradient of this one number by every leaf that requires a gradient to the leaf's <see cref="Gradient"/>.
    /// </summary>
    /// <exception cref="DescentException">
    /// The tensor has not exactly one element, or nothing it was computed from requires a gradient.
    /// </exception>
    public void Backward() => Autograd.Backward(this, Autograd.One(this));

    /// <summary>
    /// Adds the gradient of Σ this · <paramref name="outputGradient"/> by every leaf that requires a gradient to the leaf's
    /// <see cref="Gradient"/>.
    /// </summary>
    /// <param name="outputGradient">The gradient of the final number by this tensor; the same shape.</param>
    /// <exception cref="DescentException">The shapes differ, or nothing the tensor was computed from requires a gradient.</exception>
    public void Backward(Tensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        Autograd.Backward(this, outputGradient);
    }

    /// <summary>The shape, for debugging.</summary>
    public override string ToString() => $"Tensor<{typeof(T).Name}>{Shapes.Describe(shape)}";

    /// <summary>A tensor for the result of an operation, not cleared.</summary>
    internal static Tensor<T> Result(int[] shape) => new(TensorScope.Rent<T>(Shapes.Count(shape)), shape);

    /// <summary>The same memory in another shape of as many elements.</summary>
    internal Tensor<T> View(int[] newShape) => new(storage, newShape);

    /// <summary>Remembers how this result was computed, when somebody may ask for gradients.</summary>
    internal Tensor<T> From(Operation<T> operation)
    {
        Anomaly.Check(operation, this);
        if (Autograd.IsRecording && operation.AnyInputRequiresGradient)
        {
            Operation = operation;
            RequiresGradient = true;
        }

        return this;
    }

    /// <summary>Turns gradients of a leaf on or off; the memory for them stays.</summary>
    internal void Freeze(bool isFrozen)
    {
        RequiresGradient = !isFrozen;
        HasGradient = false;
        foreach (var parameter in parameters ?? [])
        {
            parameter.HasGradient = false;
        }
    }

    internal void AddToGradient(ReadOnlySpan<T> addend)
    {
        System.Numerics.Tensors.TensorPrimitives.Add(gradient, addend, gradient);
        GradientRows?.AddAll();
        MarkGradient();
    }

    /// <summary>Adds blocks, which are whole rows, where a map says.</summary>
    internal void AddRowsToGradient(ReadOnlySpan<int> map, int block, ReadOnlySpan<T> addend)
    {
        for (var i = 0; i < map.Length; i++)
        {
            if (map[i] >= 0)
            {
                var sum = gradient.AsSpan(map[i] * block, block);
                System.Numerics.Tensors.TensorPrimitives.Add(sum, addend.Slice(i * block, block), sum);
                GradientRows!.Add(map[i]);
            }
        }

        MarkGradient();
    }

    private void MarkGradient()
    {
        HasGradient = true;
        foreach (var parameter in parameters ?? [])
        {
            parameter.HasGradient = true;
        }
    }
}
