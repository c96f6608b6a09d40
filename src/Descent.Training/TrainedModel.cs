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

    private TrainedModel(Sequential<float> model, Preparation preparation)
    {
        this.model = model;
        Preparation = preparation;
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
        var specification = ModelSpecification.Parse(json.Text("architecture"));
        var (saved, needed) = (file.Tensors.Sum(tensor => tensor.Bytes.Length / (long)sizeof(float)), specification.Count(preparation.Features.Columns, preparation.Outputs));
        if (saved < needed)
        {
            throw new DescentException($"'{path}' has {saved} weights, but its architecture {Shown.Brief(specification.ToString())} has {needed}; train it again.");
        }

        var loaded = specification.Create(preparation.Features.Columns, preparation.Outputs, new SeededRandom(0));
        foreach (var (name, tensor) in loaded.NamedTensors.Concat(loaded.NamedBuffers))
        {
            file[name].CopyTo(tensor.Values.Span);
        }

        loaded.IsTraining = false;

        return new TrainedModel(loaded, preparation);
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

    /// <summary>Predicts every row.</summary>
    /// <returns>
    /// Row after row: the probability of each class for classification, the number in the target's own unit for regression.
    /// </returns>
    /// <exception cref="DescentException">The rows have another number of features.</exception>
    public double[] Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Columns != Preparation.Features.Columns)
        {
            throw new DescentException($"The model needs rows of {Preparation.Features.Columns} features, but the data have {data.Columns}.");
        }

        const int Chunk = 1024;
        using var evaluation = Autograd.NoGradient();
        var outputs = Preparation.Outputs;
        var result = new double[data.Rows * outputs];
        var buffer = new float[Math.Min(Chunk, data.Rows) * data.Columns];
        for (var start = 0; start < data.Rows; start += Chunk)
        {
            var rows = Math.Min(Chunk, data.Rows - start);
            var part = buffer.AsMemory(0, rows * data.Columns);
            data.Features.AsSpan(start * data.Columns, part.Length).CopyTo(part.Span);
            Preparation.Features.Apply(part.Span);
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
}
