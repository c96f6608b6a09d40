using Descent.Averaging;
using Descent.Engine;
using Descent.Gradients;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.State;

namespace Descent.Tests.State;

/// <summary>Optimizers to save and load.</summary>
internal static class StateSamples
{
    /// <summary>One over parameters of three numbers with gradients of their own.</summary>
    public static Optimizer New(Method method, params string[] names) => Optimizer.For(Parameters(names), method);

    public static Parameter<float>[] Parameters(params string[] names) =>
        [.. names.Select((name, i) => new Parameter<float>(name, new float[] { 1, -2, 3 }, new float[] { 0.5f * (i + 1), -1, 0.25f }))];

    /// <summary>One with all that is saved: numbers of groups, 8 bits, a learning rate that follows a metric, an average, clipping, loss scaling.</summary>
    public static Optimizer Everything(ParameterPoint point = ParameterPoint.Training)
    {
        var random = new Numerics.SeededRandom(8);
        Parameter<float>[] parameters = [.. new[] { ("a", 3), ("b.weight", 4), ("b.bias", 2) }.Select(item => new Parameter<float>(item.Item1, Numbers(item.Item2), Numbers(item.Item2)))];
        var optimizer = Optimizer.For(
            parameters,
            [
                new ParameterGroup(new Prodigy { InitialDistance = 0.1 }, "a"),
                new ParameterGroup(new AdamW { LearningRate = Schedule.ReduceOnPlateau(0.1, 0.5, patience: 1) }, "b.w*") { Precision = new Precision { State = StateFormat.EightBit, SmallestReduced = 1 } },
                new ParameterGroup(new Lion()),
            ]);
        optimizer.Averaging = new ExponentialAverage(0.9);
        optimizer.Clipping = new ClipByPercentile(50, 4);
        optimizer.LossScaling = new DynamicLossScaling { InitialScale = 8, Interval = 2 };
        for (var i = 0; i < 3; i++)
        {
            optimizer.Step();
            optimizer.Observe(1 + i);
        }

        optimizer.MoveTo(point);
        return optimizer;

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }

    public static TensorFile Saved(Optimizer optimizer)
    {
        var file = new TensorFile();
        OptimizerState.Save(optimizer, file);
        return file;
    }

    public static byte[] Bytes(TensorFile file)
    {
        using var stream = new MemoryStream();
        file.WriteTo(stream);
        return stream.ToArray();
    }

    public static byte[] Bytes(Optimizer optimizer) => Bytes(Saved(optimizer));

    /// <summary>The same file with tensors changed or left out.</summary>
    public static TensorFile Changed(TensorFile file, Func<StoredTensor, StoredTensor?> change, Func<string, string>? header = null)
    {
        var changed = new TensorFile();
        foreach (var (key, value) in file.Metadata)
        {
            changed.Metadata[key] = header is null ? value : header(value);
        }

        foreach (var tensor in file.Tensors)
        {
            if (change(tensor) is { } other)
            {
                changed.Add(other);
            }
        }

        return changed;
    }
}
