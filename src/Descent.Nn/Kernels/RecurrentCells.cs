using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Nn;

/// <summary>A step of a recurrent network for one row of a batch, and its gradients: all gates in one pass. What is kept is as many numbers as there are gates, and one more.</summary>
internal interface IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Parts of a row of gates, each as long as the hidden state.</summary>
    static abstract int Gates { get; }

    /// <summary>Whether there is a cell state beside the hidden one. It is kept behind the gates.</summary>
    static abstract bool HasCell { get; }

    /// <summary>Whether the gradients by the input's and by the hidden state's share of the gates are the same.</summary>
    static abstract bool SharesGradients { get; }

    /// <summary>The next hidden state, and what is kept.</summary>
    /// <param name="fromInput">The input's share of the gates.</param>
    /// <param name="fromHidden">The hidden state's share.</param>
    /// <param name="bias">What is added to that; nothing when empty.</param>
    /// <param name="hidden">The hidden state before.</param>
    /// <param name="cell">The cell state before, if there is one.</param>
    /// <param name="next">The hidden state after.</param>
    /// <param name="kept">What the gradients need, gates first, and at last the cell state after.</param>
    static abstract void Forward(
        ReadOnlySpan<T> fromInput, ReadOnlySpan<T> fromHidden, ReadOnlySpan<T> bias, ReadOnlySpan<T> hidden, ReadOnlySpan<T> cell, Span<T> next, Span<T> kept);

    /// <summary>The gradients by both shares of the gates.</summary>
    /// <param name="kept">What <see cref="Forward"/> kept.</param>
    /// <param name="hidden">The hidden state before.</param>
    /// <param name="cell">The cell state before, if there is one.</param>
    /// <param name="byHidden">The gradient by the hidden state after; then that by the one before, but for what goes through the gates.</param>
    /// <param name="byCell">The gradient by the cell state after; then that by the one before.</param>
    /// <param name="byInputGates">The gradient by the input's share.</param>
    /// <param name="byHiddenGates">The gradient by the hidden state's share; not written where both are the same.</param>
    static abstract void Backward(
        ReadOnlySpan<T> kept, ReadOnlySpan<T> hidden, ReadOnlySpan<T> cell, Span<T> byHidden, Span<T> byCell, Span<T> byInputGates, Span<T> byHiddenGates);
}

/// <summary>h = tanh(x + y).</summary>
internal readonly struct RnnCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 1;

    public static bool HasCell => false;

    public static bool SharesGradients => true;

    public static void Forward(ReadOnlySpan<T> fromInput, ReadOnlySpan<T> fromHidden, ReadOnlySpan<T> bias, ReadOnlySpan<T> hidden, ReadOnlySpan<T> cell, Span<T> next, Span<T> kept)
    {
        for (var i = 0; i < next.Length; i += Vector512<T>.Count)
        {
            var h = VectorMath<T>.Tanh(Row.Gate(fromInput, fromHidden, bias, 0, next.Length, i));
            h.Store(next, i);
            h.Store(kept[..next.Length], i);
        }
    }

    public static void Backward(ReadOnlySpan<T> kept, ReadOnlySpan<T> hidden, ReadOnlySpan<T> cell, Span<T> byHidden, Span<T> byCell, Span<T> byInputGates, Span<T> byHiddenGates)
    {
        for (var i = 0; i < hidden.Length; i += Vector512<T>.Count)
        {
            var (h, g) = (Row.Part(kept, 0, hidden.Length, i), Vectors.Load<T>(byHidden, i));
            (g * (Vector512<T>.One - (h * h))).Store(byInputGates, i);
            Vector512<T>.Zero.Store(byHidden, i);
        }
    }
}

/// <summary>c = σ(f)·c + σ(i)·tanh(g), h = σ(o)·tanh(c). Kept: the gates i, f, g, o after their functions, and c.</summary>
internal readonly struct LstmCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 4;

    public static bool HasCell => true;

    public static bool SharesGradients => true;

    public static void Forward(ReadOnlySpan<T> fromInput, ReadOnlySpan<T> fromHidden, ReadOnlySpan<T> bias, ReadOnlySpan<T> hidden, ReadOnlySpan<T> cell, Span<T> next, Span<T> kept)
    {
        var size = next.Length;
        for (var at = 0; at < size; at += Vector512<T>.Count)
        {
            var i = VectorMath<T>.Sigmoid(Row.Gate(fromInput, fromHidden, bias, 0, size, at));
            var f = VectorMath<T>.Sigmoid(Row.Gate(fromInput, fromHidden, bias, 1, size, at));
            var g = VectorMath<T>.Tanh(Row.Gate(fromInput, fromHidden, bias, 2, size, at));
            var o = VectorMath<T>.Sigmoid(Row.Gate(fromInput, fromHidden, bias, 3, size, at));
            var c = Vectors.MultiplyAdd(f, Vectors.Load(cell, at), i * g);
            (o * VectorMath<T>.Tanh(c)).Store(next, at);
            Row.Put(i, kept, 0, size, at);
            Row.Put(f, kept, 1, size, at);
            Row.Put(g, kept, 2, size, at);
            Row.Put(o, kept, 3, size, at);
            Row.Put(c, kept, 4, size, at);
        }
    }

    public static void Backward(ReadOnlySpan<T> kept, ReadOnlySpan<T> hidden, ReadOnlySpan<T> cell, Span<T> byHidden, Span<T> byCell, Span<T> byInputGates, Span<T> byHiddenGates)
    {
        var (size, one) = (hidden.Length, Vector512<T>.One);
        for (var at = 0; at < size; at += Vector512<T>.Count)
        {
            var (i, f, g, o) = (Row.Part(kept, 0, size, at), Row.Part(kept, 1, size, at), Row.Part(kept, 2, size, at), Row.Part(kept, 3, size, at));
            var (t, byH) = (VectorMath<T>.Tanh(Row.Part(kept, 4, size, at)), Vectors.Load<T>(byHidden, at));
            var byC = Vectors.MultiplyAdd(byH * o, one - (t * t), Vectors.Load<T>(byCell, at));
            Row.Put(byC * g * (i * (one - i)), byInputGates, 0, size, at);
            Row.Put(byC * Vectors.Load(cell, at) * (f * (one - f)), byInputGates, 1, size, at);
            Row.Put(byC * i * (one - (g * g)), byInputGates, 2, size, at);
            Row.Put(byH * t * (o * (one - o)), byInputGates, 3, size, at);
            (byC * f).Store(byCell, at);
            Vector512<T>.Zero.Store(byHidden, at);
        }
    }
}

