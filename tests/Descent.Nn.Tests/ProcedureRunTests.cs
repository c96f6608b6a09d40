using System.Numerics;
using Descent.Averaging;
using Descent.Engine;
using Descent.Gradients;
using Descent.Numerics;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Nn.Tests;

/// <summary>Golden runs with a procedure around the step: 16 bits, loss scaling, accumulation, averages.</summary>
[Collection(nameof(RunsAlone))]
public class ProcedureRunTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> Reduced() => Runs("emulation");

    public static TheoryData<string, string> Averaged() => Runs("ema");

    public static TheoryData<string, string> Accumulated() => Runs("micro_batch_sizes");

    /// <summary>The tolerances are ten times the distance between the reference's own two arithmetics, as its README says.</summary>
    [Theory]
    [MemberData(nameof(Reduced))]
    public void Runs_in_16_bits_have_the_same_losses_scales_and_skipped_steps(string label, string file)
    {
        var isHalf = TestSupport.Golden.Read(file)["loss_scaling"] is not null;
        if (isHalf)
        {
            Follow<Half>(label, file, 6e-4);
        }
        else
        {
            Follow<BFloat16>(label, file, 2.5e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Averaged))]
    public void Averages_of_a_run_have_the_losses_of_the_reference(string label, string file)
    {
        CompareAverages<double>(label, file, "float64", 1e-9);
        CompareAverages<float>(label, file, "float32", 1e-4);
    }

    [Theory]
    [MemberData(nameof(Accumulated))]
    public void Accumulated_micro_batches_have_the_losses_of_the_reference(string label, string file)
    {
        foreach (var (name, sizes) in TestSupport.Golden.Read(file)["micro_batch_sizes"]!.AsObject())
        {
            Accumulate<double>($"{label}, {name}", file, name, TestSupport.Golden.Integers(sizes), "float64", 1e-9);
            Accumulate<float>($"{label}, {name}", file, name, TestSupport.Golden.Integers(sizes), "float32", 1e-4);
        }
    }

    /// <summary>With batch norm the pieces see other statistics than the whole, in the reference as here.</summary>
    [Theory]
    [MemberData(nameof(Accumulated))]
    public void With_batch_norm_micro_batches_differ_as_in_the_reference(string label, string file)
    {
        foreach (var name in new[] { "full_batch_64", "micro_4x16" })
        {
            var run = new GoldenRun<double>(file, "batch_norm_initial");
            var sizes = TestSupport.Golden.Integers(run.Description["micro_batch_sizes"]![name]);
            Accumulate(run, $"{label}, {name} with batch norm", sizes, byRows: true, run.Description["batch_norm_counterexample"]![name]!, 1e-9);
        }
    }

    private static TheoryData<string, string> Runs(string procedure)
    {
        var data = new TheoryData<string, string>();
        foreach (var file in TestSupport.Golden.Files("training").Where(file => TestSupport.Golden.Read(file).ContainsKey(procedure)))
        {
            data.Add(Path.GetFileNameWithoutExtension(file), file);
        }

        return data;
    }

    /// <summary>As the file's emulation says: inputs, weights and what layers give are rounded, and so is every gradient that goes back.</summary>
    private void Follow<TNarrow>(string label, string file, double tolerance)
        where TNarrow : unmanaged
    {
        var run = new GoldenRun<float>(file);
        var narrow = new NarrowParameters<TNarrow>(run.Model);
        var optimizer = Optimizer.For(narrow.Parameters, run.Method);
        optimizer.NonFinite = NonFiniteGradients.Skip;
        if (run.Description["loss_scaling"] is { } scaling)
        {
            optimizer.LossScaling = new DynamicLossScaling
            {
                InitialScale = TestSupport.Golden.Number(scaling["initial_scale"]),
                Growth = TestSupport.Golden.Number(scaling["growth_factor"]),
                Backoff = TestSupport.Golden.Number(scaling["backoff_factor"]),
                Interval = scaling["growth_interval"]!.GetValue<long>(),
            };
        }

        var result = run.Description["results"]!["float32_arithmetic"]!;
        var (losses, norms, skipped) = (new Differ(tolerance), new Differ(tolerance * 10), 0);
        for (var step = 0; step < run.Steps; step++)
        {
            Assert.Equal(TestSupport.Golden.Number(result["scale"]![step]), optimizer.LossScale);
            var rows = run.Rows(step);
            var signal = run.Inputs(rows).RoundTo<TNarrow>();
            foreach (var (_, module) in ((Sequential<float>)run.Model).Modules)
            {
                signal = module is Linear<float> ? module.Forward(signal).RoundTo<TNarrow>() : module.Forward(signal);
            }

            var loss = run.LossOf(signal, rows);
            run.Model.ZeroGradient();
            (loss * (float)optimizer.LossScale).Backward();
            narrow.TakeGradients();
            var taken = optimizer.Step();
            narrow.GiveValues();
            GoldenRun<float>.Relative(losses, TestSupport.Golden.Number(result["loss"]![step]), loss.ToScalar(), $"{label} loss of step {step}");
            Assert.Equal(result["skipped"]![step]!.GetValue<bool>(), !taken.Applied);
            skipped += taken.Applied ? 0 : 1;
            if (taken.Applied)
            {
                norms.Compare(TestSupport.Golden.Number(result["grad_norm"]![step]), taken.GradientNorm, $"{label} norm of step {step}");
            }
        }

        output.WriteLine($"{label}: losses to {losses.Largest:E2}, norms to {norms.Largest:E2}, {losses.Count} steps, {skipped} skipped");
        losses.AssertClose();
        norms.AssertClose();
    }

    private void CompareAverages<T>(string label, string file, string precision, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var differ = new Differ(tolerance);
        var decay = TestSupport.Golden.Number(TestSupport.Golden.Read(file)["ema"]!["decay"]);
        (string Name, ExponentialAverage Averaging)[] kinds =
        [
            ("constant", new(decay)), ("warmup", new(decay) { Warmup = DecayWarmup.Fraction, WarmupStart = 0 }), ("debiased", new(decay) { Start = AverageStart.ZeroCorrected }),
        ];
        foreach (var (name, averaging) in kinds)
        {
            var run = new GoldenRun<T>(file);
            var optimizer = Optimizer.For(run.Model.Parameters, run.Method);
            optimizer.Averaging = averaging;
            var result = run.Description["results"]![precision]!;
            int[] validation = [.. Enumerable.Range(1440, 357)];
            var x = run.Inputs(validation);
            var seen = TestSupport.Golden.Numbers(result["val_loss_of_average_every_10_steps"]![name]);
            for (var step = 0; step < run.Steps; step++)
            {
                var rows = run.Rows(step);
                optimizer.ZeroGradients();
                var loss = run.LossOf(run.Model.Forward(run.Inputs(rows)), rows);
                loss.Backward();
                optimizer.Step();
                GoldenRun<T>.Relative(differ, TestSupport.Golden.Number(result["loss"]![step]), loss.ToScalar(), $"{label} loss of step {step}");
                if (step % 10 == 9)
                {
                    optimizer.MoveTo(ParameterPoint.Evaluation);
                    GoldenRun<T>.Relative(differ, seen[step / 10], run.LossOf(run.Model.Forward(x), validation).ToScalar(), $"{label}, {name} average after step {step}");
                    optimizer.MoveTo(ParameterPoint.Training);
                }
            }
        }

        output.WriteLine($"{label} {precision}: losses to {differ.Largest:E2}, {differ.Count} of them");
        differ.AssertClose();
    }

    private void Accumulate<T>(string label, string file, string name, int[] sizes, string precision, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var run = new GoldenRun<T>(file);
        Accumulate(run, label, sizes, byRows: !name.Contains("plain", StringComparison.Ordinal), run.Description["results"]![precision]![name]!, tolerance);
    }

    private void Accumulate<T>(GoldenRun<T> run, string label, int[] sizes, bool byRows, System.Text.Json.Nodes.JsonNode result, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var optimizer = Optimizer.For(run.Model.Parameters, run.Method);
        optimizer.ClipNorm = TestSupport.Golden.Number(run.Description["clipping"]!["max_norm"]);
        var accumulator = new GradientAccumulator(optimizer.Parameters);
        var differ = new Differ(tolerance);
        for (var step = 0; step < run.Steps; step++)
        {
            var (rows, start, loss) = (run.Rows(step), 0, 0.0);
            foreach (var size in sizes)
            {
                var part = rows[start..(start += size)];
                optimizer.ZeroGradients();
                var partLoss = run.LossOf(run.Model.Forward(run.Inputs(part)), part);
                partLoss.Backward();
                accumulator.Add(byRows ? size : 1);
                loss += partLoss.ToScalar() * (byRows ? size / (double)rows.Length : 1.0 / sizes.Length);
            }

            accumulator.Finish();
            var taken = optimizer.Step();
            GoldenRun<T>.Relative(differ, TestSupport.Golden.Number(result["loss"]![step]), loss, $"{label} loss of step {step}");
            GoldenRun<T>.Relative(differ, TestSupport.Golden.Number(result["grad_norm"]![step]), taken.GradientNorm, $"{label} norm of step {step}");
        }

        output.WriteLine($"{label} {typeof(T).Name}: losses and norms to {differ.Largest:E2}, {differ.Count} of them");
        differ.AssertClose();
    }
}
