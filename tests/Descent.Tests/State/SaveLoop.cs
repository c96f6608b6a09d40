using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Descent.Engine;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Tests.State;

/// <summary>A run that does nothing but step and save, for ever.</summary>
internal static class SaveLoop
{
    public const string Verb = "save-loop";
    private const int Length = 200_000;

    /// <summary>An optimizer whose state is a function of its updates.</summary>
    public static Optimizer Start() => Optimizer.For(
        [new Parameter<float>("w", new float[Length], Enumerable.Range(0, Length).Select(i => (i % 1_001) - 500f).ToArray())], new AdamW { LearningRate = 0.01 }, Workers.Sequential);

    /// <summary>The weights and all state, as a run saves them.</summary>
    public static TensorFile Checkpoint(Optimizer optimizer)
    {
        var file = new TensorFile();
        var w = (Parameter<float>)optimizer.Parameters.Single();
        file.Add<float>("model.w", w.Shape, w.Values);
        OptimizerState.Save(optimizer, file);
        return file;
    }

    /// <summary>Goes on from what a checkpoint holds.</summary>
    public static Optimizer Resume(string path)
    {
        var optimizer = Start();
        var file = TensorFile.Read(path);
        OptimizerState.Load(optimizer, file);
        file["model.w"].CopyTo(((Parameter<float>)optimizer.Parameters.Single()).Values.Span);
        return optimizer;
    }

    /// <summary>Says after each save which update it was; ends when it is killed, or when its input ends because who started it is gone.</summary>
    [DoesNotReturn]
    public static void Run(string path)
    {
        new Thread(() =>
        {
            Console.In.ReadToEnd();
            Environment.Exit(0);
        })
        { IsBackground = true }.Start();
        var optimizer = File.Exists(path) ? Resume(path) : Start();
        while (true)
        {
            optimizer.Step();
            Checkpoint(optimizer).Write(path);
            Console.Out.WriteLine(optimizer.Updates.ToString(CultureInfo.InvariantCulture));
            Console.Out.Flush();
        }
    }
}
