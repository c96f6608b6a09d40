using System.CommandLine;
using Descent.Averaging;
using Descent.Gradients;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.Training;
using Descent.Training.Data;

namespace Descent.Cli.Commands;

/// <summary>The options of <c>descent train</c> that decide the result, and how they become a configuration.</summary>
internal sealed class TrainOptions
{
    private readonly Argument<string?> data = new Argument<string?>("DATA")
    {
        Description = "A CSV file (plain or gzip), an IDX images file, a folder with IDX images and labels, a folder of folders of PNG or PGM images, one for each class, sparse rows as of LIBSVM, or a text (.txt). Without it: generated digits.",
        Arity = ArgumentArity.ZeroOrOne,
    }.NotEmpty();

    private readonly Option<string?> target = Options.Text("--target", "The column to predict: its name, its number from 1, or 'last' (the default).", "COLUMN");
    private readonly Option<string?> task = Options.Choice("--task", "What to learn; auto, the default, finds out from the target.", "auto", "classification", "regression", "text");
    private readonly Option<int?> context = Options.Whole("--context", "How many tokens of a text the model is given at once. Default: 64.", least: 1, most: 100_000);
    private readonly Option<string?> tokens = Options.Text("--tokens", "What a text is made of: 'characters' (the default), or 'bpe:512' for a byte-pair encoding of so many tokens, learned from the text.", "TOKENS");
    private readonly Option<string?> header = Options.Choice("--header", "Whether the first line of a CSV file names the columns; auto, the default, finds out.", "auto", "yes", "no");
    private readonly Option<string?> model = Options.Text("--model", $"'linear', or 'mlp:' and the sizes of the hidden layers, and '+batch_norm' to normalize them, '+dropout(0.2)' to drop some; for images 'cnn:' and the channels of its convolutions, and '+residual' for two more convolutions and a residual after each, or 'resnet-8'; for text 'lstm:' or 'gru:' with hidden units and layers, or 'transformer:' with size, heads and layers, and '+dropout(0.1)'. Default: for a text {Defaults.ModelFor(LearningTask.Text, [1], 1)}, for images {Defaults.ModelFor(LearningTask.Classification, [28, 28], 1)}, for a table {Defaults.ModelFor(LearningTask.Classification, [1], 1)}; for a regression with fewer than 1,000 rows {Defaults.ModelFor(LearningTask.Regression, [1], 1)}.", "MODEL");
    private readonly Option<string?> optimizer = Options.Text("--optimizer", $"A method, with options if wanted: 'sgd(momentum=0.9, nesterov=true)'. Default: {Catalogue.Find(Defaults.Optimizer).Name}. See 'descent optimizers'.", "METHOD");
    private readonly Option<double?> learningRate = Options.Number("--learning-rate", "The peak learning rate. Default: the method's own.");
    private readonly Option<string?> schedule = Options.Text("--schedule", $"The course of the learning rate: as 'descent schedule --list' shows, its percentages of all updates. A plateau follows the validation loss, or with maximize the accuracy or R². Default: '{Defaults.Schedule}'.", "SCHEDULE");
    private readonly Option<double?> weightDecay = Options.Number("--weight-decay", "The weight decay; biases are exempt. Default: the method's own.");
    private readonly Option<string?> batchSize = Options.Text("--batch-size", $"Rows per batch, a number or a schedule: 'linear(32..256, 50%)', rounded to whole rows; --accumulate takes several for an update. Default: {Defaults.BatchSize}.", "ROWS");
    private readonly Option<int?> epochs = Options.Whole("--epochs", "How often to go through the training rows. Default: as many as make about 5,000 updates, from 10 to 400; with convolutions 3,000, from 8.", least: 1);
    private readonly Option<string?> augment = Options.Text("--augment", $"How images that train are changed, anew in every epoch: {Augmentation.Usage}. Default: with convolutions a shift by at most a fourteenth of the shorter side.", "CHANGES");
    private readonly Option<string?> clip = Options.Text("--clip", $"How gradients are clipped: {string.Join("; ", GradientClipping.Usages)}. Default: none.", "CLIPPING");
    private readonly Option<double?> clipNorm = Options.Number("--clip-norm", "The largest norm of the gradient: short for --clip norm(NUMBER).");
    private readonly Option<int?> accumulate = Options.Whole("--accumulate", "How many batches make one update: its gradient is the mean over all their rows. Default: 1.", least: 1);
    private readonly Option<string?> precision = Options.Text("--precision", $"What parameters and gradients are kept in: {ParameterPrecision.Usage}. Default: float32.", "FORMAT");
    private readonly Option<string?> statePrecision = Options.Text("--state-precision", $"What the optimizer's state is kept in: {ParameterPrecision.StateUsage}. Default: float32.", "FORMAT");
    private readonly Option<string?> lossScale = Options.Text("--loss-scale", $"What the loss is multiplied by so that small gradients do not vanish in 16 bits: {string.Join("; ", LossScaling.Usages)}. Default: dynamic for float16, else none.", "SCALE");
    private readonly Option<string?> average = Options.Text("--average", $"The average of the weights that is evaluated and kept: {string.Join("; ", WeightAveraging.Usages)}. Updates may be percentages. Default: none.", "AVERAGE");
    private readonly Option<bool> reestimate = Options.Flag("--reestimate-statistics", "Take the statistics of batch norm anew from the training rows before each evaluation, as an average of weights needs it.");
    private readonly Option<ulong?> seed = Options.Seed("--seed", $"Chooses the split, the initial weights and the order of rows. Default: {Defaults.Seed}.");
    private readonly Option<double?> validation = Options.Number("--validation", $"The share of the rows that validate. Default: {Defaults.ValidationFraction}.");
    private readonly Option<int?> patience = Options.Whole("--patience", "Stop after so many epochs without a better one on the validation rows. Default: never.", least: 1);

