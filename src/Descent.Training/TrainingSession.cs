using Descent.Engine;
using Descent.Nn;
using Descent.Numerics;
using Descent.Training.Data;

namespace Descent.Training;

/// <summary>
/// A configuration bound to its data: the model, the optimizer and the place in the data. It takes steps and evaluates;
/// <see cref="Trainer"/> decides when, and <see cref="Checkpoint"/> saves and restores it.
/// </summary>
public sealed class TrainingSession
{
    private readonly float[] features;
    private readonly float[] targets;
    private readonly float[] batchFeatures;
    private readonly float[] batchTargets;
    private readonly int[] batchLabels;
    private readonly DataSplit split;

    /// <summary>Splits and prepares the data and makes the model; all of it is a function of the configuration and the data.</summary>
    /// <exception cref="DescentException">The data cannot be split, or the schedule or an option is not allowed.</exception>
    public TrainingSession(TrainingConfiguration configuration, Dataset data, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(data);
        if (data.Labels is null && data.Targets is null)
        {
            throw new DescentException("The data have no labels and no targets, so there is nothing to learn; load them with their target column.");
        }

        Configuration = configuration;
        Data = data;
        split = DataSplit.Random(data, configuration.ValidationFraction, configuration.Seed);
        Preparation = Preparation.Fit(data, split.Train);
        features = (float[])data.Features.Clone();
        Preparation.Features.Apply(features);
        targets = new float[data.Targets?.Length ?? 0];
        Preparation.Target?.Apply(data.Targets, targets);
        Sampler = new BatchSampler(split.Train, configuration.BatchSize, configuration.Seed);
        Epochs = configuration.EpochsFor(Sampler.BatchesPerEpoch);
        Specification = configuration.ModelFor(data.Task, split.Train.Length);
        Model = Specification.Create(data.Columns, Preparation.Outputs, new SeededRandom(configuration.Seed, RandomStreams.Weights));
        Optimizer = Optimizer.For(Model.Parameters, configuration.MethodFor(TotalSteps), workers);
        Optimizer.ClipNorm = configuration.ClipNorm;
        Optimizer.NonFinite = NonFiniteGradients.Skip;
        batchFeatures = new float[Sampler.BatchSize * data.Columns];
        batchTargets = new float[Sampler.BatchSize];
        batchLabels = new int[Sampler.BatchSize];
    }

    /// <summary>What the session was made from.</summary>
    public TrainingConfiguration Configuration { get; }

    /// <summary>The data as loaded.</summary>
    public Dataset Data { get; }

    /// <summary>What is applied to rows before the model sees them.</summary>
    public Preparation Preparation { get; }

    /// <summary>The architecture of <see cref="Model"/>.</summary>
    public ModelSpecification Specification { get; }

    /// <summary>The model in training.</summary>
    public Sequential<float> Model { get; }

    /// <summary>The optimizer that moves it.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>Where in the data the next batch lies.</summary>
    public BatchSampler Sampler { get; }

    /// <summary>How many epochs the run has.</summary>
    public int Epochs { get; }

    /// <summary>How many updates the run has when nothing stops it early.</summary>
    public long TotalSteps => (long)Epochs * Sampler.BatchesPerEpoch;

    /// <summary>The rows that train.</summary>
    public ReadOnlySpan<int> TrainingRows => split.Train;

    /// <summary>The rows that validate.</summary>
    public ReadOnlySpan<int> ValidationRows => split.Validation;

    /// <summary>Takes the next batch and one step. The loss is that of the batch before the step.</summary>
    public (double Loss, int Rows, StepResult Result) Step()
    {
        var rows = Sampler.Next();
        using var scope = TensorScope.Begin();
        var loss = LossOf(Model.Forward(Gather(rows, batchFeatures)), rows, batchTargets, batchLabels);
        Optimizer.ZeroGradients();
        loss.Backward();
        return (loss.ToScalar(), rows.Length, Optimizer.Step());
    }

    /// <summary>Evaluates the model on some rows, at the optimizer's evaluation point.</summary>
    public Metrics Evaluate(ReadOnlySpan<int> rows)
    {
        var point = Optimizer.Point;
        Optimizer.MoveTo(ParameterPoint.Evaluation);
        try
        {
            return EvaluateHere(rows);
        }
        finally
        {
            Optimizer.MoveTo(point);
        }
    }

    /// <summary>A copy of the model's parameters at the optimizer's evaluation point: what is kept and published.</summary>
    public float[][] EvaluationWeights()
    {
        var point = Optimizer.Point;
        Optimizer.MoveTo(ParameterPoint.Evaluation);
        float[][] weights = [.. Model.Parameters.Select(parameter => parameter.Values.ToArray())];
        Optimizer.MoveTo(point);
        return weights;
    }

    private Metrics EvaluateHere(ReadOnlySpan<int> rows)
    {
        using var evaluation = Autograd.NoGradient();
        var sums = new MetricSums(Preparation);
        const int Chunk = 1024;
        var buffer = new float[Math.Min(Chunk, rows.Length) * Data.Columns];
        var (numbers, labels) = (new float[Chunk], new int[Chunk]);
        for (var start = 0; start < rows.Length; start += Chunk)
        {
            var part = rows.Slice(start, Math.Min(Chunk, rows.Length - start));
            using var scope = TensorScope.Begin();
            var output = Model.Forward(Gather(part, buffer));
            var loss = LossOf(output, part, numbers, labels).ToScalar();
            if (Data.Labels is null)
            {
                sums.AddRegression(loss, output.Values.Span, numbers.AsSpan(0, part.Length));
            }
            else
            {
                sums.AddClassification(loss, output.Values.Span, labels.AsSpan(0, part.Length));
            }
        }

        return sums.ToMetrics();
    }

    private Tensor<float> Gather(ReadOnlySpan<int> rows, float[] buffer)
    {
        var columns = Data.Columns;
        for (var i = 0; i < rows.Length; i++)
        {
            features.AsSpan(rows[i] * columns, columns).CopyTo(buffer.AsSpan(i * columns));
        }

        return new Tensor<float>(buffer.AsMemory(0, rows.Length * columns), [rows.Length, columns]);
    }

    private Tensor<float> LossOf(Tensor<float> output, ReadOnlySpan<int> rows, float[] numbers, int[] labels)
    {
        if (Data.Labels is not null)
        {
            Data.GatherLabels(rows, labels);
            return Loss.CrossEntropy(output, labels.AsSpan(0, rows.Length));
        }

        for (var i = 0; i < rows.Length; i++)
        {
            numbers[i] = targets[rows[i]];
        }

        return Loss.MeanSquaredError(output, new Tensor<float>(numbers.AsMemory(0, rows.Length), [rows.Length, 1]));
    }
}
