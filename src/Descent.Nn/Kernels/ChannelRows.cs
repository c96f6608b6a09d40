using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Nn;

/// <summary>What a channel's numbers become: (x − μ)·scale + shift, and where it is rectified nothing below 0.</summary>
internal readonly struct ChannelAffine<T>(Tensor<T> mean, Tensor<T> inverse, Tensor<T>? weight, Tensor<T>? bias, bool rectified, int channel)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector512<T> shift = Vector512.Create(bias is null ? T.Zero : bias.Span[channel]);
    private readonly bool rectified = rectified;

    public readonly Vector512<T> Mean = Vector512.Create(mean.Span[channel]);
    public readonly Vector512<T> Scale = Vector512.Create(inverse.Span[channel] * (weight is null ? T.One : weight.Span[channel]));

    /// <summary>The output of x − μ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Of(Vector512<T> difference)
    {
        var y = Vectors.MultiplyAdd(difference, Scale, shift);
        return rectified ? Vector512.AndNot(y, Vector512.LessThanOrEqual(y, Vector512<T>.Zero)) : y;
    }

    /// <summary>The gradient before the ReLU, of that behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Through(Vector512<T> gradient, Vector512<T> difference) => rectified
        ? Vector512.AndNot(gradient, Vector512.LessThanOrEqual(Vectors.MultiplyAdd(difference, Scale, shift), Vector512<T>.Zero))
        : gradient;
}

/// <summary>The rows of a channel, one in each image, and how they are cut into vectors.</summary>
internal readonly struct ChannelRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int channels;
    private readonly Vector512<T> restMask;

    public ChannelRows(ReadOnlySpan<int> shape)
    {
        (Images, channels, Length) = (shape[0], shape[1], Shapes.Count(shape[2..]));
        Whole = Length - (Length % Vector512<T>.Count);
        Last = Math.Max(0, Length - Vector512<T>.Count);

        // The last vector begins where it ends with the row: what the whole ones have had is masked.
        Span<T> mask = stackalloc T[Vector512<T>.Count];
        mask[Math.Min(mask.Length, Whole - Last)..].Fill(T.One);
        restMask = ~Vector512.Equals(Vector512.Create<T>(mask), Vector512<T>.Zero);
    }

    public int Images { get; }

    public int Length { get; }

    /// <summary>The elements in whole vectors.</summary>
    public int Whole { get; }

    public bool HasRest => Whole < Length;

    /// <summary>Where the last vector begins, that has the rest.</summary>
    public int Last { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> At(ReadOnlySpan<T> row, int place) => Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)place);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<T> Row(ReadOnlySpan<T> values, int image, int channel) => values.Slice(((image * channels) + channel) * Length, Length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Row(Span<T> values, int image, int channel) => values.Slice(((image * channels) + channel) * Length, Length);

    /// <summary>The elements behind the whole vectors, each once, and <paramref name="fill"/> in the other places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Rest(ReadOnlySpan<T> row, T fill = default) => !HasRest ? Vector512.Create(fill)
        : Length < Vector512<T>.Count ? Vectors.Load(row, 0, fill)
        : Vector512.ConditionalSelect(restMask, At(row, Last), Vector512.Create(fill));
}
