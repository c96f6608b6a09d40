using System.Text.Json.Nodes;
using Descent.Engine;
using Descent.State;
using Descent.Storage;
using Descent.Text;

namespace Descent.Averaging;

/// <summary>
/// An average of parameters and the swap for evaluation: kept in 64 bits for parameters of 64, else in 32. An optimizer keeps one
/// by itself (<see cref="Optimizer.Averaging"/>), and averages its master weights where parameters of 16 bits have some; this is for
/// weights that move otherwise.
/// </summary>
public sealed class WeightAverage : IStatePart
{
    private readonly AveragedParameter[] averaged;
    private readonly Workers workers;

    /// <summary>Starts from the weights as they are.</summary>
    /// <param name="parameters">Their names are unique.</param>
    /// <param name="averaging">Which average.</param>
    /// <param name="workers">The threads to use; <see cref="Workers.Shared"/> when not given.</param>
    public WeightAverage(IEnumerable<Parameter> parameters, WeightAveraging averaging, Workers? workers = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(averaging);
        Averaging = averaging;
        averaged = [.. parameters.Select(parameter => AveragedParameter.Of(parameter, Math.Max(1, averaging.Kept)))];
        this.workers = workers ?? Workers.Shared;
        work = new Work(averaged);
    }

    /// <summary>Averages what an optimizer moves: for parameters of 16 bits their master weights, or with what rounding cut off.</summary>
    internal WeightAverage(IEnumerable<BoundParameter> parameters, WeightAveraging averaging, Workers workers)
    {
        Averaging = averaging;
        averaged = [.. parameters.Select(bound => AveragedParameter.Of(bound.Parameter, Math.Max(1, averaging.Kept), (bound as StagedParameter)?.Weights))];
        this.workers = workers;
        work = new Work(averaged);
    }

    /// <summary>Which average is kept.</summary>
    public WeightAveraging Averaging { get; }

    /// <summary>How many updates it has seen.</summary>
    public long Updates { get; private set; }

    /// <summary>Where the parameters are.</summary>
    public ParameterPoint Point { get; private set; }

    private readonly Work work;

    /// <summary>Takes the weights after an update.</summary>
    /// <exception cref="DescentException">The average is swapped in.</exception>
    public void Update()
    {
        if (Point == ParameterPoint.Evaluation)
        {
            throw new DescentException("The average is in the parameters, so that it would be averaged with itself; call MoveTo(ParameterPoint.Training) first.");
        }

        Updates++;
        work.Share = Averaging.ShareAt(Updates);
        if (work.Share == 0)
        {
            return;
        }

        if (Averaging.Kept > 0)
        {
            (work.Slot, Snapshots) = ((int)(Snapshots % Averaging.Kept), Snapshots + 1);
        }

        workers.Run(work, averaged.Length);
    }

    /// <summary>Brings the average into the parameters, or the weights back, to the very bits.</summary>
    public void MoveTo(ParameterPoint point)
    {
        if (point == Point)
        {
            return;
        }

        foreach (var item in averaged)
        {
            item.MoveTo(point, Averaging.Kept == 0 ? 1 : (int)Math.Min(Snapshots, Averaging.Kept));
        }

        Point = point;
    }

    string IStatePart.Name => "average";

    /// <summary>How many weights were kept so far.</summary>
    private long Snapshots { get; set; }

    JsonObject IStatePart.Save(TensorFile file, string prefix)
    {
        foreach (var item in averaged)
        {
            item.Save(file, prefix, Point);
        }

        return new JsonObject { ["kind"] = Averaging.GetType().Name, ["updates"] = Updates, ["snapshots"] = Snapshots, ["swapped"] = Point == ParameterPoint.Evaluation };
    }

    IEnumerable<StateTensor> IStatePart.Tensors(JsonFields json, string prefix) => averaged.SelectMany(item => item.Tensors(prefix, SavedPoint(json)));

    Action IStatePart.Prepare(JsonFields json, TensorFile file, string prefix, IReadOnlySet<string> absent)
    {
        if (json.Text("kind") != Averaging.GetType().Name)
        {
            throw json.Wrong("kind", $"'{Averaging.GetType().Name}', as it is set up here");
        }

        var (updates, snapshots, point) = (json.Count("updates"), json.Count("snapshots"), SavedPoint(json));
        if (updates < 0 || snapshots < 0)
        {
            throw json.Wrong(updates < 0 ? "updates" : "snapshots", "an integer of at least 0");
        }

        Action[] restore = [.. averaged.Where(item => !item.Tensors(prefix, point).Any(tensor => absent.Contains(tensor.Name))).Select(item => item.Prepare(file, prefix, point == ParameterPoint.Evaluation))];
        return () =>
        {
            Array.ForEach(restore, action => action());
            (Updates, Snapshots, Point) = (updates, snapshots, point);
        };
    }

    private static ParameterPoint SavedPoint(JsonFields json) => json.FlagOrNull("swapped") == true ? ParameterPoint.Evaluation : ParameterPoint.Training;

    private sealed class Work(AveragedParameter[] averaged) : IChunkedWork
    {
        public double Share { get; set; }

        public int Slot { get; set; }

        public void RunChunk(int index) => averaged[index].Update(Slot, Share);
    }
}
