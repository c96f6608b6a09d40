using Descent.Engine;
using Descent.State;

namespace Descent.Storage;

/// <content>How the state is saved and restored: every store as what it is kept in.</content>
internal abstract partial class StagedParameter
{
    public override void Save(TensorFile file, string prefix)
    {
        foreach (var (name, store) in Stores(prefix))
        {
            store.Save(file, name, Parameter.Shape);
        }

        for (var i = 0; i < Scalars.Length; i++)
        {
            file.Add<double>(ScalarName(i, prefix), [1], new[] { Scalars[i] });
        }
    }

    public override IEnumerable<string> StateNames(string prefix) =>
    [
        .. Stores(prefix).SelectMany(item => item.Store.Tensors.Select(tensor => item.Name + tensor.Suffix)),
        .. Enumerable.Range(0, Scalars.Length).Select(i => ScalarName(i, prefix)),
    ];

    public override void CheckState(TensorFile file, string prefix)
    {
        foreach (var (name, store) in Stores(prefix))
        {
            foreach (var (suffix, type, length) in store.Tensors)
            {
                Check(file[name + suffix], type, length);
            }
        }

        for (var i = 0; i < Scalars.Length; i++)
        {
            Check(file[ScalarName(i, prefix)], TensorFile.ElementTypeOf<double>(), 1);
        }
    }

    public override void LoadState(TensorFile file, string prefix)
    {
        foreach (var (name, store) in Stores(prefix))
        {
            store.Restore(file, name);
        }

        for (var i = 0; i < Scalars.Length; i++)
        {
            file[ScalarName(i, prefix)].CopyTo(Scalars.AsSpan(i, 1));
        }
    }

    protected static void Check(StoredTensor stored, string type, int length)
    {
        var elements = stored.Shape.Aggregate(1L, (product, size) => product * size);
        if (stored.ElementType != type || elements != length)
        {
            throw new DescentException(
                $"The state '{stored.Name}' must be {length} numbers of {type}, but is {elements} of {stored.ElementType}; it was saved for another model or with another precision.");
        }
    }

    /// <summary>What is saved: what is kept of the parameter beside itself, and the slots.</summary>
    private IEnumerable<(string Name, NumberStore Store)> Stores(string prefix)
    {
        if (Weights is not FloatNumbers)
        {
            yield return ($"{prefix}{Parameter.Name}", Weights);
        }

        for (var i = 0; i < State.Length; i++)
        {
            yield return ($"{prefix}{Parameter.Name}.{Kernels.Binding.State[i].Name}", State[i]);
        }
    }

    private string ScalarName(int scalar, string prefix) => $"{prefix}{Parameter.Name}.{Kernels.Binding.Scalars[scalar].Name}";
}
