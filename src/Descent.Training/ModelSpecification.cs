using System.Globalization;
using Descent.Nn;
using Descent.Numerics;
using Descent.Text;
using Descent.Training.Data;

namespace Descent.Training;

/// <summary>The families of models that train.</summary>
public enum ModelKind
{
    /// <summary>Linear layers with ReLU between them, or one of them.</summary>
    Perceptron,

    /// <summary>Convolutions with batch norm, ReLU and max pooling, for images.</summary>
    Cnn,

    /// <summary>Eight layers with residuals, for images.</summary>
    ResNet8,

    /// <summary>Long short-term memory, for text.</summary>
    Lstm,

    /// <summary>Gated recurrent units, for text.</summary>
    Gru,

    /// <summary>A decoder-only Transformer, for text.</summary>
    Transformer,
}

/// <summary>
/// Which model to train, as text: <c>linear</c>; <c>mlp:128,64</c> for hidden layers of those sizes with ReLU between, or
/// <c>mlp:128,64+batch_norm</c> with batch norm before each ReLU, <c>mlp:128,64+dropout(0.2)</c> with dropout after it; for images <c>cnn:32,64</c> with the channels of its convolutions,
/// <c>cnn:32,64+residual</c> with a block of two more convolutions and a residual after each, or <c>resnet-8</c>;
/// for text <c>lstm:128,1</c> and <c>gru:128,1</c> (hidden units, layers) and <c>transformer:64,4,2</c> (size, heads, layers), which may
/// end with <c>+dropout(0.1)</c> too.
/// </summary>
/// <param name="Hidden">The sizes; empty for a linear model.</param>
/// <param name="BatchNorm">Whether the hidden layers of a perceptron are normalized.</param>
/// <param name="Kind">The family.</param>
/// <param name="Dropout">The probability of the dropout of a perceptron or Transformer, in [0, 1).</param>
/// <param name="Residual">Whether a block with a residual follows each convolution of a CNN.</param>
public sealed record ModelSpecification(IReadOnlyList<int> Hidden, bool BatchNorm = false, ModelKind Kind = ModelKind.Perceptron, double Dropout = 0, bool Residual = false)
{
    private const string Normalized = "+batch_norm";
    private const string WithResidual = "+residual";
    private const string Dropped = "+dropout(";
    private const int LargestLayer = 1_000_000;

    /// <summary>What the text forms of a kind start with, the sizes when none are given, and how many there are; 0 for any number.</summary>
    private static readonly (ModelKind Kind, string Name, int[] Sizes, int Count)[] Forms =
    [
        (ModelKind.Cnn, "cnn", [32, 64], 0),
        (ModelKind.ResNet8, "resnet-8", [], -1),
        (ModelKind.Lstm, "lstm", [128, 1], 2),
        (ModelKind.Gru, "gru", [128, 1], 2),
        (ModelKind.Transformer, "transformer", [64, 4, 2], 3),
    ];

    /// <summary>The text forms, for help and messages.</summary>
    public static string Usage => "linear, mlp:128,64, cnn:32,64, resnet-8, lstm:128,1, gru:128,1 or transformer:64,4,2";

    /// <summary>Whether the model says what comes next in a text.</summary>
    public bool IsForText => Kind is ModelKind.Lstm or ModelKind.Gru or ModelKind.Transformer;

    /// <summary>Whether the model is made of convolutions, for images.</summary>
    public bool IsConvolutional => Kind is ModelKind.Cnn or ModelKind.ResNet8;

    /// <summary>Whether a layer keeps statistics of the training rows.</summary>
    public bool HasStatistics => BatchNorm || IsConvolutional;

