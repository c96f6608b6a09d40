using System.Text.Json;
using Descent.Landscapes.Interface;

namespace Descent.Landscapes.Networks;

/// <summary>What <c>train</c> is asked for.</summary>
internal sealed record TrainRequest
{
    /// <summary>The network and its training.</summary>
    public NetworkRequest Network { get; set; } = new();

    /// <summary>The first frame that is wanted: a page asks for some, shows them, and asks for the next ones, or stops asking.</summary>
    public int FirstFrame { get; set; }

    /// <summary>How many frames are wanted; null for all that follow.</summary>
    public int? FrameCount { get; set; }
}

/// <summary>What <c>train</c> gives.</summary>
/// <param name="Optimizer">The method as text.</param>
/// <param name="Style">How it is drawn.</param>
/// <param name="FirstFrame">The first frame that is given.</param>
/// <param name="Frames">How many frames are given.</param>
/// <param name="TotalFrames">How many the whole training has.</param>
/// <param name="Stride">Updates from frame to frame.</param>
/// <param name="Status"><c>training</c>, <c>finished</c> or <c>diverged</c>.</param>
/// <param name="Sizes">Units of each layer, from the inputs to the outputs.</param>
/// <param name="Classes">How many classes; 0 where a number is learnt.</param>
/// <param name="TrainCount">How many examples, the first ones, are trained on.</param>
/// <param name="Side">Points along each side of the answers, row by row from the bottom left.</param>
/// <param name="UnitSide">Points along each side of a unit's picture.</param>
/// <param name="HalfWidth">Half the side of what the pictures show.</param>
/// <param name="Columns">Where the numbers are: per frame, but for <c>batch_loss</c> and <c>learning_rate</c>, which are per update since the frame before.</param>
/// <param name="Data">Inputs, and classes or targets, of all examples; with the first frame only.</param>
internal sealed record TrainReply(
    string Optimizer,
    OptimizerStyle Style,
    int FirstFrame,
    int Frames,
    int TotalFrames,
    int Stride,
    string Status,
    int[] Sizes,
    int Classes,
    int TrainCount,
    int Side,
    int UnitSide,
    double HalfWidth,
    IReadOnlyList<Column> Columns,
    IReadOnlyList<Column>? Data);

/// <summary>Trains in slices. What goes on where a slice ended is kept, and made again where it is not: the answer is the same.</summary>
internal static class TrainFunction
{
    private const int Kept = 4;
    private static readonly Lock Gate = new();
    private static readonly List<(string Key, NetworkFrames Frames)> Waiting = [];

    public static Answer Answer(TrainRequest request)
    {
        NetworkLimits.Check(request.Network);
        if (request.FirstFrame < 0 || request.FrameCount is < 1)
        {
            throw new DescentException($"The frames must be at least one, from 0 on, but were {request.FrameCount?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all"} from {request.FirstFrame} on.");
        }

        var key = JsonSerializer.Serialize(request.Network, Json.Default.NetworkRequest);
        var frames = Take(key, request.FirstFrame);
        var end = request.FrameCount is { } count ? (int)Math.Min((long)request.FirstFrame + count, frames.Count) : frames.Count;
        var numbers = new ColumnWriter();
        var columns = frames.Until(end).Select(column => numbers.Add(column.Name, [.. column.Values], column.Width)).ToArray();
        var set = frames.Training.Set;
        var answer = Functions.Reply(
            new TrainReply(
                frames.Training.Method.ToString(),
                OptimizerStyle.Of(frames.Training.Method),
                request.FirstFrame,
                Math.Max(0, frames.Next - request.FirstFrame),
                frames.Count,
                frames.Stride,
                frames.Training.IsLost ? "diverged" : frames.IsDone ? "finished" : "training",
                [set.Inputs, .. request.Network.Layers, Math.Max(1, set.Classes)],
                set.Classes,
                set.TrainCount,
                NetworkFrames.Side,
                NetworkFrames.UnitSide,
                ExampleSet.HalfWidth,
                columns,
                request.FirstFrame > 0 ? null : [numbers.Add("inputs", set.X, set.Inputs), set.Classes > 0 ? numbers.Add("labels", [.. set.Labels.Select(label => (double)label)]) : numbers.Add("targets", set.Targets)]),
            Json.Default.TrainReply,
            numbers);
        Keep(key, frames);
        return answer;
    }

    /// <summary>The training that is at the frame; a new one, brought there, where none is.</summary>
    private static NetworkFrames Take(string key, int frame)
    {
        lock (Gate)
        {
            var at = Waiting.FindIndex(kept => kept.Key == key && kept.Frames.Next == frame);
            if (at >= 0)
            {
                var kept = Waiting[at].Frames;
                Waiting.RemoveAt(at);
                return kept;
            }
        }

        var made = new NetworkFrames(new NetworkTraining(JsonSerializer.Deserialize(key, Json.Default.NetworkRequest)!));
        made.Until(frame);
        return made;
    }

    private static void Keep(string key, NetworkFrames frames)
    {
        lock (Gate)
        {
            if (!frames.IsDone)
            {
                Waiting.Add((key, frames));
            }

            if (Waiting.Count > Kept)
            {
                Waiting.RemoveAt(0);
            }
        }
    }
}
