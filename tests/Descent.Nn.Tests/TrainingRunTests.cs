using System.Numerics;
using System.Text.Json.Nodes;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Nn.Tests;

/// <summary>The golden ring for whole runs: the loss of every step, from the reference's initial weights and batches.</summary>
[Collection(nameof(RunsAlone))]
public class TrainingRunTests(ITestOutputHelper output)
{
    private static readonly string[] Layers = ["linear", "relu", "tanh", "gelu", "flatten", "max_pool2d", "conv2d", "batch_norm2d", "embedding", "lstm", "layer_norm", "causal_self_attention"];
    private static readonly string[] Methods = ["sgd", "adam", "adamw", "rmsprop", "adagrad", "lion"];

    /// <summary>What marks the runs that <see cref="ProcedureRunTests"/> follows; <see cref="SeedRunTests"/> has those of many seeds.</summary>
    private static readonly string[] Procedures = ["emulation", "ema", "micro_batch_sizes"];

    public static TheoryData<string, string> Expressible() => Files(expressible: true);

    public static TheoryData<string, string> Others() => Files(expressible: false);

    [Theory]
    [MemberData(nameof(Expressible))]
    [MemberData(nameof(Others), Skip = "the run names a layer, method or loss that these tests do not know, or its data file is absent")]
    public void Float_has_the_same_loss_at_every_step(string label, string file) => Follow<float>(label, file, "float32", FloatTolerance(label));

    [Theory]
    [MemberData(nameof(Expressible))]
    [MemberData(nameof(Others), Skip = "the run names a layer, method or loss that these tests do not know, or its data file is absent")]
    public void Double_has_the_same_loss_at_every_step_to_1e_9(string label, string file) => Follow<double>(label, file, "float64", 1e-9);

    private static TheoryData<string, string> Files(bool expressible)
    {
        var data = new TheoryData<string, string>();
        foreach (var file in TestSupport.Golden.Files("training"))
        {
            var golden = TestSupport.Golden.Read(file);
            if (!Procedures.Any(golden.ContainsKey) && !golden.ContainsKey("runs") && CanExpress(golden, file) == expressible)
            {
                data.Add(Path.GetFileNameWithoutExtension(file), file);
            }
        }

        return data;
    }

    private static bool CanExpress(JsonObject golden, string file) =>
        golden["architecture"]?["layers"] is JsonArray layers
        && layers.All(layer => Layers.Contains(layer!["type"]?.GetValue<string>()))
        && golden["results"]?["float32"]?["loss"] is JsonArray
        && golden["schedule"]?["lr"] is JsonArray
        && golden["loss"]?["type"]?.GetValue<string>() is "cross_entropy" or "mse"
        && Methods.Contains(golden["optimizer"]?["type"]?.GetValue<string>())
        && GoldenRun<float>.DataFile(golden, file) is not null;

    /// <summary>Rounding moves batch norm over few images and recurrent networks further than perceptrons, in the reference itself.</summary>
    private static double FloatTolerance(string label) => label.Contains("cnn", StringComparison.Ordinal) ? 2e-3
        : label.Contains("lstm", StringComparison.Ordinal) || label.Contains("transformer", StringComparison.Ordinal) ? 1e-4 : 1e-5;

    private void Follow<T>(string label, string file, string precision, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var run = new GoldenRun<T>(file);
        var optimizer = Optimizer.For(run.Model.Parameters, run.Method);
        optimizer.ClipNorm = run.Description["clipping"] is { } clipping ? clipping["max_norm"]!.GetValue<double>() : 1e300;
        var result = run.Description["results"]![precision]!;
        var (losses, norms) = (new Differ(tolerance), new Differ(tolerance * 10));
        for (var step = 0; step < run.Steps; step++)
        {
            using var scope = TensorScope.Begin();
            var rows = run.Rows(step);
            optimizer.ZeroGradients();
            var loss = run.LossOf(run.Model.Forward(run.Inputs(rows)), rows);
            loss.Backward();
            var taken = optimizer.Step();
            GoldenRun<T>.Relative(losses, TestSupport.Golden.Number(result["loss"]![step]), loss.ToScalar(), $"{label} loss of step {step}");
            norms.Compare(TestSupport.Golden.Number(result["grad_norm"]![step]), taken.GradientNorm, $"{label} norm of step {step}");
        }

        run.Model.IsTraining = false;
        if (result["final"]?["val_loss"] is { } final && (run.Description["evaluation"] is not null || run.Description["data"]!["val_rows"] is not null))
        {
            using var evaluation = Autograd.NoGradient();
            var (rows, sum) = (run.Evaluated("val"), 0.0);
            foreach (var part in rows.Chunk(100))
            {
                using var scope = TensorScope.Begin();
                sum += run.LossOf(run.Model.Forward(run.Inputs(part)), part).ToScalar() * part.Length;
            }

            GoldenRun<T>.Relative(losses, TestSupport.Golden.Number(final), sum / rows.Length, $"{label} final loss");
        }

        output.WriteLine($"{label} {precision}: losses to {losses.Largest:E2}, norms to {norms.Largest:E2}, {losses.Count} steps");
        losses.AssertClose();
        norms.AssertClose();
    }
}
