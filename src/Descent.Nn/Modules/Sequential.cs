using System.Globalization;
using System.Numerics;

namespace Descent.Nn;

/// <summary>Modules one after the other, each given the output of the one before.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Sequential<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly (string Name, Module<T> Module)[] children;

    /// <summary>
    /// Children named by their place, from 0, so that parameters are called <c>0.weight</c>, <c>0.bias</c>, <c>2.weight</c> …
    /// </summary>
    public Sequential(params ReadOnlySpan<Module<T>> modules)
    {
        children = new (string, Module<T>)[modules.Length];
        for (var i = 0; i < modules.Length; i++)
        {
            children[i] = (i.ToString(CultureInfo.InvariantCulture), modules[i]);
        }
    }

    /// <summary>Children with names of their own, such as <c>fc1</c>.</summary>
    /// <exception cref="DescentException">Two children have the same name.</exception>
    public Sequential(params ReadOnlySpan<(string Name, Module<T> Module)> modules)
    {
        children = modules.ToArray();
        if (children.Select(static child => child.Name).Distinct(StringComparer.Ordinal).Count() != children.Length)
        {
            throw new DescentException(
                $"The children of a Sequential must have different names, but they were {string.Join(", ", children.Select(static child => child.Name))}; rename one.");
        }
    }

    /// <summary>The modules in the order they run, with their names.</summary>
    public IReadOnlyList<(string Name, Module<T> Module)> Modules => children;

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Module<T> Module)> Children => children;

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        for (var i = 0; i < children.Length; i++)
        {
            // A batch norm and the ReLU behind it go over the numbers once.
            if (children[i].Module is BatchNorm<T> norm && i + 1 < children.Length && children[i + 1].Module is Relu<T>)
            {
                input = norm.Forward(input, rectified: true);
                i++;
            }
            else
            {
                input = children[i].Module.Forward(input);
            }
        }

        return input;
    }
}
