using Descent.State;

namespace Descent.Storage;

/// <summary>Numbers of 16 bits, rounded to the nearest or at random.</summary>
/// <typeparam name="T"><see cref="Half"/> or <see cref="Numerics.BFloat16"/>.</typeparam>
internal sealed class NarrowNumbers<T>(Memory<T> values, bool isStochastic) : NumberStore
    where T : unmanaged
{
    public override IEnumerable<(string Suffix, string ElementType, int Length)> Tensors => [("", TensorFile.ElementTypeOf<T>(), values.Length)];

    public override ref float Load(int start, int count, Span<float> buffer)
    {
        Narrowing.Widen<T>(values.Span.Slice(start, count), buffer);
        return ref buffer[0];
    }

    public override void Store(int start, Span<float> values, uint key)
    {
        var destination = this.values.Span.Slice(start, values.Length);
        if (isStochastic)
        {
            Narrowing.Stochastic(values, destination, (uint)start, key);
        }
        else
        {
            Narrowing.Nearest(values, destination);
        }
    }

    public override void Save(TensorFile file, string name, ReadOnlySpan<int> shape) => file.Add<T>(name, shape, values);

    public override void Restore(TensorFile file, string name) => file[name].CopyTo(values.Span);

    private readonly Memory<T> values = values;
}

/// <summary>A parameter of 16 bits whose 32-bit copy is what moves; only the copy is state.</summary>
/// <typeparam name="T"><see cref="Half"/> or <see cref="Numerics.BFloat16"/>.</typeparam>
internal sealed class MasterNumbers<T> : NumberStore
    where T : unmanaged
{
    private readonly Memory<T> values;
    private readonly float[] master;

    public MasterNumbers(Memory<T> values)
    {
        this.values = values;
        master = new float[values.Length];
        Narrowing.Widen<T>(values.Span, master);
    }

    public override IEnumerable<(string Suffix, string ElementType, int Length)> Tensors => [(".master", TensorFile.ElementTypeOf<float>(), master.Length)];

    public override ref float Load(int start, int count, Span<float> buffer) => ref master[start];

    public override void Store(int start, Span<float> values, uint key) => Narrowing.Nearest(values, this.values.Span.Slice(start, values.Length));

    public override void Save(TensorFile file, string name, ReadOnlySpan<int> shape) => file.Add<float>(name + ".master", shape, master);

    public override void Restore(TensorFile file, string name) => file[name + ".master"].CopyTo<float>(master);
}

/// <summary>A parameter of 16 bits and what rounding cut off, in 16 more; only the latter is state.</summary>
/// <remarks>
/// Kahan, "Further remarks on reducing truncation errors", CACM 8(1), 1965. Here the sum of both is taken out and split again, so the
/// rule sees all bits of the parameter.
/// </remarks>
/// <typeparam name="T"><see cref="Half"/> or <see cref="Numerics.BFloat16"/>.</typeparam>
internal sealed class CompensatedNumbers<T>(Memory<T> values) : NumberStore
    where T : unmanaged
{
    private readonly T[] rest = new T[values.Length];
    private readonly Memory<T> values = values;

    public override IEnumerable<(string Suffix, string ElementType, int Length)> Tensors => [(".compensation", TensorFile.ElementTypeOf<T>(), rest.Length)];

    public override ref float Load(int start, int count, Span<float> buffer)
    {
        Span<float> cut = stackalloc float[Narrowing.Stretch];
        for (var i = 0; i < count; i += cut.Length)
        {
            var part = Math.Min(cut.Length, count - i);
            Narrowing.Widen<T>(values.Span.Slice(start + i, part), buffer[i..]);
            Narrowing.Widen<T>(rest.AsSpan(start + i, part), cut);
            for (var j = 0; j < part; j++)
            {
                buffer[i + j] += cut[j];
            }
        }

        return ref buffer[0];
    }

    public override void Store(int start, Span<float> values, uint key)
    {
        Span<float> kept = stackalloc float[Narrowing.Stretch];
        for (var i = 0; i < values.Length; i += kept.Length)
        {
            var part = values.Slice(i, Math.Min(kept.Length, values.Length - i));
            var destination = this.values.Span.Slice(start + i, part.Length);
            Narrowing.Nearest(part, destination);
            Narrowing.Widen<T>(destination, kept);
            for (var j = 0; j < part.Length; j++)
            {
                // An infinity has nothing to keep: ∞ − ∞ is not a number.
                kept[j] = float.IsFinite(kept[j]) ? part[j] - kept[j] : 0;
            }

            Narrowing.Nearest(kept[..part.Length], rest.AsSpan(start + i, part.Length));
        }
    }

    public override void Save(TensorFile file, string name, ReadOnlySpan<int> shape) => file.Add<T>(name + ".compensation", shape, rest);

    public override void Restore(TensorFile file, string name) => file[name + ".compensation"].CopyTo<T>(rest);
}
