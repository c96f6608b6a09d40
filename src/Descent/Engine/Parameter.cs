using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Numerics;

namespace Descent.Engine;

/// <summary>
/// A named tensor that an optimizer moves, and its gradient. The memory belongs to the caller: an array, a
/// <see cref="Memory{T}"/>, or a native pointer, stepped in place.
/// </summary>
public abstract partial class Parameter
{
    private protected static long Changes;
    private readonly int[] shape;

    private protected Parameter(string name, int[] shape)
    {
        Name = name;
        this.shape = shape;
    }

    /// <summary>The name under which state is saved; unique within an optimizer, stable from run to run.</summary>
    public string Name { get; }

    /// <summary>The sizes of the axes, row-major; a scalar is a vector of one element.</summary>
    public ReadOnlySpan<int> Shape => shape;

    /// <summary>How many elements there are.</summary>
    public abstract int Length { get; }

    /// <summary>
    /// Whether there is a gradient in this step. Without one a step skips the parameter entirely: no decay, no change of
    /// state, and its own count of steps does not advance. Assigning a gradient makes it true.
    /// </summary>
    /// <exception cref="DescentException">It is set to true without a gradient having been assigned.</exception>
    public bool HasGradient
    {
        get;
        set => Change(ref field, !value || GradientLength == Length
            ? value
            : throw new DescentException($"Parameter '{Name}' has no gradient; assign one of {Length} elements."));
    }

    private protected abstract int GradientLength { get; }

    /// <summary>Whether weight decay leaves the parameter alone. Layers set it for their biases and norms, as is usual.</summary>
    public bool DecayExempt
    {
        get;
        set => Change(ref field, value);
    }

    /// <summary>
    /// The rows (along the first axis) whose gradient may be other than 0; all others are 0 in its memory. A step moves these rows and their state only,
    /// with the method's own rule: <em>lazily</em>, as PyTorch's SparseAdam does. The averages of other rows do not decay, and neither do the rows themselves; a row
    /// counts as stepped as often as the parameter. Where state follows from gradients alone, as AdaGrad's, that is what a dense step does; elsewhere it departs. Null for a dense step.
    /// </summary>
    /// <exception cref="DescentException">The set is of another number of rows.</exception>
    public RowSet? GradientRows
    {
        get;
        set
        {
            if (value is not null && (shape.Length == 0 || value.Rows != shape[0]))
            {
                throw new DescentException($"The rows of parameter '{Name}' of shape {Describe(shape)} must be chosen from its {(shape.Length == 0 ? 1 : shape[0])}, but the set is of {value.Rows}.");
            }

            if (!ReferenceEquals(field, value))
            {
                Interlocked.Increment(ref Changes);
            }

            field = value;
        }
    }

    /// <summary>How many elements a row has.</summary>
    internal int RowLength => shape[0] == 0 ? 0 : Length / shape[0];

    /// <summary>Changes whenever a parameter of the process gets, loses or moves its gradient, or its exemption from decay changes.</summary>
    internal static long Version => Volatile.Read(ref Changes);

    /// <summary>Sets all elements of the gradient to 0.</summary>
    public abstract void ZeroGradient();

    internal abstract void Accept(IParameterVisitor visitor);

