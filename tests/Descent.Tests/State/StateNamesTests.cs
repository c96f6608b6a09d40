using Descent.Optimizers;
using Descent.State;
using static Descent.Tests.State.StateSamples;

namespace Descent.Tests.State;

public class StateNamesTests
{
    [Fact]
    public void Weights_state_and_counts_get_the_new_names()
    {
        var file = Saved(New(new Adam(), "fc1.weight", "fc1", "head"));
        foreach (var name in new[] { "model.fc1.weight", "model.head", "best.head", "other" })
        {
            file.Add<float>(name, [1], new float[1]);
        }

        var renamed = StateNames.Renamed(file, [("fc1*", "layer1*"), ("head", "out"), ("other", "another")]);
        Assert.Equal(
            [
                "optimizer.layer1.weight.m", "optimizer.layer1.weight.v", "optimizer.layer1.m", "optimizer.layer1.v", "optimizer.out.m", "optimizer.out.v",
                "model.layer1.weight", "model.out", "best.out", "another",
            ],
            renamed.Tensors.Select(tensor => tensor.Name));
        Assert.Contains("\"steps\":{\"layer1.weight\":0,\"layer1\":0,\"out\":0}", renamed.Metadata["descent.optimizer"], StringComparison.Ordinal);
        Assert.Equal(3, OptimizerState.Load(New(new Adam(), "layer1.weight", "layer1", "out"), StateNames.Renamed(file, [("fc1*", "layer1*"), ("head", "out")])).Loaded.Count);
    }

    [Fact]
    public void A_file_of_weights_alone_is_renamed_too_and_swaps_are_possible()
    {
        var file = new TensorFile();
        file.Add<float>("model.a", [1], new float[] { 1 });
        file.Add<float>("model.b", [1], new float[] { 2 });
        var swapped = StateNames.Renamed(file, [("model.a", "model.b"), ("model.b", "model.a")]);
        Assert.Equal(["model.b", "model.a"], swapped.Tensors.Select(tensor => tensor.Name));
    }

    [Theory]
    [InlineData("a*b*", "x*", "A rename is OLD=NEW with at most one '*' on each side, or none on both, but was 'a*b*=x*'.")]
    [InlineData("a*", "x", "A rename is OLD=NEW with at most one '*' on each side, or none on both, but was 'a*=x'.")]
    [InlineData("", "x", "A rename is OLD=NEW with at most one '*' on each side, or none on both, but was '=x'.")]
    [InlineData("w", "", "A rename is OLD=NEW with at most one '*' on each side, or none on both, but was 'w='.")]
    [InlineData("v", "w", "Two parameters would be named 'w'; give each its own name.")]
    [InlineData("x", "y", "'x' matches no parameter of the file, which has w, v, optimizer.w.m, optimizer.v.m.")]
    public void A_rename_that_cannot_be_is_refused(string from, string to, string message) =>
        Assert.Equal(message, Assert.Throws<DescentException>(() => StateNames.Renamed(Saved(New(new Lion(), "w", "v")), [(from, to)])).Message);
}
