using Descent.Engine;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>Scalar transcriptions of methods that are given estimates of curvature.</summary>
public class CurvatureTwinTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(0.5, 1, 0.1)]
    [InlineData(0.7, 3, 0)]
    [TwinOf("adahessian")]
    public void AdaHessian_follows_algorithm_1(double k, int every, double decay)
    {
        var (m, v) = (new double[7], new double[7]);
        var estimates = 0;
        double[] estimate = [];
        Twin.Follow(
            FormattableString.Invariant($"adahessian(learning_rate=0.05, beta1=0.8, beta2=0.95, epsilon=0.01, hessian_power={k}, weight_decay={decay})"),
            [7],
            (t, theta, g) =>
            {
                for (var i = 0; i < 7; i++)
                {
                    m[i] = (0.8 * m[i]) + (0.2 * g[i]);
                    var mHat = m[i] / (1 - Math.Pow(0.8, t));
                    var root = Math.Sqrt(v[i] / (1 - Math.Pow(0.95, estimates)));
                    theta[i] -= 0.05 * ((mHat / (Math.Pow(root, k) + 0.01)) + (decay * theta[i]));
                }
            },
            1e-9,
            (parameter, optimizer, t) =>
            {
                if (t % every == 0 || t == 1)
                {
                    estimate = [.. Enumerable.Range(0, 7).Select(i => Math.Cos((3 * t) + i) * (i + 1))];
                    parameter.CurvatureEstimate = estimate;
                    optimizer.UpdateCurvature();
                    estimates++;
                    for (var i = 0; i < 7; i++)
                    {
                        v[i] = (0.95 * v[i]) + (0.05 * estimate[i] * estimate[i]);
                    }
                }
            });
    }

    [Fact]
    public void Estimates_with_and_without_the_batch_size_are_the_same()
    {
        var values = new[] { new float[5], new float[5] };
        for (var form = 0; form < 2; form++)
        {
            var parameter = new Parameter<float>("w", values[form], new float[] { 1, -2, 3, 0, 1e-3f });
            var optimizer = Optimizer.For([parameter], new SophiaG { BatchSize = form == 0 ? 1 : 64, Rho = 4 });
            for (var step = 0; step < 4; step++)
            {
                parameter.CurvatureEstimate = Enumerable.Range(1, 5).Select(i => (form == 0 ? 64f : 1) * i * i * (step + 1) / 256).ToArray();
                optimizer.UpdateCurvature();
                optimizer.Step();
            }
        }

        Assert.Equal(values[0], values[1]);
    }

    [Theory]
    [InlineData("sophia")]
    [InlineData("sophia_g")]
    public void Before_the_first_estimate_the_direction_is_a_sign(string name)
    {
        var parameter = new Parameter<double>("w", new double[3], new[] { 4.0, -1e-3, 0 });
        Optimizer.For([parameter], Catalogue.Parse(name) with { LearningRate = 0.5, WeightDecay = 0 }).Step();
        Assert.Equal([-0.5, 0.5, 0], parameter.Values.ToArray());
    }

    [Fact]
    public void Parameters_without_an_estimate_and_other_methods_are_left_alone()
    {
        Parameter<double>[] parameters = [new("a", new[] { 1.0 }, new[] { 1.0 }), new("b", new[] { 1.0 }, new[] { 1.0 })];
        var optimizer = Optimizer.For(parameters, [new ParameterGroup(new Sophia(), "a"), new ParameterGroup(new AdamW { WeightDecay = 0 })]);
        parameters[1].CurvatureEstimate = new[] { 2.0 };
        optimizer.UpdateCurvature();
        optimizer.Step();
        Assert.Equal(1 - 1e-3, parameters[0].Values.Span[0], 1e-15);
        Assert.Equal(1 - 1e-3, parameters[1].Values.Span[0], 1e-9);
    }
}
