using Descent.Landscapes.Grids;

namespace Descent.Landscapes.Networks;

/// <summary>Numbers per frame, one frame after the other.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Width">How many numbers a frame has.</param>
internal sealed record FrameColumn(string Name, int Width)
{
    public List<double> Values { get; } = [];
}

/// <summary>
/// Looks at a training at evenly spaced updates, at most 201 times and less often where the network is large, the first before the first update
/// and the last after the last one: frames are asked for in slices, so that a page can show what there is, and stop.
/// </summary>
public sealed class NetworkFrames
{
    /// <summary>Points along each side of the picture of answers.</summary>
    public const int Side = 41;

    /// <summary>Points along each side of the picture of one unit.</summary>
    public const int UnitSide = 15;

    private const int Most = 200;
    private const int Fewest = 20;
    private const long MostProducts = 200_000_000;
    private const int MostRatios = 60_000;
    private const int ShownDigits = 60;
    private readonly NetworkTraining training;
    private readonly Dictionary<string, FrameColumn> columns = new(StringComparer.Ordinal);

    /// <summary>Frames of a training that has not begun.</summary>
    public NetworkFrames(NetworkTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        this.training = training;
        var products = (long)training.Network.Length * ((training.Set.Inputs == 2 ? (Side * Side) + (UnitSide * UnitSide) : 0) + training.Set.Count);
        var frames = (int)Math.Clamp(MostProducts / products, Fewest, Most);
        Stride = (training.Request.Steps + frames - 1) / frames;
        Count = ((training.Request.Steps + Stride - 1) / Stride) + 1;
        RatioStride = (int)Math.Max(1, ((long)training.Network.Length * Count) / MostRatios);
    }

    /// <summary>Updates from frame to frame; fewer before the last.</summary>
    public int Stride { get; }

    /// <summary>Frames from one that has m̂/√v̂ to the next; counted from the last frame back.</summary>
    public int RatioStride { get; }

    /// <summary>How many frames a whole training has.</summary>
    public int Count { get; }

    /// <summary>The next frame, from 0.</summary>
    public int Next { get; private set; }

    /// <summary>Whether there is none more: all were made, or the training is lost.</summary>
    public bool IsDone => Next == Count || (training.IsLost && Next > 0);

    /// <summary>The training.</summary>
    public NetworkTraining Training => training;

    /// <summary>Makes frames up to a place, or to where the training is lost.</summary>
    /// <param name="end">One past the last frame that is wanted.</param>
    internal IReadOnlyCollection<FrameColumn> Until(int end)
    {
        columns.Clear();
        for (; Next < Math.Min(end, Count) && !IsDone; Next++)
        {
            var until = Math.Min(Next * Stride, training.Request.Steps);
            while (training.Updates < until && !training.IsLost)
            {
                training.Step(training.Updates < until - 1 ? Observation.None : (Count - 1 - Next) % RatioStride == 0 ? Observation.Everything : Observation.Norms);
                Add("batch_loss", training.BatchLoss);
                Add("learning_rate", training.LearningRate);
            }

            Look();
        }

        return columns.Values;
    }

    private void Look()
    {
        Add("update", training.Updates);
        Add("gradient_norm", training.GradientNorms);
        Add("update_ratio", training.UpdateRatios);
        Add("ratio", training.Ratios);
        training.AtEvaluationPoint(() =>
        {
            var (set, network) = (training.Set, training.Network);
            var (train, validation) = (network.Evaluate(set, 0, set.TrainCount), network.Evaluate(set, set.TrainCount, set.Count - set.TrainCount));
            Add("train_loss", train.Loss);
            Add("train_accuracy", train.Accuracy);
            Add("validation_loss", validation.Loss);
            Add("validation_accuracy", validation.Accuracy);
            var weights = new double[network.Length];
            network.CopyTo(weights);
            Add("weights", weights);
            if (set.Inputs == 2)
            {
                Pictures(network);
            }
            else
            {
                Guesses(set, network);
            }
        });
    }

    /// <summary>Answers, and every hidden unit, over the plane.</summary>
    private void Pictures(Perceptron network)
    {
        var (answers, hidden, units) = (new double[Side * Side], new double[network.HiddenUnits], new double[network.HiddenUnits * UnitSide * UnitSide]);
        Span<double> point = stackalloc double[2];
        for (var i = 0; i < answers.Length; i++)
        {
            At(i, Side, point);
            network.Forward(point);
            answers[i] = network.Answer();
        }

        for (var i = 0; i < UnitSide * UnitSide; i++)
        {
            At(i, UnitSide, point);
            network.Forward(point);
            network.CopyHiddenTo(hidden);
            for (var unit = 0; unit < hidden.Length; unit++)
            {
                units[(unit * UnitSide * UnitSide) + i] = hidden[unit];
            }
        }

        Add("answers", answers);
        Add("units", units);
    }

    /// <summary>What the network takes the first digits of the validation for, and how sure it is.</summary>
    private void Guesses(ExampleSet set, Perceptron network)
    {
        var shown = Math.Min(ShownDigits, set.Count - set.TrainCount);
        var (guesses, sureness) = (new double[shown], new double[shown]);
        for (var i = 0; i < shown; i++)
        {
            var outputs = network.Forward(set.X.AsSpan((set.TrainCount + i) * set.Inputs, set.Inputs));
            guesses[i] = Perceptron.Largest(outputs);
            var sum = 0.0;
            foreach (var output in outputs)
            {
                sum += Math.Exp(output - outputs[(int)guesses[i]]);
            }

            sureness[i] = 1 / sum;
        }

        Add("guess", guesses);
        Add("sureness", sureness);
    }

    private static void At(int index, int side, Span<double> point) =>
        (point[0], point[1]) = (LossGrid.At((-ExampleSet.HalfWidth, ExampleSet.HalfWidth), index % side, side), LossGrid.At((-ExampleSet.HalfWidth, ExampleSet.HalfWidth), index / side, side));

    private void Add(string name, params ReadOnlySpan<double> values)
    {
        if (!columns.TryGetValue(name, out var column))
        {
            columns.Add(name, column = new FrameColumn(name, values.Length));
        }

        column.Values.AddRange(values);
    }
}
