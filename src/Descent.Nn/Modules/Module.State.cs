using System.IO.Enumeration;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Descent.Numerics;
using Descent.State;
using Descent.Text;

namespace Descent.Nn;

public abstract partial class Module<T>
{
    /// <summary>
    /// Stops training the parameters whose name matches a pattern: they get no gradients, so that optimizers leave them alone.
    /// </summary>
    /// <param name="pattern">A name such as <c>fc1.weight</c>, where <c>*</c> stands for anything, as in <c>blocks.0.*</c>.</param>
    /// <returns>How many parameters match.</returns>
    /// <exception cref="DescentException">No name matches.</exception>
    public int Freeze(string pattern) => SetFrozen(pattern, true);

    /// <summary>Trains the parameters whose name matches a pattern again. See <see cref="Freeze"/>.</summary>
    /// <returns>How many parameters match.</returns>
    /// <exception cref="DescentException">No name matches.</exception>
    public int Unfreeze(string pattern) => SetFrozen(pattern, false);

    /// <summary>The module's parameters and buffers under their names, to write as a safetensors file that PyTorch reads.</summary>
    public TensorFile ToTensorFile()
    {
        var file = new TensorFile();
        foreach (var (name, tensor) in NamedTensors.Concat(NamedBuffers))
        {
            file.Add<T>(name, tensor.Shape, tensor.ToArray());
        }

        return file;
    }

    /// <summary>
    /// Takes parameters and buffers from a safetensors file, such as a state dict that PyTorch saved: every one of the module's by its
    /// name and shape, in any of F32, F64, F16, BF16 and I64. Either all are taken or none.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="rename">Makes of a name of the module the file's; the same when null.</param>
    /// <param name="strict">Whether tensors of the file that the module does not have are a mistake.</param>
    /// <exception cref="DescentException">A tensor is missing, has another shape or element type, or is not the module's.</exception>
    public void Load(TensorFile file, Func<string, string>? rename = null, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(file);
        var own = NamedTensors.Concat(NamedBuffers).ToList();
        var rest = file.Tensors.Select(static stored => stored.Name).ToHashSet(StringComparer.Ordinal);
        var values = new List<T[]>();
        foreach (var (name, tensor) in own)
        {
            var wanted = rename?.Invoke(name) ?? name;
            var stored = file.Find(wanted)
                ?? throw new DescentException($"The file has no tensor '{wanted}'; the nearest names are {NearestNames.Of(wanted, file.Tensors.Select(static candidate => candidate.Name))}.");
            if (!tensor.Shape.SequenceEqual(stored.Shape.ToArray()))
            {
                throw new DescentException($"Tensor '{wanted}' must have the shape {Shapes.Describe(tensor.Shape)}, but the file's is {Shapes.Describe(stored.Shape.ToArray())}.");
            }

            rest.Remove(wanted);
            values.Add(Convert(stored));
        }

        if (strict && rest.Count > 0)
        {
            throw new DescentException($"The file has tensors that the module does not: {string.Join(", ", rest.Order(StringComparer.Ordinal).Take(5))}{(rest.Count > 5 ? ", …" : "")}; load with strict: false to leave them out.");
        }

        foreach (var ((_, tensor), loaded) in own.Zip(values))
        {
            loaded.CopyTo(tensor.Values);
        }
    }

    private static T[] Convert(StoredTensor stored)
    {
        return stored.ElementType switch
        {
            "F32" => Cast<float>(),
            "F64" => Cast<double>(),
            "I64" => Cast<long>(),
            "F16" => Cast<Half>(),
            "BF16" => Widen(),
            var other => throw new DescentException($"Tensor '{stored.Name}' must be F32, F64, F16, BF16 or I64, but is {other}."),
        };

        T[] Cast<TFrom>()
            where TFrom : unmanaged, INumberBase<TFrom>
        {
            var result = new T[stored.Bytes.Length / Marshal.SizeOf<TFrom>()];
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, TFrom>(stored.Bytes.Span), result.AsSpan());
            return result;
        }

        T[] Widen()
        {
            var wide = new float[stored.Bytes.Length / 2];
            NarrowFormat.Widen(MemoryMarshal.Cast<byte, Descent.Numerics.BFloat16>(stored.Bytes.Span), wide);
            return [.. wide.Select(T.CreateTruncating)];
        }
    }

    private int SetFrozen(string pattern, bool isFrozen)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var count = 0;
        foreach (var (name, tensor) in NamedTensors)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
            {
                tensor.Freeze(isFrozen);
                count++;
            }
        }

        return count > 0
            ? count
            : throw new DescentException($"No parameter is called '{pattern}'; the nearest names are {NearestNames.Of(pattern, NamedTensors.Select(static item => item.Name))}.");
    }
}
