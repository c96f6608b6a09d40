using System.Text.Json.Nodes;
using Descent.Engine;
using Descent.State;
using Descent.Text;

namespace Descent.Gradients;

/// <summary>The latest norms of gradients, for clipping by a percentile of them.</summary>
internal sealed class ClippingHistory(string name, int length) : IStatePart
{
    private readonly double[] norms = new double[length];
    private readonly double[] sorted = new double[length];
    private int count;
    private int next;

    public string Name => name;

    /// <summary>Adds a norm, and returns the percentile of all; a norm that is not finite is not kept.</summary>
    public double Next(double norm, double percentile)
    {
        if (!double.IsFinite(norm))
        {
            return norm;
        }

        norms[next] = norm;
        next = (next + 1) % norms.Length;
        count = Math.Min(count + 1, norms.Length);
        norms.AsSpan(0, count).CopyTo(sorted);
        sorted.AsSpan(0, count).Sort();
        var place = percentile / 100 * (count - 1);
        var lower = (int)place;
        return sorted[lower] + ((sorted[Math.Min(lower + 1, count - 1)] - sorted[lower]) * (place - lower));
    }

    public JsonObject Save(TensorFile file, string prefix)
    {
        // From the oldest on.
        var start = count < norms.Length ? 0 : next;
        file.Add<double>(TensorName(prefix), [count], Enumerable.Range(0, count).Select(i => norms[(start + i) % norms.Length]).ToArray());
        return new JsonObject { ["count"] = count };
    }

    public IEnumerable<StateTensor> Tensors(JsonFields json, string prefix) => [new StateTensor(TensorName(prefix), TensorFile.ElementTypeOf<double>(), [Count(json)])];

    public Action Prepare(JsonFields json, TensorFile file, string prefix, IReadOnlySet<string> absent)
    {
        if (absent.Contains(TensorName(prefix)))
        {
            return () => { };
        }

        var saved = new double[Count(json)];
        file[TensorName(prefix)].CopyTo<double>(saved);
        return () =>
        {
            saved.CopyTo(norms, 0);
            (count, next) = (saved.Length, saved.Length % norms.Length);
        };
    }

    private int Count(JsonFields json) => json.Whole("count") is var number && number >= 0 && number <= norms.Length ? number : throw json.Wrong("count", $"an integer from 0 to {norms.Length}");

    private string TensorName(string prefix) => $"{prefix}#{name}.norms";
}
