using Descent.Averaging;
using Descent.Engine;
using Descent.Optimizers;
using Descent.State;
using static Descent.Tests.State.StateSamples;

namespace Descent.Tests.State;

/// <summary>State by name and shape: all of it, under other names, or in part.</summary>
public class StateLoadTests
{
    [Theory]
    [InlineData(ParameterPoint.Training)]
    [InlineData(ParameterPoint.Evaluation)]
    public void All_that_an_optimizer_knows_is_in_the_file_and_comes_back(ParameterPoint point)
    {
        var optimizer = Everything(point);
        var file = Saved(optimizer);
        var header = Descent.Text.JsonFields.Parse(Assert.Single(file.Metadata).Value, "test");
        Assert.Equal(["format_version", "updates", "point", "methods", "precision", "steps", "parts"], header.Json.Select(item => item.Key));
        Assert.Equal(["prodigy", "adamw", "lion"], header.Items("methods").Select(method => method.Text("method")));
        Assert.Equal(["Full", "EightBit", "Full"], header.Items("precision").Select(precision => precision.Text("state")));
        Assert.All(header.Items("precision"), precision => Assert.Equal(0UL, precision.Seed("seed")));
        Assert.Equal(["schedules", "average", "clipping", "loss_scale"], header.Fields("parts").Json.Select(item => item.Key));
        Assert.Contains("plateau(", header.Fields("parts").Fields("schedules").Texts("learning_rates")[0], StringComparison.Ordinal);
        Assert.Equal((3L, 3L), (header.Count("updates"), header.Fields("steps").Count("b.bias")));
        Assert.Equal(point == ParameterPoint.Evaluation ? "evaluation" : "training", header.Text("point"));
        Assert.Equal("U8", file["optimizer.b.weight.m"].ElementType);
        Assert.Equal("F32", file["optimizer.a.s"].ElementType);
        Assert.Equal("F64", file["optimizer.#clipping.norms"].ElementType);

        var loaded = Everything();
        var report = OptimizerState.Load(loaded, TensorFile.Parse(new MemoryStream(Bytes(file)), "x"));
        Assert.Equal(["a", "b.weight", "b.bias"], report.Loaded);
        Assert.Empty(report.Missing.Concat(report.Unexpected).Concat(report.Mismatched));
        Assert.Equal(Bytes(file), Bytes(loaded));
    }

