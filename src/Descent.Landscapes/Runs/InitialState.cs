using Descent.Engine;
using Descent.State;
using Descent.Text;

namespace Descent.Landscapes.Runs;

/// <summary>Gives a method something to remember before its first step.</summary>
internal static class InitialState
{
    private const string Prefix = "optimizer.";

    /// <summary>Sets state by name; what is not named stays as it is.</summary>
    /// <exception cref="DescentException">The method keeps no such state, or another number of numbers.</exception>
    public static void Set(Optimizer optimizer, Parameter<double> theta, IReadOnlyDictionary<string, double[]> state)
    {
        using var file = new TensorFile();
        OptimizerState.Save(optimizer, file, Prefix);
        using var changed = new TensorFile();
        foreach (var (key, text) in file.Metadata)
        {
            changed.Metadata[key] = text;
        }

        string[] names = [.. optimizer.StateOf(theta).Select(view => view.Name)];
        if (state.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            throw new DescentException($"The method keeps no state '{Shown.Brief(unknown)}'; {(names.Length == 0 ? "it keeps none" : $"it keeps {string.Join(", ", names)}")}.");
        }

        foreach (var tensor in file.Tensors)
        {
            var name = names.FirstOrDefault(each => tensor.Name == $"{Prefix}{theta.Name}.{each}" && state.ContainsKey(each));
            if (name is null)
            {
                changed.Add(tensor);
                continue;
            }

            var count = tensor.Shape.Aggregate(1, (product, side) => product * side);
            if (state[name].Length != count || !Array.TrueForAll(state[name], double.IsFinite))
            {
                throw new DescentException($"The state {name} must be {count} finite {(count == 1 ? "number" : "numbers")}, but was {Words.Point(state[name], Words.Number)}.");
            }

            changed.Add<double>(tensor.Name, [.. tensor.Shape], state[name]);
        }

        OptimizerState.Load(optimizer, changed, Prefix);
    }
}
