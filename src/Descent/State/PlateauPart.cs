using System.Text.Json.Nodes;
using Descent.Engine;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.Text;

namespace Descent.State;

/// <summary>The learning rates that follow a metric, with what they have observed.</summary>
internal sealed class PlateauPart : IStatePart
{
    private readonly KernelSet[] following;

    private PlateauPart(KernelSet[] following) => this.following = following;

    public string Name => "schedules";

    /// <summary>The part, where a learning rate follows a metric; null where none does.</summary>
    /// <exception cref="DescentException">Another option than a learning rate follows one.</exception>
    public static PlateauPart? For(KernelSet[] kernels)
    {
        foreach (var set in kernels)
        {
            foreach (var option in MethodOption.AllScheduled(set.Method))
            {
                if (option.Name != nameof(Method.LearningRate) && option.Value.Schedule?.FollowsMetric == true)
                {
                    throw new DescentException($"Only a learning rate can follow a metric, but {option.Name} is '{option.Value.Schedule}'; give it a schedule without 'plateau'.");
                }
            }
        }

        var sets = Array.FindAll(kernels, set => set.Method.LearningRate.Schedule?.FollowsMetric == true);
        return sets.Length == 0 ? null : new PlateauPart(sets);
    }

    public void Observe(double metric, long updates)
    {
        foreach (var set in following)
        {
            set.Follow(set.Method.LearningRate.Schedule!.Observe(metric, updates));
        }
    }

    public JsonObject Save(TensorFile file, string prefix) => new()
    {
        ["learning_rates"] = new JsonArray([.. following.Select(set => JsonValue.Create(set.Method.LearningRate.Schedule!.ToString()))]),
    };

    public IEnumerable<StateTensor> Tensors(JsonFields json, string prefix) => [];

    public Action Prepare(JsonFields json, TensorFile file, string prefix, IReadOnlySet<string> absent)
    {
        var texts = json.Texts("learning_rates");
        if (texts.Length != following.Length)
        {
            throw json.Wrong("learning_rates", $"{following.Length} schedules");
        }

        // Functions of the caller's are not in the file: they are those that the optimizer was set up with.
        Schedule[] schedules = [.. texts.Zip(following, (text, set) => Schedule.Parse(text, new ScheduleContext
        {
            Functions = set.Method.LearningRate.Schedule!.Functions.DistinctBy(custom => custom.Name).ToDictionary(custom => custom.Name, custom => custom.Function),
        }))];
        return () =>
        {
            foreach (var (set, schedule) in following.Zip(schedules))
            {
                set.Follow(schedule);
            }
        };
    }
}
