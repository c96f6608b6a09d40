using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Descent.Nn;

/// <summary>One line of a summary: a module that is no <see cref="Sequential{T}"/>.</summary>
/// <param name="Name">As in the names of parameters.</param>
/// <param name="Kind">The module's type.</param>
/// <param name="OutputShape">What it made of an input; null when none was given.</param>
/// <param name="Parameters">Numbers in its parameters.</param>
/// <param name="FloatingPointOperations">Of its matrix products and convolutions, a multiplication and an addition each; 0 when no input was given.</param>
public sealed record LayerSummary(string Name, string Kind, IReadOnlyList<int>? OutputShape, long Parameters, long FloatingPointOperations);

/// <summary>What a model is made of. <see cref="ToString"/> is a table.</summary>
/// <param name="Layers">In the order they run.</param>
/// <param name="Parameters">Numbers in all parameters, shared ones once.</param>
/// <param name="Trainable">Those that are not frozen.</param>
/// <param name="Bytes">Memory of parameters, their gradients and buffers.</param>
public sealed record ModuleSummary(IReadOnlyList<LayerSummary> Layers, long Parameters, long Trainable, long Bytes)
{
    /// <summary>Of a forward pass; 0 when no input was given.</summary>
    public long FloatingPointOperations => Layers.Sum(static layer => layer.FloatingPointOperations);

    /// <inheritdoc/>
    public override string ToString()
    {
        var hasShapes = Layers.Any(static layer => layer.OutputShape is not null);
        string[][] rows =
        [
            ["layer", "kind", "output", "parameters", "operations"],
            .. Layers.Select(static layer => new[] { layer.Name, layer.Kind, layer.OutputShape is null ? "" : Shapes.Describe([.. layer.OutputShape]), Count(layer.Parameters), Count(layer.FloatingPointOperations) }),
        ];
        int[] widths = [.. Enumerable.Range(0, 5).Select(column => rows.Max(row => row[column].Length))];
        var table = new StringBuilder();
        foreach (var row in rows)
        {
            var line = $"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}{(hasShapes ? "  " + row[2].PadRight(widths[2]) : "")}  {row[3].PadLeft(widths[3])}{(hasShapes ? "  " + row[4].PadLeft(widths[4]) : "")}";
            table.Append(line).Append('\n');
        }

        return table.Append(CultureInfo.InvariantCulture, $"{Parameters:N0} parameters, {Trainable:N0} of them trained, {Bytes:N0} bytes with gradients and buffers")
            .Append(hasShapes ? $", {Count(FloatingPointOperations)} operations forward" : "").ToString();
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

public abstract partial class Module<T>
{
    /// <summary>Layers, shapes, parameters, memory, and with an input what a forward pass costs.</summary>
    /// <param name="input">An input to pass through the model as evaluated; none when null.</param>
    /// <exception cref="DescentException">The input does not fit.</exception>
    public ModuleSummary Summarize(Tensor<T>? input = null)
    {
        var (layers, wasTraining) = (new List<LayerSummary>(), IsTraining);
        using var evaluation = Autograd.NoGradient();
        IsTraining = false;
        try
        {
            Describe("", input, layers);
        }
        finally
        {
            IsTraining = wasTraining;
        }

        var numbers = NamedTensors.Sum(static item => (long)item.Tensor.Length);
        return new ModuleSummary(
            layers,
            numbers,
            NamedTensors.Sum(static item => item.Tensor.RequiresGradient ? (long)item.Tensor.Length : 0),
            ((2 * numbers) + NamedBuffers.Sum(static item => (long)item.Tensor.Length)) * Unsafe.SizeOf<T>());
    }

    /// <summary>Adds the lines of this module, called so, and gives its output.</summary>
    private Tensor<T>? Describe(string name, Tensor<T>? input, List<LayerSummary> layers)
    {
        if (this is Sequential<T>)
        {
            foreach (var (child, module) in Children)
            {
                input = module.Describe(name.Length == 0 ? child : $"{name}.{child}", input, layers);
            }

            return input;
        }

        var before = MatrixKernels.Multiplications;
        var output = input is null ? null : Forward(input);
        layers.Add(new LayerSummary(
            name, GetType().Name.Split('`')[0], output?.Shape.ToArray(), NamedTensors.Sum(static item => (long)item.Tensor.Length), 2 * (MatrixKernels.Multiplications - before)));
        return output;
    }
}
