using Descent.Engine;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>Scalar transcriptions of the methods that estimate the size of their steps.</summary>
public class LearningRateFreeTwinTests
{
    [Theory]
    [InlineData(1, 0, double.PositiveInfinity, 0, 1e-6)]
    [InlineData(0.5, 0.9, 1.1, 0.02, 1e-2)]
    [TwinOf("dadapt_sgd")]
    public void D_adapted_sgd_follows_the_paper(double lr, double mu, double growth, double decay, double d0)
    {
        double d = d0, numerator = 0, firstNorm = 0;
        var (s, start) = (new double[7], new double[7]);
        Twin.Follow(
            FormattableString.Invariant($"dadapt_sgd(learning_rate={lr}, momentum={mu}, growth_rate={growth}, weight_decay={decay}, initial_distance={d0})"),
            [7],
            (t, theta, g) =>
            {
                if (t == 1)
                {
                    theta.CopyTo(start, 0);
                }

                double squared = 0;
                for (var i = 0; i < 7; i++)
                {
                    g[i] += decay * theta[i];
                    squared += g[i] * g[i];
                }

                firstNorm = t == 1 ? Math.Sqrt(squared) : firstNorm;
                var lambda = d * lr / firstNorm;
                double length = 0;
                for (var i = 0; i < 7; i++)
                {
                    numerator += lambda * g[i] * s[i];
                    s[i] += lambda * g[i];
                    length += s[i] * s[i];
                }

                d = Math.Max(d, Math.Min(2 * numerator / Math.Sqrt(length), d * growth));
                for (var i = 0; i < 7; i++)
                {
                    theta[i] = (mu * theta[i]) + ((1 - mu) * (start[i] - s[i]));
                }
            },
            1e-9);
    }

    [Theory]
    [InlineData("dog", 1, 1e-6, 1e-8, 0, false)]
    [InlineData("dog", 0.5, 1e-2, 1, 0.01, true)]
    [InlineData("dowg", 1, 1e-4, 1e-8, 0, false)]
    [InlineData("dowg", 0.5, 1e-2, 0.1, 0.01, true)]
    [TwinOf("dog")]
    [TwinOf("dowg")]
    public void Distance_over_gradients_follows_the_paper(string name, double lr, double rho, double epsilon, double decay, bool perTensor)
    {
        double largest = 0, sum = name == "dog" ? epsilon : 0;
        var start = new double[7];
        Twin.Follow(
            FormattableString.Invariant($"{name}(learning_rate={lr}, relative_initial_distance={rho}, epsilon={epsilon}, weight_decay={decay}, per_tensor={perTensor})"),
            [7],
            (t, theta, g) =>
            {
                if (t == 1)
                {
                    theta.CopyTo(start, 0);
                    largest = rho * (1 + Math.Sqrt(theta.Sum(x => x * x)));
                }

                var squared = 0.0;
                for (var i = 0; i < 7; i++)
                {
                    g[i] += decay * theta[i];
                    squared += g[i] * g[i];
                }

                largest = Math.Max(largest, Math.Sqrt(theta.Zip(start, (x, x0) => (x - x0) * (x - x0)).Sum()));
                double rate;
                if (name == "dog")
                {
                    sum += squared;
                    rate = largest / Math.Sqrt(sum);
                }
                else
                {
                    sum += largest * largest * squared;
                    rate = largest * largest / (Math.Sqrt(sum) + epsilon);
                }

                for (var i = 0; i < 7; i++)
                {
                    theta[i] -= lr * rate * g[i];
                }
            },
            1e-9);
    }

    [Fact]
    public void One_estimate_serves_the_group_unless_every_tensor_has_its_own()
    {
        foreach (var perTensor in new[] { false, true })
        {
            Parameter<double>[] parameters = [new("a", new[] { 3.0 }, new[] { 1.0 }), new("b", new[] { 4.0 }, new[] { 2.0 })];
            Optimizer.For(parameters, new Dog { PerTensor = perTensor, RelativeInitialDistance = 1, Epsilon = 1e-300 }).Step();

            // Together: r = 1 + 5 and the root of G is that of 1 + 4; alone: r = 1 + 3 and 1 + 4, the root of G is |g|.
            var together = 6 / Math.Sqrt(5);
            Assert.Equal(perTensor ? 3.0 - 4 : 3 - together, parameters[0].Values.Span[0], 1e-12);
            Assert.Equal(perTensor ? 4.0 - 5 : 4 - (2 * together), parameters[1].Values.Span[0], 1e-12);
        }
    }

    [Fact]
    public void A_step_without_any_gradient_leaves_the_estimate_alone()
    {
        var parameter = new Parameter<double>("a", new[] { 3.0, -2.0 }, new[] { 1.0, 0.5 });
        var optimizer = Optimizer.For([parameter], new Prodigy());
        optimizer.Step();
        optimizer.Step();
        var (d, r, k) = (optimizer.GroupNumber("d"), optimizer.GroupNumber("r"), optimizer.GroupNumber("k"));
        parameter.HasGradient = false;
        optimizer.Step();
        Assert.Equal((d, r, k), (optimizer.GroupNumber("d"), optimizer.GroupNumber("r"), optimizer.GroupNumber("k")));
    }
}
