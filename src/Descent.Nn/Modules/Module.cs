using System.Numerics;
using Descent.Engine;

namespace Descent.Nn;

/// <summary>A differentiable function with parameters: a layer, or a model made of layers.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// To write one, derive from it, compute in <see cref="Forward"/>, and name what it is made of in
/// <see cref="OwnTensors"/> and <see cref="Children"/>; names and order must not change after construction.
/// </remarks>
public abstract class Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private IReadOnlyList<(string Name, Tensor<T> Tensor)>? named;
    private IReadOnlyList<Parameter<T>>? parameters;

    /// <summary>
    /// All parameters, the module's own first and then those of its children, in a stable order, with names such as
    /// <c>fc1.weight</c>. They share memory with the module's tensors: an optimizer that steps them trains the module.
    /// A tensor that occurs several times (shared weights) is listed once, under its first name.
    /// </summary>
    /// <exception cref="DescentException">Two parameters have the same name.</exception>
    public IReadOnlyList<Parameter<T>> Parameters =>
        parameters ??= [.. NamedTensors.Select(static item => item.Tensor.ToParameter(item.Name))];

    /// <summary>The tensors behind <see cref="Parameters"/>, with the same names, in the same order.</summary>
    /// <exception cref="DescentException">Two parameters have the same name.</exception>
    public IReadOnlyList<(string Name, Tensor<T> Tensor)> NamedTensors => named ??= Collect();

    /// <summary>The parameters of this module itself: names such as <c>weight</c>, and leaves that require gradients.</summary>
    protected virtual IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors => [];

    /// <summary>The modules this one is made of, in order; a child's name and a dot go before the names of its parameters.</summary>
    protected virtual IReadOnlyList<(string Name, Module<T> Module)> Children => [];

    /// <summary>The module's output for <paramref name="input"/>.</summary>
    public abstract Tensor<T> Forward(Tensor<T> input);

    /// <summary>Sets the gradients of all parameters to 0.</summary>
    public void ZeroGradient()
    {
        foreach (var (_, tensor) in NamedTensors)
        {
            tensor.ZeroGradient();
        }
    }

    private List<(string Name, Tensor<T> Tensor)> Collect()
    {
        var all = new List<(string Name, Tensor<T> Tensor)>(OwnTensors);
        foreach (var (childName, child) in Children)
        {
            all.AddRange(child.NamedTensors.Select(item => ($"{childName}.{item.Name}", item.Tensor)));
        }

        var seen = new HashSet<Tensor<T>>(ReferenceEqualityComparer.Instance);
        all.RemoveAll(item => !seen.Add(item.Tensor));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in all)
        {
            if (!names.Add(name))
            {
                throw new DescentException($"The names of a module's parameters must differ, but '{name}' occurs twice; rename a child.");
            }
        }

        return all;
    }
}