    /// <summary>The shape as text, for messages: <c>[4, 3]</c>.</summary>
    internal static string Describe(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    private static void Change(ref bool field, bool value)
    {
        if (field != value)
        {
            field = value;
            Interlocked.Increment(ref Changes);
        }
    }

    private protected static int CountElements(string name, ReadOnlySpan<int> shape)
    {
        var count = 1L;
        foreach (var size in shape)
        {
            if (size < 0)
            {
                throw new DescentException($"The shape of parameter '{name}' must have no negative size, but was {Describe(shape)}.");
            }

            count = Math.Min(count * size, int.MaxValue + 1L);
        }

        return count <= int.MaxValue
            ? (int)count
            : throw new DescentException($"Parameter '{name}' of shape {Describe(shape)} must have at most {int.MaxValue} elements; split it.");
    }
}

/// <summary>Tells the element type of a parameter to code that is generic in it.</summary>
internal interface IParameterVisitor
{
    void Visit<T>(Parameter<T> parameter)
        where T : unmanaged;
}

/// <summary>
/// A parameter of <see cref="float"/> or <see cref="double"/> elements, or of 16 bits, <see cref="Half"/> or
/// <see cref="BFloat16"/>, which are computed as <see cref="float"/>; <see cref="Precision.Weights"/> says what is kept of them.
/// </summary>
/// <typeparam name="T">The element.</typeparam>
public sealed partial class Parameter<T> : Parameter
    where T : unmanaged
{
    private readonly ArraySegment<T> valueArray;
    private Memory<T> gradient;
    private ArraySegment<T> gradientArray;

    /// <summary>Wraps memory that the caller owns.</summary>
    /// <param name="name">Unique within an optimizer.</param>
    /// <param name="values">The elements, row-major; at most 2³¹−1 of them.</param>
    /// <param name="gradient">As many elements as <paramref name="values"/>, or empty when it is assigned later.</param>
    /// <param name="shape">The sizes of the axes; a vector of all elements when not given.</param>
    /// <exception cref="DescentException">The element type is none that parameters have, or the shape or the gradient does not have as many elements as the values.</exception>
    public Parameter(string name, Memory<T> values, Memory<T> gradient = default, ReadOnlySpan<int> shape = default)
        : base(name, shape.IsEmpty ? [values.Length] : shape.ToArray())
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double) && typeof(T) != typeof(Half) && typeof(T) != typeof(BFloat16))
        {
            throw new DescentException($"The elements of parameter '{name}' must be float, double, Half or BFloat16, but were {typeof(T).Name}.");
        }

        if (CountElements(name, Shape) != values.Length)
        {
            throw new DescentException(
                $"Parameter '{name}' of shape {Describe(Shape)} must have {CountElements(name, Shape)} values, but had {values.Length}.");
        }

        Values = values;
        _ = MemoryMarshal.TryGetArray(values, out valueArray);
        if (!gradient.IsEmpty)
        {
            Gradient = gradient;
        }
    }

    /// <summary>Wraps native memory. It must stay valid for as long as the parameter is used.</summary>
    /// <param name="name">Unique within an optimizer.</param>
    /// <param name="values">The first of the elements.</param>
    /// <param name="gradient">The first of as many elements.</param>
    /// <param name="shape">The sizes of the axes.</param>
    /// <exception cref="DescentException">The element type is none that parameters have, or the shape has a negative size or too many elements.</exception>
    public unsafe Parameter(string name, T* values, T* gradient, ReadOnlySpan<int> shape)
        : this(
            name,
            new NativeMemoryManager<T>(values, CountElements(name, shape)).Memory,
            new NativeMemoryManager<T>(gradient, CountElements(name, shape)).Memory,
            shape)
    {
    }

    /// <summary>The elements, row-major.</summary>
    public Memory<T> Values { get; }

    /// <summary>The gradient of the objective by each element. Assigning it sets <see cref="Parameter.HasGradient"/>.</summary>
    public Memory<T> Gradient
    {
        get => gradient;
        set
        {
            if (value.Length != Values.Length)
            {
                throw new DescentException(
                    $"The gradient of parameter '{Name}' must have {Values.Length} elements, but had {value.Length}.");
            }

            if (!gradient.Equals(value))
            {
                Interlocked.Increment(ref Changes);
            }

            gradient = value;
            _ = MemoryMarshal.TryGetArray(value, out gradientArray);
            HasGradient = true;
        }
    }

    /// <summary>
    /// An estimate of the diagonal of the objective's Hessian, for methods that use one; <see cref="Optimizer.UpdateCurvature"/>
    /// gives it to their state. It is that of what is minimized: of −f where f is maximized. As many elements as <see cref="Values"/>, or empty for none.
    /// </summary>
    public Memory<T> CurvatureEstimate
    {
        get;
        set => field = value.IsEmpty || value.Length == Values.Length
            ? value
            : throw new DescentException(
                $"The curvature estimate of parameter '{Name}' must have {Values.Length} elements, but had {value.Length}.");
    }

    internal bool HasCurvatureEstimate => !CurvatureEstimate.IsEmpty;

    // A span of a memory costs several times as much as a reference into an array, which is what nearly all memory is.

    internal ArraySegment<T> ValueArray => valueArray;

    internal ArraySegment<T> GradientArray => gradientArray;

    internal ref T FirstValue => ref First(valueArray, Values);

    internal ref T FirstGradient => ref First(gradientArray, gradient);

    /// <inheritdoc/>
    public override int Length => Values.Length;

    private protected override int GradientLength => gradient.Length;

    /// <inheritdoc/>
    public override void ZeroGradient()
    {
        if (GradientRows is not { } rows)
        {
            gradient.Span.Clear();
            return;
        }

        foreach (var row in rows.Ascending())
        {
            gradient.Span.Slice(row * RowLength, RowLength).Clear();
        }

        rows.Clear();
    }

    internal override void Accept(IParameterVisitor visitor) => visitor.Visit(this);

    private static ref T First(ArraySegment<T> array, Memory<T> memory) => ref array.Array is { } items
        ? ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(items), array.Offset)
        : ref MemoryMarshal.GetReference(memory.Span);
}
