using Descent.Engine;

namespace Descent.Landscapes.Runs;

/// <summary>Copies what a method keeps into columns of a trajectory.</summary>
internal sealed class StateTrace
{
    private readonly (ReadOnlyMemory<double> From, double[] To)[] kept;
    private readonly int size;

    public StateTrace(Optimizer optimizer, Parameter<double> theta, Trajectory trajectory, int updates)
    {
        size = theta.Length;
        var views = optimizer.StateOf(theta).Where(view => view.Values.Length == size).ToArray();
        kept = [.. views.Select(view => (view.Values, new double[(updates + 1) * size]))];
        trajectory.State = [.. views.Zip(kept, (view, pair) => new StateColumn(view.Name, view.Symbol, pair.To, IsDerived: false))];
    }

    /// <summary>Copies the state as it is after so many updates.</summary>
    public void Record(int step)
    {
        foreach (var (from, to) in kept)
        {
            from.Span.CopyTo(to.AsSpan(step * size));
        }
    }
}
