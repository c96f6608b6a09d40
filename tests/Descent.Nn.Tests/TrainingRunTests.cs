using System.Numerics;
using System.Text.Json.Nodes;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Nn.Tests;

/// <summary>The golden ring for whole runs: the loss of every step, from the reference's initial weights and batches.</summary>
[Collection(nameof(RunsAlone))]
public class TrainingRunTests(ITestOutputHelper output)
{
    private static readonly string[] Layers = ["linear", "relu", "tanh"];
    private static readonly string[] Methods = ["sgd", "adam", "adamw", "rmsprop", "adagrad", "lion"];

    /// <summary>What marks the runs that <see cref="ProcedureRunTests"/> follows.</summary>
    private static readonly string[] Procedures = ["emulation", "ema", "micro_batch_sizes"];

    public static TheoryData<string, string> Expressible() => Files(expressible: true);

    public static TheoryData<string, string> Others() => Files(expressible: false);

    [Theory]
    [MemberData(nameof(Expressible))]
    [MemberData(nameof(Others), Skip = "the run needs layers, data or a procedure that are not built yet, or its data file is absent")]
    public void Float_has_the_same_loss_at_every_step_to_1e_5(string label, string file) => Follow<float>(label, file, "float32", 1e-5);

    [Theory]
    [MemberData(nameof(Expressible))]
    [MemberData(nameof(Others), Skip = "the run needs layers, data or a procedure that are not built yet, or its data file is absent")]
    public void Double_has_the_same_loss_at_every_step_to_1e_9(string label, string file) => Follow<double>(label, file, "float64", 1e-9);

    private static TheoryData<string, string> Files(bool expressible)
    {
        var data = new TheoryData<string, string>();
        foreach (var file in TestSupport.Golden.Files("training"))
        {
            var golden = TestSupport.Golden.Read(file);
            if (!Procedures.Any(golden.ContainsKey) && CanExpress(golden, file) == expressible)
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
        && GoldenRun<float>.DataFile(golden, file)?.Contains("tabular", StringComparison.Ordinal) == true;

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
            var rows = run.Rows(step);
            optimizer.ZeroGradients();
            var loss = run.LossOf(run.Model.Forward(run.Inputs(rows)), rows);
            loss.Backward();
            var taken = optimizer.Step();
            GoldenRun<T>.Relative(losses, TestSupport.Golden.Number(result["loss"]![step]), loss.ToScalar(), $"{label} loss of step {step}");
            norms.Compare(TestSupport.Golden.Number(result["grad_norm"]![step]), taken.GradientNorm, $"{label} norm of step {step}");
        }

        output.WriteLine($"{label} {precision}: losses to {losses.Largest:E2}, norms to {norms.Largest:E2}, {losses.Count} steps");
        losses.AssertClose();
        norms.AssertClose();
    }
}
