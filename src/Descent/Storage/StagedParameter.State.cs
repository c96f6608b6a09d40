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

    public override IEnumerable<StateTensor> StateTensors(string prefix) =>
    [
        .. from item in Stores(prefix)
           from tensor in item.Store.Tensors
           select new StateTensor(item.Name + tensor.Suffix, tensor.ElementType, tensor.Length == Parameter.Length ? Parameter.Shape.ToArray() : [tensor.Length]),
        .. Enumerable.Range(0, Scalars.Length).Select(i => new StateTensor(ScalarName(i, prefix), TensorFile.ElementTypeOf<double>(), [1])),
    ];

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
