using Descent.Engine;
using Descent.Gradients;
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
    private readonly BatchPlan plan;
    private readonly ModelWeights weights;
    private readonly GradientAccumulator? accumulator;

    /// <summary>Splits and prepares the data and makes the model; all of it is a function of the configuration and the data.</summary>
    /// <param name="configuration">What is trained, and how.</param>
    /// <param name="data">Rows with labels or targets; they are copied, not changed.</param>
    /// <param name="workers">Step the optimizer; results do not depend on how many they are.</param>
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
        Specification = configuration.ModelFor(data.Task, data.Schema.FeatureShape, split.Train.Length);
        plan = BatchPlan.Of(configuration with { Model = Specification }, split.Train.Length);
        Sampler = new BatchSampler(split.Train, plan, configuration.Seed);
        Random = new SeededRandom(configuration.Seed, RandomStreams.Weights);
        Model = Specification.Create(data.Task, data.Schema.FeatureShape, Preparation.Outputs, Random, data.Schema.SparseFeatures);
        CheckBatchNorm();
        Augmentation = configuration.AugmentationFor(Specification, data.Schema.FeatureShape);
        if (Augmentation != Augmentation.None)
        {
            Augmentation.CheckShape(data.Schema.FeatureShape);
        }

        weights = ModelWeights.Of(Model, configuration.Precision.Format);
        var precision = new Precision { State = configuration.StatePrecision, Weights = configuration.Precision.Weights, Seed = configuration.Seed };
        Optimizer = Optimizer.For(weights.Parameters, [new ParameterGroup(configuration.MethodFor(TotalSteps)) { Precision = precision }], workers);
        Optimizer.Clipping = configuration.Clipping;
        Optimizer.LossScaling = configuration.LossScaleInForce;
        Optimizer.Averaging = configuration.AveragingFor(TotalSteps);
        Optimizer.NonFinite = NonFiniteGradients.Skip;
        accumulator = configuration.Accumulate > 1 && plan.Smallest < split.Train.Length ? new GradientAccumulator(Optimizer.Parameters) : null;
        batchFeatures = new float[plan.Largest * data.Columns];
        batchTargets = new float[plan.Largest];
        batchLabels = new int[plan.Largest * data.LabelsPerRow];
    }

    /// <summary>What the session was made from.</summary>
    public TrainingConfiguration Configuration { get; }

    /// <summary>The data as loaded.</summary>
    public Dataset Data { get; }

    /// <summary>What is applied to rows before the model sees them.</summary>
    public Preparation Preparation { get; }

    /// <summary>The architecture of <see cref="Model"/>.</summary>
    public ModelSpecification Specification { get; }

    /// <summary>How images that train are changed.</summary>
    public Augmentation Augmentation { get; }

    /// <summary>What drew the initial weights, and draws the masks of dropouts; its position is part of a checkpoint.</summary>
    internal SeededRandom Random { get; }

    /// <summary>The model in training.</summary>
    public Sequential<float> Model { get; }

    /// <summary>The optimizer that moves it.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>What makes up the model: its parameters, and what is saved with them but not trained.</summary>
    internal IEnumerable<(string Name, Tensor<float> Tensor)> Tensors => Model.NamedTensors.Concat(Model.NamedBuffers);

    /// <summary>Rows that go through the model at once in the next update, whose rows are one or several such micro-batches; the last may be smaller.</summary>
    public int MicroBatchSize => plan.AtOnce(Sampler.Batch);

    /// <summary>Where in the data the next update's rows lie.</summary>
    public BatchSampler Sampler { get; }

    /// <summary>How many epochs the run has.</summary>
    public int Epochs => plan.Epochs;

    /// <summary>How many updates the run has when nothing stops it early.</summary>
    public long TotalSteps => plan.Updates;

    /// <summary>How many batches an epoch has, the first being 0.</summary>
    internal int BatchesIn(int epoch) => plan.BatchesFrom(plan.First(epoch));

    /// <summary>The rows that train.</summary>
    public ReadOnlySpan<int> TrainingRows => split.Train;

    /// <summary>The rows that validate.</summary>
    public ReadOnlySpan<int> ValidationRows => split.Validation;

    /// <summary>The most bytes that the tensors of one batch took so far.</summary>
    public long StepMemory { get; private set; }

    /// <summary>
    /// Takes the next rows and one step. The loss is the rows' mean before the step. Each micro-batch's gradient is rounded to the
    /// precision of the run, with the loss scale in it; then they are averaged by rows, in 32 bits.
    /// </summary>
    public (double Loss, int Rows, StepResult Result) Step()
    {
        var (atOnce, epoch) = (MicroBatchSize, Sampler.Position.Epoch);
        var rows = Sampler.Next();
        var mean = 0.0;
        for (var start = 0; start < rows.Length; start += atOnce)
        {
            var part = rows.Slice(start, Math.Min(atOnce, rows.Length - start));
            using var scope = TensorScope.Begin();
            var loss = LossOf(Model.Forward(Augment(Gather(part, batchFeatures), part, epoch)), part, batchTargets, batchLabels);
            Model.ZeroGradient();
            (Optimizer.LossScale == 1 ? loss : loss * (float)Optimizer.LossScale).Backward();
            weights.TakeGradients();
            accumulator?.Add(part.Length);
            mean += loss.ToScalar() * (part.Length / (double)rows.Length);
            StepMemory = Math.Max(StepMemory, scope.LentBytes);
        }

        accumulator?.Finish();
        var result = Optimizer.Step();
        weights.GiveValues();
        return (mean, rows.Length, result);
    }

    /// <summary>
    /// Gives a schedule that follows a metric the one it asks for: the validation loss, or where it says <c>maximize</c> the accuracy
    /// or R².
    /// </summary>
    internal void Observe(Metrics validation) => Optimizer.Observe(
        Optimizer.LearningRateOf().Schedule?.FollowsMaximum == true ? validation.Accuracy ?? validation.RSquared ?? double.NaN : validation.Loss);

    /// <summary>Evaluates the model on some rows, at the optimizer's evaluation point.</summary>
    public Metrics Evaluate(ReadOnlySpan<int> rows)
    {
        var copy = rows.ToArray();
        return AtEvaluation(() => EvaluateHere(copy));
    }

    /// <summary>
    /// Looks at the model where it is evaluated and published: the average of the weights where one is kept, with statistics of
    /// its own where that was asked for, and layers in the mode of evaluation. Then all is as it was, to the bit.
    /// </summary>
    internal T AtEvaluation<T>(Func<T> look)
    {
        var (point, statistics) = (Optimizer.Point, Model.NamedBuffers.Select(item => item.Tensor.ToArray()).ToArray());
        MoveTo(ParameterPoint.Evaluation);
        Model.IsTraining = false;
        try
        {
            if (Configuration.ReestimateStatistics)
            {
                Model.ReestimateStatistics(StatisticsBatches());
            }

            return look();
        }
        finally
        {
            foreach (var ((_, tensor), values) in Model.NamedBuffers.Zip(statistics))
            {
                values.CopyTo(tensor.Values);
            }

            Model.IsTraining = true;
            MoveTo(point);
        }
    }

    internal float[][] CopyTensors() => [.. Tensors.Select(item => item.Tensor.ToArray())];

    /// <summary>Takes over what <see cref="CopyTensors"/> copied.</summary>
    internal void SetTensors(IEnumerable<float[]> values)
    {
        foreach (var ((_, tensor), numbers) in Tensors.Zip(values))
        {
            numbers.CopyTo(tensor.Values);
        }

        weights.TakeValues();
    }

    private void MoveTo(ParameterPoint point)
    {
        Optimizer.MoveTo(point);
        weights.GiveValues();
    }

    private void CheckBatchNorm()
    {
        if (Configuration.ReestimateStatistics && !Specification.HasStatistics)
        {
            throw new DescentException($"Statistics are re-estimated for models with batch norm, but the model is '{Specification}'; write it as in mlp:128,64+batch_norm, or do not ask for it.");
        }

        if (Specification.BatchNorm && plan.Smallest == 1)
        {
            var (size, which) = Configuration.BatchSize.IsConstant ? ($"{plan.Largest}", "the last") : ($"{Configuration.BatchSize}", "one");
            throw new DescentException($"Batch norm needs at least 2 rows in every batch, but of {split.Train.Length} training rows in batches of {size} {which} has 1; choose another batch size.");
        }
    }

    /// <summary>All training rows in batches of about the size that training has at most, the sizes as equal as they can be.</summary>
    private IEnumerable<Tensor<float>> StatisticsBatches()
    {
        var (rows, count) = (split.Train, Math.Max(1, split.Train.Length / plan.Largest));
        var buffer = new float[((rows.Length - 1) / count + 1) * Data.Columns];
        for (var i = 0; i < count; i++)
        {
            var start = (int)((long)rows.Length * i / count);
            yield return Gather(rows.AsSpan(start, (int)((long)rows.Length * (i + 1) / count) - start), buffer);
        }
    }

    /// <summary>Evaluates the model as it is now.</summary>
    internal Metrics EvaluateHere(ReadOnlySpan<int> rows)
    {
        using var evaluation = Autograd.NoGradient();
        var sums = new MetricSums(Preparation);
        var chunk = Specification.RowsAtOnce(Data.Columns, Data.Schema);
        var buffer = new float[Math.Min(chunk, rows.Length) * Data.Columns];
        var (numbers, labels) = (new float[chunk], new int[chunk * Data.LabelsPerRow]);
        for (var start = 0; start < rows.Length; start += chunk)
        {
            var part = rows.Slice(start, Math.Min(chunk, rows.Length - start));
            using var scope = TensorScope.Begin();
            var output = Model.Forward(Gather(part, buffer));
            var loss = LossOf(output, part, numbers, labels).ToScalar();
            if (Data.Labels is null)
            {
                sums.AddRegression(loss, output.Values.Span, numbers.AsSpan(0, part.Length));
            }
            else
            {
                sums.AddClassification(loss, output.Values.Span, labels.AsSpan(0, part.Length * Data.LabelsPerRow));
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

    private Tensor<float> Augment(Tensor<float> images, ReadOnlySpan<int> rows, int epoch)
    {
        for (var i = 0; i < rows.Length && Augmentation != Augmentation.None; i++)
        {
            Augmentation.Apply(images.Values.Span.Slice(i * Data.Columns, Data.Columns), Data.Schema.FeatureShape, Configuration.Seed, epoch, rows[i]);
        }

        return images;
    }

    private Tensor<float> LossOf(Tensor<float> output, ReadOnlySpan<int> rows, float[] numbers, int[] labels)
    {
        if (Data.Labels is not null)
        {
            Data.GatherLabels(rows, labels);
            return Loss.CrossEntropy(output.Reshape(-1, Preparation.Outputs), labels.AsSpan(0, rows.Length * Data.LabelsPerRow));
        }

        for (var i = 0; i < rows.Length; i++)
        {
            numbers[i] = targets[rows[i]];
        }

        return Loss.MeanSquaredError(output, new Tensor<float>(numbers.AsMemory(0, rows.Length), [rows.Length, 1]));
    }
}
