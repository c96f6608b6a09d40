using Descent.Nn;
using Descent.Numerics;
using Descent.State;
using Descent.Text;
using Descent.Training.Data;

namespace Descent.Training;

/// <summary>A trained model with all that is needed to predict: its weights, its architecture and its preparation, in one file.</summary>
public sealed class TrainedModel
{
    private const string Key = "descent.model";
    private const string What = "model";
    private readonly Sequential<float> model;
    private readonly ModelSpecification specification;
    private readonly BytePairEncoding? encoding;

    private TrainedModel(Sequential<float> model, ModelSpecification specification, Preparation preparation)
    {
        this.model = model;
        this.specification = specification;
        Preparation = preparation;
        encoding = preparation.Schema.Merges is { } merges ? new BytePairEncoding(merges) : null;
    }

    /// <summary>What is applied to rows before the model sees them.</summary>
    public Preparation Preparation { get; }

    /// <summary>Reads a model that a run wrote.</summary>
    /// <exception cref="DescentException">The file is missing, is no model, or its weights do not fit its architecture.</exception>
    public static TrainedModel Load(string path)
    {
        var file = TensorFile.Read(path);
        if (!file.Metadata.TryGetValue(Key, out var text))
        {
            throw new DescentException($"'{path}' holds weights, but not how to use them; predict needs a model that 'descent train' wrote.");
        }

        var json = JsonFields.Parse(text, What);
        var preparation = Preparation.FromJson(json.Fields("preparation"));
        var architecture = ModelSpecification.Parse(json.Text("architecture"));
        var (saved, needed) = (file.Tensors.Sum(tensor => tensor.Bytes.Length / (long)sizeof(float)), architecture.Count(preparation.Schema.FeatureShape, preparation.Outputs, preparation.Schema.SparseFeatures));
        if (saved < needed)
        {
            throw new DescentException($"'{path}' has {saved} weights, but its architecture {Shown.Brief(architecture.ToString())} has {needed}; train it again.");
        }

        var loaded = architecture.Create(preparation.Schema.Task, preparation.Schema.FeatureShape, preparation.Outputs, new SeededRandom(0), preparation.Schema.SparseFeatures);
        foreach (var (name, tensor) in loaded.NamedTensors.Concat(loaded.NamedBuffers))
        {
            file[name].CopyTo(tensor.Values.Span);
        }

        loaded.IsTraining = false;

        return new TrainedModel(loaded, architecture, preparation);
    }

    internal static TensorFile Save(TrainingSession session, IReadOnlyList<float[]> weights)
    {
        var file = new TensorFile();
        foreach (var ((name, tensor), values) in session.Tensors.Zip(weights))
        {
            file.Add<float>(name, tensor.Shape, values);
        }

        file.Metadata[Key] = new System.Text.Json.Nodes.JsonObject
        {
            ["architecture"] = session.Specification.ToString(),
            ["preparation"] = session.Preparation.ToJson(),
        }.ToJsonString();
        return file;
    }

    /// <summary>Loads rows to predict. See <see cref="Dataset.LoadFeatures"/>.</summary>
    /// <exception cref="DescentException">The model is one of text, or the rows cannot be read.</exception>
    public Dataset LoadFeatures(string path)
    {
        CheckPredicts();
        return Dataset.LoadFeatures(path, Preparation.Schema);
    }

    /// <summary>Continues a text, token by token.</summary>
    /// <param name="prompt">What comes before; where tokens are characters, the text that the model was trained on has all of them. Empty: a line break, or the first character there is.</param>
    /// <param name="count">How many tokens to add.</param>
    /// <param name="sampling">How each one is drawn.</param>
    /// <param name="seed">The same seed, the same text.</param>
    /// <exception cref="DescentException">The model is not one of text, or the prompt has a character that it does not know.</exception>
    public IEnumerable<string> Continue(string prompt, int count, Sampling sampling, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(sampling);
        if (!specification.IsForText)
        {
            throw new DescentException("The model predicts rows and continues no text; use 'descent predict', or train one on a text.");
        }

        var (schema, characters) = (Preparation.Schema, Preparation.Schema.ClassNames);
        if (encoding is not null)
        {
            return encoding.Decode(Draw(encoding.Encode(prompt.Length == 0 ? "\n" : prompt)));
        }

        var places = characters.Index().ToDictionary(static pair => pair.Item, static pair => pair.Index, StringComparer.Ordinal);
        int[] tokens = prompt.Length == 0 ? [places.GetValueOrDefault("\n")] :
        [
            .. prompt.EnumerateRunes().Select(rune => places.TryGetValue(rune.ToString(), out var place)
                ? place
                : throw new DescentException($"The prompt has the character '{rune}', which the text that the model was trained on does not; leave it out.")),
        ];
        return Draw(tokens).Select(token => characters[token]);

        IEnumerable<int> Draw(int[] start) => sampling.Continue(model, start, count, schema.FeatureShape[0], new SeededRandom(seed, RandomStreams.Sampling));
    }

    /// <summary>Predicts every row.</summary>
    /// <returns>
    /// Row after row: the probability of each class for classification, the number in the target's own unit for regression.
    /// </returns>
    /// <exception cref="DescentException">The rows have another number of features.</exception>
    public double[] Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var isSparse = Preparation.Schema.SparseFeatures is not null;
        if (isSparse ? data.Schema.SparseFeatures != Preparation.Schema.SparseFeatures : data.Columns != Preparation.Features.Columns)
        {
            throw new DescentException($"The model needs rows of {Preparation.Features.Columns} features, but the data have {data.Columns}.");
        }

        CheckPredicts();
        var chunk = specification.RowsAtOnce(data.Columns, Preparation.Schema);
        using var evaluation = Autograd.NoGradient();
        var outputs = Preparation.Outputs;
        var result = new double[data.Rows * outputs];
        var buffer = new float[Math.Min(chunk, data.Rows) * data.Columns];
        for (var start = 0; start < data.Rows; start += chunk)
        {
            var rows = Math.Min(chunk, data.Rows - start);
            var part = buffer.AsMemory(0, rows * data.Columns);
            data.Features.AsSpan(start * data.Columns, part.Length).CopyTo(part.Span);
            if (!isSparse)
            {
                Preparation.Features.Apply(part.Span);
            }

            using var scope = TensorScope.Begin();
            var output = model.Forward(new Tensor<float>(part, [rows, data.Columns]));
            var destination = result.AsSpan(start * outputs, rows * outputs);
            if (Preparation.Target is { } target)
            {
                target.Invert(output.Values.Span, destination);
            }
            else
            {
                var probabilities = output.Softmax(axis: -1).Values.Span;
                for (var i = 0; i < probabilities.Length; i++)
                {
                    destination[i] = probabilities[i];
                }
            }
        }

        return result;
    }

    private void CheckPredicts()
    {
        if (specification.IsForText)
        {
            throw new DescentException("The model continues texts; use 'descent sample'.");
        }
    }
}