    [Fact]
    public void One_message_names_all_that_is_missing_unexpected_and_different_also_in_averages_and_numbers_of_groups()
    {
        var file = Changed(Saved(Everything()), tensor => tensor.Name switch
        {
            "optimizer.a.s" or "optimizer.#average.b.bias" => null,
            "optimizer.b.bias.m" => tensor with { Name = "optimizer.b.other.m" },
            "optimizer.#0.d" => tensor with { ElementType = "I64" },
            "optimizer.#clipping.norms" => tensor with { Shape = [3, 1] },
            "optimizer.#average.a" => tensor with { Shape = [1], Bytes = new byte[4] },
            _ => tensor,
        });
        var before = Everything();
        var expected = Bytes(before);
        Assert.Equal(
            "The optimizer state was saved for another model: 3 missing: optimizer.a.s, optimizer.b.bias.m, optimizer.#average.b.bias; 1 unexpected: optimizer.b.other.m; "
            + "3 different: optimizer.#0.d is I64 [1], not F64 [1], optimizer.#clipping.norms is F64 [3, 1], not F64 [3], optimizer.#average.a is F32 [1], not F32 [3]; "
            + "rename what has other names, or load what fits.",
            Sorted(Assert.Throws<DescentException>(() => OptimizerState.Load(before, file)).Message));
        Assert.Equal(expected, Bytes(before));

        // Parts are checked in the order in which they were set up, which is not the point here.
        static string Sorted(string message) => message.Replace(
            "optimizer.#average.a is F32 [1], not F32 [3], optimizer.#clipping.norms is F64 [3, 1], not F64 [3]",
            "optimizer.#clipping.norms is F64 [3, 1], not F64 [3], optimizer.#average.a is F32 [1], not F32 [3]",
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_names_the_first_eight_are_given()
    {
        var file = Saved(New(new Adam(), [.. Enumerable.Range(0, 20).Select(i => $"p{i}")]));
        var message = Assert.Throws<DescentException>(() => OptimizerState.Load(New(new Adam(), "p0"), file)).Message;
        Assert.Contains("57 unexpected: optimizer.p1.m, optimizer.p1.v,", message, StringComparison.Ordinal);
        Assert.EndsWith(" and 49 more; rename what has other names, or load what fits.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Saved_names_are_mapped_to_present_ones()
    {
        var saved = New(new Adam(), "encoder.w", "encoder.b", "head");
        saved.Averaging = new ExponentialAverage(0.5);
        saved.Step();
        var loaded = New(new Adam(), "model.encoder.w", "model.encoder.b", "classifier");
        loaded.Averaging = new ExponentialAverage(0.5);
        OptimizerState.Load(loaded, Saved(saved), options: new LoadOptions { Rename = [("encoder.*", "model.encoder.*"), ("head", "classifier")] });
        var (file, other) = (Saved(saved), Saved(loaded));
        Assert.Equal(file.Tensors.Select(tensor => Convert.ToHexString(tensor.Bytes.Span)), other.Tensors.Select(tensor => Convert.ToHexString(tensor.Bytes.Span)));
        Assert.Equal(1, loaded.Updates);
        Assert.Equal(
            "'decoder.*' matches no parameter of the file, which has encoder.w, encoder.b, head, optimizer.encoder.w.m, optimizer.encoder.w.v, optimizer.encoder.b.m, optimizer.encoder.b.v, optimizer.head.m.",
            Assert.Throws<DescentException>(() => OptimizerState.Load(loaded, file, options: new LoadOptions { Rename = [("decoder.*", "x.*")] })).Message);
    }

    [Fact]
    public void A_partial_load_takes_what_fits_and_says_what_it_did()
    {
        var saved = New(new Adam(), "body", "head", "old");
        saved.Averaging = new ExponentialAverage(0.5);
        saved.Step();
        var file = Saved(saved);
        var loaded = Optimizer.For([.. Parameters("body"), new Parameter<float>("head", new float[5], new float[5]), .. Parameters("new")], new Adam());
        loaded.Averaging = new ExponentialAverage(0.5);
        var before = Saved(loaded);
        var report = OptimizerState.Load(loaded, file, options: new LoadOptions { IsPartial = true });
        Assert.Equal(["body"], report.Loaded);
        Assert.Equal(["new", "optimizer.new.m", "optimizer.new.v", "optimizer.#average.new"], report.Missing);
        Assert.Equal(["optimizer.old.m", "optimizer.old.v", "optimizer.#average.old", "old"], report.Unexpected);
        Assert.Equal(
            ["optimizer.head.m is F32 [3], not F32 [5]", "optimizer.head.v is F32 [3], not F32 [5]", "optimizer.#average.head is F32 [3], not F32 [5]"],
            report.Mismatched);
        var after = Saved(loaded);
        Assert.All(after.Tensors, tensor => Assert.Equal(
            Convert.ToHexString((tensor.Name.Contains("body", StringComparison.Ordinal) ? file : before)[tensor.Name].Bytes.Span), Convert.ToHexString(tensor.Bytes.Span)));
        Assert.Contains("\"steps\":{\"body\":1,\"head\":0,\"new\":0}", after.Metadata["descent.optimizer"], StringComparison.Ordinal);
        Assert.True(loaded.Step().Applied);
    }

    [Fact]
    public void A_partial_load_leaves_out_parts_that_only_one_of_both_has()
    {
        var (with, without) = (New(new Adam(), "w"), New(new Adam(), "w"));
        with.Averaging = new ExponentialAverage(0.5);
        with.Step();
        Assert.Equal(
            "The optimizer state was saved with 'average', which this optimizer does not have; set it up in the same way.",
            Assert.Throws<DescentException>(() => OptimizerState.Load(without, Saved(with))).Message);
        Assert.Equal(
            "The optimizer state was saved without 'average', which this optimizer has; set it up in the same way.",
            Assert.Throws<DescentException>(() => OptimizerState.Load(with, Saved(without))).Message);
        Assert.Equal(["optimizer.#average.w"], OptimizerState.Load(without, Saved(with), options: new LoadOptions { IsPartial = true }).Unexpected);
        Assert.Equal(["w"], OptimizerState.Load(with, Saved(New(new Adam(), "w")), options: new LoadOptions { IsPartial = true }).Loaded);
    }

    [Fact]
    public void A_part_cannot_be_loaded_of_state_at_the_evaluation_point()
    {
        var saved = New(new ScheduleFreeSgd(), "body");
        saved.Step();
        saved.MoveTo(ParameterPoint.Evaluation);
        Assert.Equal(
            "The optimizer state was saved at the evaluation point, so that it cannot be loaded without head; save it at the training point.",
            Assert.Throws<DescentException>(() => OptimizerState.Load(New(new ScheduleFreeSgd(), "body", "head"), Saved(saved), options: new LoadOptions { IsPartial = true })).Message);
    }

    [Theory]
    [InlineData("\"methods\":[", "\"methods\":[7,", "The saved optimizer state is damaged: its field 'methods' must be an array of objects, but was [7,")]
    [InlineData("\"steps\":{", "\"steps\":7,\"was\":{", "The saved optimizer state is damaged: its field 'steps' must be an object, but was 7.")]
    [InlineData("\"parts\":{", "\"parts\":{\"\\ud800\":{},", "The saved optimizer state is damaged: it is not readable JSON (")]
    [InlineData("\"count\":3", "\"count\":2000000000", "The saved optimizer state is damaged: its field 'count' must be an integer from 0 to 4, but was 2000000000.")]
    [InlineData("\"scale\":", "\"scale\":-", "The saved optimizer state is damaged: its field 'scale' must be that of a loss scaling, with counts of at least 0, but was -")]
    [InlineData("\"point\":\"training\"", "\"point\":\"nowhere\"", "The saved optimizer state is damaged: its field 'point' must be training or evaluation, but was \"nowhere\".")]
    [InlineData("{\"format_version\":1", "{\"format_version\":2", "The optimizer state has format version 2, but this version reads 1 to 1; use a newer Descent.")]
    public void A_damaged_header_is_refused_and_changes_nothing(string text, string damaged, string message)
    {
        var optimizer = Everything();
        var (file, before) = (Saved(optimizer), Bytes(optimizer));
        Assert.Contains(text, file.Metadata["descent.optimizer"], StringComparison.Ordinal);
        var changed = Changed(file, tensor => tensor, header => header.Replace(text, damaged, StringComparison.Ordinal));
        Assert.StartsWith(message, Assert.Throws<DescentException>(() => OptimizerState.Load(optimizer, changed)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Bytes(optimizer));
    }
}
