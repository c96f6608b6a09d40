using System.Numerics;
using Descent.Engine;

namespace Descent.Nn;

/// <summary>A differentiable function with parameters: a layer, or a model made of layers.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// To write one, derive from it, compute in <see cref="Forward"/>, and name what it is made of in
/// <see cref="OwnTensors"/> and <see cref="Children"/>; names and order must not change after construction.
/// </remarks>
public abstract partial class Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private IReadOnlyList<(string Name, Tensor<T> Tensor)>? named;
    private IReadOnlyList<(string Name, Tensor<T> Tensor)>? buffers;
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
    public IReadOnlyList<(string Name, Tensor<T> Tensor)> NamedTensors => named ??= Collect(static module => module.OwnTensors);

    /// <summary>
    /// The tensors that belong to the model and are saved with it, but are not trained, such as running statistics; named and
    /// ordered like <see cref="NamedTensors"/>.
    /// </summary>
    /// <exception cref="DescentException">Two of them have the same name.</exception>
    public IReadOnlyList<(string Name, Tensor<T> Tensor)> NamedBuffers => buffers ??= Collect(static module => module.OwnBuffers);

    /// <summary>
    /// Whether the module and its children compute as in training, which is how they start; layers such as
    /// <see cref="BatchNorm{T}"/> compute otherwise when evaluated.
    /// </summary>
    public bool IsTraining
    {
        get;
        set
        {
            field = value;
            foreach (var (_, child) in Children)
            {
                child.IsTraining = value;
            }
        }
    } = true;

    /// <summary>The parameters of this module itself: names such as <c>weight</c>, and leaves that require gradients.</summary>
    protected virtual IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors => [];

    /// <summary>The tensors of this module itself that are saved but not trained: leaves that require no gradient.</summary>
    protected virtual IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnBuffers => [];

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

    /// <summary>
    /// Takes the statistics of all <see cref="BatchNorm{T}"/> layers anew: their plain mean over <paramref name="batches"/>. An average of
    /// weights has none of its own, since it was never trained. Nothing else changes; a model without such layers is left alone.
    /// </summary>
    /// <remarks>
    /// Source: Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", UAI 2018,
    /// <see href="https://arxiv.org/abs/1803.05407"/>, section 3.2; every batch counts the same, as in PyTorch's <c>update_bn</c>.
    /// </remarks>
    /// <param name="batches">Inputs, which are asked for one by one; each with at least 2 values per channel.</param>
    /// <exception cref="DescentException">There is no batch, or one does not fit; the statistics are as they were.</exception>
    public void ReestimateStatistics(IEnumerable<Tensor<T>> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        BatchNorm<T>[] layers = [.. Descendants.OfType<BatchNorm<T>>()];
        if (layers.Length == 0)
        {
            return;
        }

        var before = NamedBuffers.Select(static item => item.Tensor.ToArray()).ToArray();
        var modes = layers.Select(static layer => layer.IsTraining).ToArray();
        var isDone = false;
        foreach (var layer in layers)
        {
            (layer.IsTraining, layer.IsEstimating) = (true, true);
            layer.Batches.Span[0] = T.Zero;
        }

        try
        {
            using var evaluation = Autograd.NoGradient();
            foreach (var batch in batches)
            {
                using var scope = TensorScope.Begin();
                Forward(batch);
            }

            isDone = Array.TrueForAll(layers, static layer => layer.Batches.Span[0] > T.Zero);
            if (!isDone)
            {
                throw new DescentException("Statistics are re-estimated from at least 1 batch, but there was none; the old ones were kept.");
            }
        }
        finally
        {
            for (var i = 0; i < layers.Length; i++)
            {
                (layers[i].IsTraining, layers[i].IsEstimating) = (modes[i], false);
            }

            for (var i = 0; !isDone && i < before.Length; i++)
            {
                before[i].CopyTo(NamedBuffers[i].Tensor.Values);
            }
        }
    }

    private IEnumerable<Module<T>> Descendants => Children.SelectMany(static child => child.Module.Descendants).Prepend(this);

    private List<(string Name, Tensor<T> Tensor)> Collect(Func<Module<T>, IReadOnlyList<(string Name, Tensor<T> Tensor)>> own)
    {
        var all = new List<(string Name, Tensor<T> Tensor)>(own(this));
        foreach (var (childName, child) in Children)
        {
            all.AddRange(child.Collect(own).Select(item => ($"{childName}.{item.Name}", item.Tensor)));
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
