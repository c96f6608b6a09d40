using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Averaging;
using Descent.Engine;
using Descent.Gradients;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.Text;
using Descent.Training.Data;

namespace Descent.Training;

/// <summary>Everything that decides the result of a training run, and nothing else: what <c>config.json</c> holds.</summary>
/// <remarks>The number of threads is not part of it, because results do not depend on it.</remarks>
public sealed record TrainingConfiguration
{
    /// <summary>The data file or folder; null for the generated digits.</summary>
    public string? Data { get; init; }

    /// <summary>How the data file is read.</summary>
    public DataOptions DataOptions { get; init; } = new();

    /// <summary>The model; null for the one that <see cref="ModelFor"/> chooses by the kind of data.</summary>
    public ModelSpecification? Model { get; init; }

    /// <summary>The method; its learning rate is the one that <see cref="Schedule"/> refers to.</summary>
    public Method Optimizer { get; init; } = new AdamW();

    /// <summary>The schedule of the learning rate as text; see <see cref="ScheduleParser"/>. Percentages refer to all updates of the run.</summary>
    public string Schedule { get; init; } = "warmup(5%) then cosine";

    /// <summary>
    /// Rows that go through the model at once: a number, or a schedule whose values are rounded to the nearest whole number of at least 1. An update has
    /// <see cref="Accumulate"/> times as many. Percentages refer to all updates of the run, and updates that were skipped count.
    /// </summary>
    public BatchSize BatchSize { get; init; } = 32;

    /// <summary>How often the training rows are gone through, at least 1; null for as many as make about 5,000 updates, from 10 to 400, and with convolutions 3,000, from 8.</summary>
    public int? Epochs { get; init => field = value is { } epochs ? AtLeastOne(epochs, "Epochs") : null; }

    /// <summary>How images that train are changed; null for what <see cref="AugmentationFor"/> chooses.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>How gradients are clipped before the method sees them.</summary>
    public GradientClipping Clipping { get; init; } = GradientClipping.None;

    /// <summary>How many batches make one update, at least 1: their gradients are averaged by rows, as if they were one batch.</summary>
    public int Accumulate { get; init => field = AtLeastOne(value, "Accumulate"); } = 1;

    /// <summary>What parameters and gradients are kept in.</summary>
    public ParameterPrecision Precision { get; init; } = new();

    /// <summary>What the method's state is kept in.</summary>
    public StateFormat StatePrecision { get; init; }

    /// <summary>How the loss is scaled; null for dynamically where gradients have 16 bits of small range, else not at all.</summary>
    public LossScaling? LossScale { get; init; }

    /// <summary>Which average of the weights is evaluated and kept, as text; see <see cref="WeightAveraging.Parse"/>. Percentages refer to all updates. Null for none.</summary>
    public string? Average { get; init; }

    /// <summary>Whether the statistics of batch norm are taken anew from the training rows before the model is evaluated.</summary>
    public bool ReestimateStatistics { get; init; }

