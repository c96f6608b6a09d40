using Descent.Engine;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.State;

namespace Descent.Tests.Schedules;

public class ObserveTests
{
    [Theory]
    [InlineData("sgd")]
    [InlineData("lookahead(inner=sgd)")]
    [InlineData("cautious(inner=lamb)")]
    public void A_metric_that_stands_still_lowers_the_learning_rate(string name)
    {
        var optimizer = New(name);
        double[] rates = new double[8];
        for (var i = 0; i < rates.Length; i++)
        {
            rates[i] = optimizer.Step().LearningRate;
            optimizer.Observe(1);
        }

        // The second and the third metric are not better; patience is 1.
        Assert.Equal([0.1, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125], rates);
    }

    [Fact]
    public void What_was_observed_is_saved()
    {
        var first = New("adam");
        for (var i = 0; i < 4; i++)
        {
            first.Step();
            first.Observe(1);
        }

        var file = new TensorFile();
        OptimizerState.Save(first, file);
        var second = New("adam");
        OptimizerState.Load(second, file);
        Assert.Equal(first.LearningRateOf(), second.LearningRateOf());
        Assert.Equal(first.Step().LearningRate, second.Step().LearningRate);
    }

    [Fact]
    public void What_was_observed_is_loaded_also_beside_a_function_of_the_callers()
    {
        var wave = Schedule.Custom("wave", update => 1 + (update % 3));
        var (first, second) = (New("adam", wave), New("adam", wave));
        for (var i = 0; i < 5; i++)
        {
            first.Step();
            first.Observe(1);
        }

        var file = new TensorFile();
        OptimizerState.Save(first, file);
        OptimizerState.Load(second, file);
        Assert.Equal(first.LearningRateOf().Schedule!.ToString(), second.LearningRateOf().Schedule!.ToString());
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(first.Step().LearningRate, second.Step().LearningRate);
        }

        var other = New("adam", Schedule.Custom("ripple", _ => 1));
        Assert.Contains("a custom function is known only to the program that made it", Assert.Throws<DescentException>(() => OptimizerState.Load(other, file)).Message, StringComparison.Ordinal);
        Assert.Equal(0, other.Updates);
    }

    [Fact]
    public void Only_learning_rates_can_follow_a_metric()
    {
        var parameter = new Parameter<float>("w", new float[2], new float[2]);
        var method = new Adam { Beta1 = Schedule.ReduceOnPlateau(0.9) };
        Assert.Equal(
            "Only a learning rate can follow a metric, but Beta1 is 'plateau(0.9, factor 0.1, patience 10, threshold 0.0001)'; give it a schedule without 'plateau'.",
            Assert.Throws<DescentException>(() => Optimizer.For([parameter], method)).Message);
    }

    private static Optimizer New(string name, Schedule? factor = null)
    {
        var plateau = Schedule.ReduceOnPlateau(0.1, 0.5, patience: 1);
        return Optimizer.For(
            [new Parameter<float>("w", new float[] { 1, 2 }, new float[] { 1, 1 })],
            Catalogue.Parse(name) with { LearningRate = factor is null ? plateau : plateau.Times(factor) });
    }
}