    /// <summary>Reads the text form.</summary>
    /// <exception cref="DescentException">The text is not a model.</exception>
    public static ModelSpecification Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.IndexOf(Dropped, StringComparison.Ordinal) is > 0 and var place)
        {
            var model = Parse(text[..place]);
            return text[^1] == ')' && double.TryParse(text.AsSpan()[(place + Dropped.Length)..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var dropout) && dropout is > 0 and < 1
                && (model.Kind == ModelKind.Transformer || model is { Kind: ModelKind.Perceptron, Hidden.Count: > 0 })
                ? model with { Dropout = dropout }
                : throw new DescentException($"An MLP or a Transformer may end with a dropout of a probability in (0, 1), as in mlp:128,64+dropout(0.2), but the model was '{Shown.Brief(text)}'.");
        }

        if (text == "linear")
        {
            return new ModelSpecification([]);
        }

        if (text.EndsWith(WithResidual, StringComparison.Ordinal))
        {
            return text.StartsWith("cnn", StringComparison.Ordinal) && Parse(text[..^WithResidual.Length]) is { Kind: ModelKind.Cnn, Residual: false } cnn
                ? cnn with { Residual = true }
                : throw new DescentException($"Only a CNN may end with '{WithResidual}', once, as in cnn:32,64{WithResidual}, but the model was '{Shown.Brief(text)}'.");
        }

        var (kind, name, sizes, count) = Array.Find(Forms, form => text == form.Name || (form.Count >= 0 && text.StartsWith($"{form.Name}:", StringComparison.Ordinal)));
        if (name is not null)
        {
            var given = text == name ? sizes : Sizes(text, text[(name.Length + 1)..], $"{name}:{string.Join(',', sizes)}");
            return count <= 0 || given.Length == count
                ? new ModelSpecification(given, Kind: kind)
                : throw new DescentException($"The model '{name}' has {count} sizes, as in {name}:{string.Join(',', sizes)}, but was '{Shown.Brief(text)}'.");
        }

        if (!text.StartsWith("mlp:", StringComparison.Ordinal))
        {
            throw new DescentException($"The model must be {Usage}, with sizes of your own, but was '{Shown.Brief(text)}'.");
        }

        var batchNorm = text.EndsWith(Normalized, StringComparison.Ordinal);
        if (!batchNorm && text.Contains('+'))
        {
            throw new DescentException($"The model may end with '{Normalized}' after its sizes, as in mlp:128,64{Normalized}, but was '{Shown.Brief(text)}'.");
        }

        return new ModelSpecification(Sizes(text, batchNorm ? text["mlp:".Length..^Normalized.Length] : text["mlp:".Length..], "mlp:128,64"), batchNorm);
    }

    /// <summary>Makes the model of a table with seeded initial weights.</summary>
    /// <param name="inputs">Features of a row.</param>
    /// <param name="outputs">Classes, or 1 for regression.</param>
    /// <param name="random">Draws the weights.</param>
    /// <exception cref="DescentException">The model is not for tables.</exception>
    public Sequential<float> Create(int inputs, int outputs, SeededRandom random) => Create(LearningTask.Classification, [inputs], outputs, random);

    /// <summary>Makes the model with seeded initial weights.</summary>
    /// <param name="task">What it learns.</param>
    /// <param name="shape">The shape of one row of features: of an image, [height, width] or [channels, height, width]; of a piece of text, [length].</param>
    /// <param name="outputs">Classes, or 1 for regression; characters there are.</param>
    /// <param name="random">Draws the weights.</param>
    /// <param name="sparseFeatures">How many features there are, where rows are pairs (<see cref="DataSchema.SparseFeatures"/>); otherwise null.</param>
    /// <exception cref="DescentException">The model is not for such data.</exception>
    public Sequential<float> Create(LearningTask task, IReadOnlyList<int> shape, int outputs, SeededRandom random, int? sparseFeatures = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var inputs = shape.Aggregate(1, static (product, size) => product * size);
        var needed = IsForText ? "text" : Kind == ModelKind.Perceptron ? "tables and images" : "images";
        if (IsForText != (task == LearningTask.Text) || (IsConvolutional && shape.Count is not (2 or 3)))
        {
            var given = task == LearningTask.Text ? "text" : shape.Count == 1 ? "a table" : $"images of {string.Join('×', shape)}";
            throw new DescentException($"The model '{Shown.Brief(ToString())}' is for {needed}, but the data are {given}; choose another model.");
        }

        var (channels, height, width) = shape.Count == 3 ? (shape[0], shape[1], shape[2]) : (1, shape[0], shape.Count == 2 ? shape[1] : 1);
        return Kind switch
        {
            ModelKind.Cnn => OfImages(Models.Cnn<float>(channels, height, width, [.. Hidden], outputs, random, Residual)),
            ModelKind.ResNet8 => OfImages(Models.ResNet8<float>(channels, outputs, random)),
            ModelKind.Lstm => Models.RecurrentLanguageModel(outputs, Hidden[0], new Lstm<float>(Hidden[0], Hidden[0], random, new RecurrentOptions { Layers = Hidden[1] }), random),
            ModelKind.Gru => Models.RecurrentLanguageModel(outputs, Hidden[0], new Gru<float>(Hidden[0], Hidden[0], random, new RecurrentOptions { Layers = Hidden[1] }), random),
            ModelKind.Transformer => new Sequential<float>(("transformer", new Transformer<float>(outputs, inputs, Hidden[0], Hidden[1], Hidden[2], random, Dropout))),
            _ => Hidden.Count == 0 && sparseFeatures is null ? Models.Linear<float>(inputs, outputs, random)
                : Models.Mlp<float>(sparseFeatures ?? inputs, [.. Hidden], outputs, random, BatchNorm, Dropout, sparse: sparseFeatures is not null),
        };

        // Rows are flat; what is in front has no parameters, so that the names are those of the model.
        Sequential<float> OfImages(Sequential<float> model) =>
            new([("image", new Function<float>(x => x.Reshape(x.Shape[0], channels, height, width))), .. model.Modules]);
    }

    /// <summary>How many rows are evaluated at once: fewer where a row becomes much more on its way through the model.</summary>
    internal int RowsAtOnce(int columns, DataSchema schema) => schema.SparseFeatures is not null ? Math.Clamp((1 << 22) / columns / Hidden.Append(schema.ClassNames.Count).First(), 1, 1024)
        : Kind == ModelKind.Perceptron ? 1024 : Math.Clamp((IsForText ? 1 << 12 : 1 << 17) / columns, 1, 1024);

    /// <summary>How many weights and biases the model has at least: a file that has fewer is not its.</summary>
    internal double Count(IReadOnlyList<int> shape, int outputs, int? sparseFeatures = null)
    {
        switch (Kind)
        {
            case ModelKind.Cnn:
                var channels = shape.Count == 3 ? shape[0] : 1;
                return Hidden.Zip(Hidden.Prepend(channels), static (to, from) => ((9.0 * from) + 3) * to).Sum();
            case ModelKind.Lstm or ModelKind.Gru:
                return Hidden[0] * (outputs + (6.0 * Hidden[0] * Hidden[1]));
            case ModelKind.Transformer:
                return Hidden[0] * ((2.0 * outputs) + shape[0] + (12.0 * Hidden[0] * Hidden[2]));
            case ModelKind.ResNet8:
                return 0;
        }

        var (count, width) = (0.0, sparseFeatures ?? shape.Aggregate(1.0, static (product, size) => product * size));
        foreach (var size in Hidden.Append(outputs))
        {
            count += (width + 1.0) * size;
            width = size;
        }

        return count;
    }

    /// <summary>The text form.</summary>
    public override string ToString() => Form + (Residual ? WithResidual : "") + (Dropout == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Dropped}{Dropout:R})"));

    private string Form => Kind switch
    {
        ModelKind.Perceptron => Hidden.Count == 0 ? "linear" : $"mlp:{string.Join(',', Hidden)}{(BatchNorm ? Normalized : "")}",
        ModelKind.ResNet8 => "resnet-8",
        _ => $"{Array.Find(Forms, form => form.Kind == Kind).Name}:{string.Join(',', Hidden)}",
    };

    /// <inheritdoc/>
    public bool Equals(ModelSpecification? other) => other is not null && Kind == other.Kind && BatchNorm == other.BatchNorm && Dropout == other.Dropout && Residual == other.Residual && Hidden.SequenceEqual(other.Hidden);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static int[] Sizes(string text, string sizes, string example) => [.. sizes.Split(',').Select(part =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= LargestLayer
            ? size
            : throw new DescentException($"The sizes of hidden layers must be whole numbers from 1 to {LargestLayer}, as in {example}, but '{Shown.Brief(text)}' has '{Shown.Brief(part)}'."))];
}
