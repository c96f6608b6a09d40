using System.Text.Json.Nodes;
using Descent.Engine;
using Descent.Gradients;
using Descent.Text;

namespace Descent.State;

/// <summary>Where loss scaling stands, saved with the optimizer.</summary>
internal sealed class LossScalePart(LossScaling scaling) : IStatePart
{
    public string Name => "loss_scale";

    public LossScaling Scaling { get; } = scaling;

    public LossScaleState State { get; set; } = scaling.Start;

    public JsonObject Save(TensorFile file, string prefix) => new()
    {
        ["scale"] = State.Scale,
        ["good"] = State.Good,
        ["tolerated"] = State.Tolerated,
        ["iteration"] = State.Iteration,
        ["last_overflow"] = State.LastOverflow,
    };

    public IEnumerable<StateTensor> Tensors(JsonFields json, string prefix) => [];

    public Action Prepare(JsonFields json, TensorFile file, string prefix, IReadOnlySet<string> absent)
    {
        var state = new LossScaleState(json.Number("scale"), json.Count("good"), json.Count("tolerated"), json.Count("iteration"), json.Count("last_overflow"));
        return state is { Scale: > 0, Good: >= 0, Tolerated: >= 1, Iteration: >= 0, LastOverflow: >= -1 }
            ? () => State = state
            : throw json.Wrong("scale", "that of a loss scaling, with counts of at least 0");
    }
}