    /// <summary>Chooses the split, the initial weights and the order of the rows; any value.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The share of the rows that validate, in (0, 1).</summary>
    public double ValidationFraction
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw new DescentException($"ValidationFraction must be in (0, 1), but was {value}.");
    } = 0.2;

    /// <summary>After how many epochs without a better one (<see cref="Metrics.IsBetterThan"/>) to stop, at least 1; null to go through all epochs.</summary>
    public int? Patience { get; init => field = value is { } epochs ? AtLeastOne(epochs, "Patience") : null; }

    /// <summary>The number of epochs for that many updates per epoch.</summary>
    public int EpochsFor(int updatesPerEpoch) =>
        Epochs ?? (int)Math.Clamp(Math.Ceiling((double)UsualUpdates / updatesPerEpoch), FewestEpochs, MostEpochs);

    /// <summary>
    /// The model for such data: <see cref="Model"/>, and when it is null for a text <c>transformer:64,4,2</c>; for images of at least 4 × 4 pixels
    /// <c>cnn:32,64</c>; otherwise <c>mlp:128,64</c>, or <c>mlp:32</c> for a regression with fewer than 1,000 training rows, which overfits sooner.
    /// </summary>
    /// <param name="task">What is learned.</param>
    /// <param name="shape">Of a row of features; that of an image has 2 or 3 sizes, the last two its height and width.</param>
    /// <param name="trainingRows">How many rows train.</param>
    public ModelSpecification ModelFor(LearningTask task, IReadOnlyList<int> shape, int trainingRows)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Model ?? (task == LearningTask.Text ? ModelSpecification.Parse("transformer")
            : shape.Count is 2 or 3 && Math.Min(shape[^2], shape[^1]) >= 4 ? ModelSpecification.Parse("cnn")
            : new ModelSpecification(task == LearningTask.Regression && trainingRows < 1_000 ? [32] : [128, 64]));
    }

    /// <summary>
    /// How images that train are changed: <see cref="Augmentation"/>, and when it is null a shift by at most a fourteenth of the shorter side where convolutions learn them (2 pixels
    /// of 28; not at all below 14), otherwise not at all.
    /// </summary>
    /// <param name="model">What learns.</param>
    /// <param name="shape">Of a row of features; that of an image has 2 or 3 sizes, the last two its height and width.</param>
    public Augmentation AugmentationFor(ModelSpecification model, IReadOnlyList<int> shape)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(shape);
        return Augmentation ?? (model.IsConvolutional && shape.Count is 2 or 3 ? new Augmentation(Shift: Math.Min(shape[^2], shape[^1]) / ShareOfShift) : Augmentation.None);
    }

    // Convolutions learn more from an update, and take longer for it.
    internal int UsualUpdates => Model?.IsConvolutional == true ? 3_000 : 5_000;

    internal int FewestEpochs => Model?.IsConvolutional == true ? 8 : 10;

    internal static int MostEpochs => 400;

    private const int ShareOfShift = 14;

    /// <summary>The method with its schedules, for a run of <paramref name="updates"/> updates.</summary>
    /// <exception cref="DescentException">The schedule is not understood, or an option is out of range.</exception>
    public Method MethodFor(long updates)
    {
        var method = Optimizer.ForRun(updates);
        method.Validate();
        if (!Optimizer.LearningRate.IsConstant)
        {
            throw new DescentException(
                $"LearningRate must be a number in a training run, but was the schedule '{Optimizer.LearningRate}'; write it as the schedule of the run.");
        }

        var context = new ScheduleContext(Optimizer.LearningRate.At(0), updates);
        var schedule = Descent.Schedules.Schedule.Parse(Schedule, context);
        return method with { LearningRate = AveragingFor(updates)?.Phase(schedule) ?? schedule };
    }

    /// <summary>The average for a run of <paramref name="updates"/> updates; null for none.</summary>
    /// <exception cref="DescentException">It is not understood.</exception>
    public WeightAveraging? AveragingFor(long updates) => Average is null ? null : WeightAveraging.Parse(Average, updates);

    /// <summary>How the loss is scaled when <see cref="LossScale"/> does not say it.</summary>
    public LossScaling? LossScaleInForce => LossScale ?? (Precision.Format == ParameterFormat.Half ? new DynamicLossScaling() : null);

    /// <summary>The configuration as JSON.</summary>
    public JsonObject ToJson() => new()
    {
        ["data"] = Data,
        ["target"] = DataOptions.Target,
        ["task"] = DataOptions.Task?.ToText(),
        ["context"] = DataOptions.Context,
        ["tokens"] = DataOptions.Vocabulary is { } vocabulary ? $"bpe:{vocabulary}" : null,
        ["header"] = DataOptions.Header,
        ["separator"] = DataOptions.Separator?.ToString(),
        ["model"] = Model?.ToString(),
        ["optimizer"] = Catalogue.ToJson(Optimizer),
        ["schedule"] = Schedule,
        ["batch_size"] = int.TryParse(BatchSize.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var rows) ? rows : BatchSize.ToString(),
        ["epochs"] = Epochs,
        ["augmentation"] = Augmentation?.ToString(),
        ["clipping"] = Clipping.ToString(),
        ["accumulate"] = Accumulate,
        ["precision"] = Precision.ToString(),
        ["state_precision"] = ParameterPrecision.Text(StatePrecision),
        ["loss_scale"] = LossScale?.ToString(),
        ["average"] = Average,
        ["reestimate_statistics"] = ReestimateStatistics,
        ["seed"] = Seed,
        ["validation_fraction"] = ValidationFraction,
        ["patience"] = Patience,
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DescentException">A field is missing or out of range.</exception>
    public static TrainingConfiguration FromJson(JsonFields json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new TrainingConfiguration
        {
            Data = json.TextOrNull("data"),
            DataOptions = new DataOptions
            {
                Target = json.TextOrNull("target"),
                Task = json.TaskOrNull("task"),
                Context = json.WholeOrNull("context"),
                Vocabulary = json.TextOrNull("tokens") is { } tokens ? BytePairEncoding.ParseVocabulary(tokens) : null,
                Header = json.FlagOrNull("header"),
                Separator = json.TextOrNull("separator") switch
                {
                    null => null,
                    [var character] => character,
                    _ => throw json.Wrong("separator", "one character"),
                },
            },
            Model = json.TextOrNull("model") is { } model ? ModelSpecification.Parse(model) : null,
            Optimizer = Catalogue.FromJson(json.Fields("optimizer")),
            Schedule = json.Text("schedule"),
            BatchSize = json.Json["batch_size"]?.GetValueKind() == JsonValueKind.String ? BatchSize.Parse(json.Text("batch_size")) : json.Whole("batch_size"),
            Epochs = json.WholeOrNull("epochs"),
            Augmentation = json.TextOrNull("augmentation") is { } augmentation ? Augmentation.Parse(augmentation) : null,
            Clipping = GradientClipping.Parse(json.Text("clipping")),
            Accumulate = json.Whole("accumulate"),
            Precision = ParameterPrecision.Parse(json.Text("precision")),
            StatePrecision = ParameterPrecision.ParseState(json.Text("state_precision")),
            LossScale = json.TextOrNull("loss_scale") is { } scale ? LossScaling.Parse(scale) : null,
            Average = json.TextOrNull("average"),
            ReestimateStatistics = json.FlagOrNull("reestimate_statistics") == true,
            Seed = json.Seed("seed"),
            ValidationFraction = json.Number("validation_fraction"),
            Patience = json.WholeOrNull("patience"),
        };
    }

    private static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new DescentException($"{name} must be at least 1, but was {value}.");
}