    private static TrainingConfiguration Defaults { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(data);
        foreach (var option in new Option[]
        {
            target, task, context, tokens, header, model, optimizer, learningRate, schedule, weightDecay, batchSize, accumulate, epochs, augment, clip, clipNorm, precision,
            statePrecision, lossScale, average, reestimate, seed, validation, patience,
        })
        {
            command.Add(option);
        }
    }

    /// <summary>The data that the command line names, as a full path; null when it names none.</summary>
    public string? DataOf(ParseResult parsed) => parsed.GetValue(data) is { } path ? Path.GetFullPath(path) : null;

    /// <summary>What the command line says, on top of <paramref name="start"/>.</summary>
    public TrainingConfiguration Apply(ParseResult parsed, TrainingConfiguration start)
    {
        var method = MethodOf(parsed, start.Optimizer);
        var configuration = start with
        {
            Data = DataOf(parsed) ?? start.Data,
            DataOptions = start.DataOptions with
            {
                Target = parsed.GetValue(target) ?? start.DataOptions.Target,
                Task = parsed.GetValue(task) switch
                {
                    null => start.DataOptions.Task,
                    "classification" => LearningTask.Classification,
                    "regression" => LearningTask.Regression,
                    "text" => LearningTask.Text,
                    _ => null,
                },
                Context = parsed.GetValue(context) ?? start.DataOptions.Context,
                Vocabulary = parsed.GetValue(tokens) is { } kind ? BytePairEncoding.ParseVocabulary(kind) : start.DataOptions.Vocabulary,
                Header = parsed.GetValue(header) switch
                {
                    null => start.DataOptions.Header,
                    "yes" => true,
                    "no" => false,
                    _ => null,
                },
            },
            Model = parsed.GetValue(model) is { } text ? ModelSpecification.Parse(text) : start.Model,
            Optimizer = method.LearningRate.Schedule is null ? method : method with { LearningRate = Catalogue.Find(method).Default.LearningRate },
            Schedule = parsed.GetValue(schedule) ?? method.LearningRate.Schedule?.ToString() ?? start.Schedule,
            BatchSize = parsed.GetValue(batchSize) is { } rows ? BatchSize.Parse(rows) : start.BatchSize,
            Epochs = parsed.GetValue(epochs) ?? start.Epochs,
            Augmentation = parsed.GetValue(augment) is { } changes ? Augmentation.Parse(changes) : start.Augmentation,
            Clipping = ClippingOf(parsed) ?? start.Clipping,
            Accumulate = parsed.GetValue(accumulate) ?? start.Accumulate,
            Precision = parsed.GetValue(precision) is { } format ? ParameterPrecision.Parse(format) : start.Precision,
            StatePrecision = parsed.GetValue(statePrecision) is { } state ? ParameterPrecision.ParseState(state) : start.StatePrecision,
            LossScale = parsed.GetValue(lossScale) is { } scale ? LossScaling.Parse(scale) : start.LossScale,
            Average = parsed.GetValue(average) ?? start.Average,
            ReestimateStatistics = parsed.GetValue(reestimate) || start.ReestimateStatistics,
            Seed = parsed.GetValue(seed) ?? start.Seed,
            ValidationFraction = parsed.GetValue(validation) ?? start.ValidationFraction,
            Patience = parsed.GetValue(patience) ?? start.Patience,
        };
        if (configuration.Data is null && (configuration.DataOptions.Target ?? (object?)configuration.DataOptions.Header) is not null)
        {
            throw new DescentException("--target and --header belong to a data file, but none was given; name the file, or leave them out to train on the generated digits.");
        }

        return configuration.Data is null && (configuration.DataOptions.Context ?? configuration.DataOptions.Vocabulary) is not null
            ? throw new DescentException("--context and --tokens belong to a text, but none was given; name the file, or leave them out to train on the generated digits.")
            : configuration;
    }

    private GradientClipping? ClippingOf(ParseResult parsed)
    {
        var (text, norm) = (parsed.GetValue(clip), parsed.GetValue(clipNorm));
        return text is not null && norm is not null ? throw new DescentException("The clipping is given twice, by --clip and by --clip-norm; give it once.")
            : text is not null ? GradientClipping.Parse(text)
            : norm is null ? null
            : norm > 0 ? new ClipByNorm(norm.Value)
            : throw new DescentException($"ClipNorm must be a number above 0, but was {norm}.");
    }

    private Method MethodOf(ParseResult parsed, Method start)
    {
        var method = parsed.GetValue(optimizer) is { } text ? Catalogue.Parse(text) : start;
        if (method.LearningRate.Schedule is not null && (parsed.GetValue(learningRate) is not null || parsed.GetValue(schedule) is not null))
        {
            throw new DescentException("The learning rate is given twice, as an option of --optimizer and by --learning-rate or --schedule; give it once.");
        }

        Options.RefuseUnused(parsed.GetValue(learningRate), parsed.GetValue(schedule));
        method = parsed.GetValue(learningRate) is { } rate ? method with { LearningRate = rate } : method;
        method = parsed.GetValue(weightDecay) is { } decay ? method with { WeightDecay = decay } : method;
        method.Validate();
        return method;
    }
}
