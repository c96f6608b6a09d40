using Descent.Engine;
using Descent.Optimizers;

namespace Descent.Landscapes.Runs;

/// <summary>Copies what a method keeps, and what its rule names on the way, into columns of a trajectory.</summary>
internal sealed class StateTrace
{
    private const string Hat = "\u0302";
    private readonly (ReadOnlyMemory<double> From, double[] To)[] kept;
    private readonly List<StateColumn> columns;
    private readonly Dictionary<string, double[]> derived = new(StringComparer.Ordinal);
    private readonly StepTrace? trace;
    private readonly double[]? ahead;
    private readonly Parameter<double> theta;
    private readonly Sgd? nesterov;
    private readonly int size;
    private readonly int length;

    public StateTrace(Optimizer optimizer, Parameter<double> theta, Method method, Trajectory trajectory)
    {
        (this.theta, size) = (theta, theta.Length);
        length = trajectory.Loss.Length * size;
        var views = optimizer.StateOf(theta).Where(view => view.Values.Length == size).ToArray();
        kept = [.. views.Select(view => (view.Values, new double[length]))];
        trajectory.State = columns = [.. views.Zip(kept, (view, pair) => new StateColumn(view.Name, view.Symbol, pair.To, IsDerived: false))];
        trace = optimizer.TraceOf(theta) is { IsAvailable: true } available ? available : null;
        if (method is Sgd { Nesterov: true } sgd)
        {
            // The library's parameters are the point looked ahead to; what textbooks call θ lies η·μ·b behind.
            (nesterov, ahead) = (sgd, new double[length]);
            columns.Add(new StateColumn("x", "x", ahead, IsDerived: false));
        }
    }

    /// <summary>Copies the state as it is after so many updates.</summary>
    public void Record(int step, double rateBefore)
    {
        foreach (var (from, to) in kept)
        {
            from.Span.CopyTo(to.AsSpan(step * size));
        }

        for (var i = 0; ahead is not null && i < size; i++)
        {
            ahead[(step * size) + i] = theta.Values.Span[i] + (rateBefore * nesterov!.Momentum.At(step) * kept[0].From.Span[i]);
        }
    }

    /// <summary>Before an update.</summary>
    public void Before() => trace?.Before();

    /// <summary>After an update, which leads to a row.</summary>
    public void After(int row)
    {
        for (var i = 0; trace is not null && i < size; i++)
        {
            foreach (var (symbol, value) in trace.Of(i))
            {
                if (!derived.TryGetValue(symbol, out var values))
                {
                    derived.Add(symbol, values = new double[length]);
                    columns.Add(new StateColumn(NameOf(symbol), symbol, values, IsDerived: true));
                }

                values[(row * size) + i] = value;
            }
        }
    }

    private static string NameOf(string symbol) => symbol switch
    {
        StepTrace.EffectiveRate => "effective_rate",
        "σ²" => "variance",
        "σ" => "sigma",
        "Δ" => "delta",
        "ŝ" => "s_hat",
        _ => symbol.Replace(Hat, "_hat", StringComparison.Ordinal),
    };
}