/// <summary>r = σ, z = σ, n = tanh(x + r·y), h = n + z·(h − n). Kept: r, z, n, and y of n.</summary>
internal readonly struct GruCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 3;

    public static bool HasCell => false;

    public static bool SharesGradients => false;

    public static void Forward(ReadOnlySpan<T> fromInput, ReadOnlySpan<T> fromHidden, ReadOnlySpan<T> bias, ReadOnlySpan<T> hidden, ReadOnlySpan<T> cell, Span<T> next, Span<T> kept)
    {
        var size = next.Length;
        for (var at = 0; at < size; at += Vector512<T>.Count)
        {
            var r = VectorMath<T>.Sigmoid(Row.Gate(fromInput, fromHidden, bias, 0, size, at));
            var z = VectorMath<T>.Sigmoid(Row.Gate(fromInput, fromHidden, bias, 1, size, at));
            var y = Row.Part(fromHidden, 2, size, at);
            y = bias.IsEmpty ? y : y + Row.Part(bias, 2, size, at);
            var n = VectorMath<T>.Tanh(Vectors.MultiplyAdd(r, y, Row.Part(fromInput, 2, size, at)));
            Vectors.MultiplyAdd(z, Vectors.Load(hidden, at) - n, n).Store(next, at);
            Row.Put(r, kept, 0, size, at);
            Row.Put(z, kept, 1, size, at);
            Row.Put(n, kept, 2, size, at);
            Row.Put(y, kept, 3, size, at);
        }
    }

    public static void Backward(ReadOnlySpan<T> kept, ReadOnlySpan<T> hidden, ReadOnlySpan<T> cell, Span<T> byHidden, Span<T> byCell, Span<T> byInputGates, Span<T> byHiddenGates)
    {
        var (size, one) = (hidden.Length, Vector512<T>.One);
        for (var at = 0; at < size; at += Vector512<T>.Count)
        {
            var (r, z, n, y) = (Row.Part(kept, 0, size, at), Row.Part(kept, 1, size, at), Row.Part(kept, 2, size, at), Row.Part(kept, 3, size, at));
            var byH = Vectors.Load<T>(byHidden, at);
            var byN = byH * (one - z) * (one - (n * n));
            var byR = byN * y * (r * (one - r));
            var byZ = byH * (Vectors.Load(hidden, at) - n) * (z * (one - z));
            Row.Put(byR, byInputGates, 0, size, at);
            Row.Put(byR, byHiddenGates, 0, size, at);
            Row.Put(byZ, byInputGates, 1, size, at);
            Row.Put(byZ, byHiddenGates, 1, size, at);
            Row.Put(byN, byInputGates, 2, size, at);
            Row.Put(byN * r, byHiddenGates, 2, size, at);
            (byH * z).Store(byHidden, at);
        }
    }
}

/// <summary>Parts of a row of gates.</summary>
internal static class Row
{
    /// <summary>Numbers from a place of a part on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Part<T>(ReadOnlySpan<T> row, int part, int size, int place)
        where T : unmanaged => Vectors.Load(row.Slice(part * size, size), place);

    /// <summary>Puts numbers at a place of a part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<T>(Vector512<T> numbers, Span<T> row, int part, int size, int place)
        where T : unmanaged => numbers.Store(row.Slice(part * size, size), place);

    /// <summary>The sum of both shares of a gate, and of the bias if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Gate<T>(ReadOnlySpan<T> fromInput, ReadOnlySpan<T> fromHidden, ReadOnlySpan<T> bias, int gate, int size, int place)
        where T : unmanaged
    {
        var share = Part(fromHidden, gate, size, place);
        return Part(fromInput, gate, size, place) + (bias.IsEmpty ? share : share + Part(bias, gate, size, place));
    }
}
