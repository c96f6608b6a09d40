using Descent.Engine;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Tests.State;

/// <summary>State of whole groups, of wrapped methods, and of parameters that are empty.</summary>
public class OptimizerStateTests
{
    [Fact]
    public void Group_numbers_belong_to_their_group_in_any_order_of_parameters()
    {
        static Optimizer New(params string[] names) => Optimizer.For(
            names.Select(name => new Parameter<double>(name, new[] { 1.0, 2 }, new[] { name == "a" ? 1.0 : 30, 0.5 })),
            [new ParameterGroup(new Prodigy { InitialDistance = 1e-3 }, "a"), new ParameterGroup(new Prodigy { InitialDistance = 0.1 }, "b")]);
        var saved = New("a", "b");
        for (var i = 0; i < 5; i++)
        {
            saved.Step();
        }

        var file = new TensorFile();
        OptimizerState.Save(saved, file);
        var loaded = New("b", "a");
        OptimizerState.Load(loaded, file);
        Assert.NotEqual(saved.GroupNumber("d", 0), saved.GroupNumber("d", 1));
        Assert.Equal(saved.GroupNumber("d", 0), loaded.GroupNumber("d", 0));
        Assert.Equal(saved.GroupNumber("d", 1), loaded.GroupNumber("d", 1));
    }

    [Theory]
    [InlineData("lookahead(inner=adam)", "lookahead(inner=adamw)", "The optimizer state was saved by adam, but this optimizer is adamw; use the same method.")]
    [InlineData("cautious(inner=sgd_ema)", "cautious(inner=lion)", "The optimizer state was saved by sgd_ema, but this optimizer is lion; use the same method.")]
    [InlineData(
        "cautious(inner=adam(bias_correction=false))",
        "cautious(inner=adam)",
        "The optimizer state was saved by adam with bias_correction false, but here it is true; use the same.")]
    public void State_of_another_wrapped_method_is_refused(string saved, string present, string sentence)
    {
        static Optimizer New(string text) => Optimizer.For([new Parameter<float>("w", new float[3], new float[3])], Catalogue.Parse(text));
        var file = new TensorFile();
        OptimizerState.Save(New(saved), file);
        Assert.Equal(sentence, Assert.Throws<DescentException>(() => OptimizerState.Load(New(present), file)).Message);
    }

    [Theory]
    [InlineData("schedule_free_sgd")]
    [InlineData("lookahead")]
    [InlineData("prodigy")]
    public void An_empty_parameter_has_state_of_its_own(string text)
    {
        static Optimizer New(string text, params string[] names) => Optimizer.For(
            names.Select(name => name == "empty" ? new Parameter<float>(name, Array.Empty<float>(), shape: [0]) { HasGradient = true } : new Parameter<float>(name, new float[3], new float[3])),
            Catalogue.Parse(text));
        var saved = New(text, "empty", "w");
        saved.Step();
        saved.MoveTo(ParameterPoint.Evaluation);
        saved.MoveTo(ParameterPoint.Training);
        var file = new TensorFile();
        OptimizerState.Save(saved, file);
        var loaded = New(text, "w", "empty");
        OptimizerState.Load(loaded, file);
        Assert.Equal(1, loaded.Updates);
        Assert.True(loaded.Step().Applied);
    }

    [Fact]
    public void A_parameter_cannot_have_been_stepped_more_often_than_there_were_updates()
    {
        static Optimizer New() => Optimizer.For([new Parameter<float>("w", new float[3], new float[3])], new Adam());
        var file = new TensorFile();
        OptimizerState.Save(New(), file);
        file.Metadata["descent.optimizer"] = file.Metadata["descent.optimizer"].Replace("\"w\":0", "\"w\":7");
        Assert.Equal(
            "The saved optimizer state is damaged: its field 'w' must be at most the 0 updates, but was 7.",
            Assert.Throws<DescentException>(() => OptimizerState.Load(New(), file)).Message);
    }

    [Fact]
    public void An_estimate_of_curvature_that_is_not_finite_is_refused_skipped_or_passed_as_asked()
    {
        var parameter = new Parameter<double>("w", new[] { 1.0, 2 }, new[] { 1.0, 1 }) { CurvatureEstimate = new[] { 1, double.NaN } };
        var optimizer = Optimizer.For([parameter], new Sophia());
        optimizer.NonFinite = NonFiniteGradients.Throw;
        Assert.Equal(
            "The curvature estimate of parameter 'w' must be finite, but held NaN or an infinity at update 0; nothing was changed.",
            Assert.Throws<DescentException>(() => optimizer.UpdateCurvature()).Message);
        optimizer.NonFinite = NonFiniteGradients.Skip;
        Assert.False(optimizer.UpdateCurvature());
        optimizer.Step();
        Assert.All(parameter.Values.ToArray(), value => Assert.True(double.IsFinite(value)));
        optimizer.NonFinite = NonFiniteGradients.Pass;
        Assert.True(optimizer.UpdateCurvature());
    }

    /// <summary>g = [3, 1] centralized is [1, −1]: both coordinates agree with their direction, whatever is outside.</summary>
    [Theory]
    [InlineData("cautious(inner=gradient_centralization(inner=sgd(learning_rate=1)))")]
    [InlineData("gradient_centralization(inner=cautious(inner=sgd(learning_rate=1)))")]
    public void The_mask_compares_with_the_centralized_gradient(string text)
    {
        var parameter = new Parameter<double>("w", new double[4], new[] { 3.0, 1, 1, 3 }, [2, 2]);
        Optimizer.For([parameter], Catalogue.Parse(text)).Step();
        Assert.Equal([-0.8, 0.8, 0.8, -0.8], parameter.Values.ToArray());
    }
}
