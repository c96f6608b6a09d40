using System.Runtime.InteropServices;
using Descent.State;

namespace Descent.Storage;

/// <summary>Numbers that kernels compute with as floats, in whatever format they are.</summary>
internal interface INumbers
{
    /// <summary>Takes numbers out: into the buffer, or nowhere when they are floats in memory already.</summary>
    /// <returns>The first of them.</returns>
    ref float Load(int start, int count, Span<float> buffer);
}

/// <summary>
/// Numbers as they are kept between steps: a parameter, its gradient, or a slot of its state. Kernels take a stretch out,
/// compute in <see cref="float"/>, and put it back.
/// </summary>
internal abstract class NumberStore : INumbers
{
    /// <summary>The longest stretch. Segments start at multiples of it; stretches of state of 8 bits do, and end there or with the numbers.</summary>
    public const int Block = 1024;

    /// <inheritdoc/>
    public abstract ref float Load(int start, int count, Span<float> buffer);

    /// <summary>Puts numbers back that <see cref="Load"/> took out.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="values">They, where <see cref="Load"/> said.</param>
    /// <param name="key">Chooses the random numbers of this store in this step.</param>
    public abstract void Store(int start, Span<float> values, uint key);

    /// <summary>The tensors that it is saved as: a name to follow that of the state, an element type, a length.</summary>
    public abstract IEnumerable<(string Suffix, string ElementType, int Length)> Tensors { get; }

    /// <summary>Adds its tensors to a file.</summary>
    public abstract void Save(TensorFile file, string name, ReadOnlySpan<int> shape);

    /// <summary>Takes its tensors from a file, which has them.</summary>
    public abstract void Restore(TensorFile file, string name);

    /// <summary>Sets all numbers.</summary>
    public virtual void Fill(int length, float value)
    {
        Span<float> buffer = stackalloc float[Block];
        for (var start = 0; start < length; start += Block)
        {
            var count = Math.Min(Block, length - start);
            var values = MemoryMarshal.CreateSpan(ref Load(start, count, buffer), count);
            values.Fill(value);
            Store(start, values, 0);
        }
    }
}

/// <summary>Floats in memory, used where they lie.</summary>
internal sealed class FloatNumbers(Memory<float> values) : NumberStore
{
    public override IEnumerable<(string Suffix, string ElementType, int Length)> Tensors => [("", TensorFile.ElementTypeOf<float>(), values.Length)];

    public override ref float Load(int start, int count, Span<float> buffer) => ref values.Span.Slice(start, count)[0];

    public override void Store(int start, Span<float> values, uint key)
    {
    }

    public override void Save(TensorFile file, string name, ReadOnlySpan<int> shape) => file.Add<float>(name, shape, values);

    public override void Restore(TensorFile file, string name) => file[name].CopyTo(values.Span);
}

/// <summary>Numbers that belong to the caller, who may move them from step to step: gradients and estimates.</summary>
internal sealed class LentNumbers<T>(Func<Memory<T>> where) : INumbers
    where T : unmanaged
{
    public ref float Load(int start, int count, Span<float> buffer)
    {
        var values = where().Span.Slice(start, count);
        if (typeof(T) == typeof(float))
        {
            return ref MemoryMarshal.Cast<T, float>(values)[0];
        }

        Narrowing.Widen<T>(values, buffer);
        return ref buffer[0];
    }
}
