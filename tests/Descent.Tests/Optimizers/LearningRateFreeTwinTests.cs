using Descent.Engine;
using Descent.Optimizers;
using Descent.TestSupport;

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
            FormattableString.Invariant($"dadapt_sgd(learning_rate={lr}, momentum={mu}, growth_rate={growth}, weight_decay={decay}, d0={d0})"),
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
            FormattableString.Invariant($"{name}(learning_rate={lr}, reps_rel={rho}, epsilon={epsilon}, weight_decay={decay}, per_tensor={perTensor})"),
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
            Optimizer.For(parameters, new Dog { PerTensor = perTensor, RepsRel = 1, Epsilon = 1e-300 }).Step();

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

    /// <summary>
    /// From d₀ = 1e-6 the parameters move by a few units of their last float, so that x₀ − θ has hardly a digit: the authors'
    /// formulas in float end 2.5e-3 away from the same in double, which is why that file is followed in float here.
    /// </summary>
    [Fact]
    public void Prodigy_in_float_follows_its_own_transcription_in_float()
    {
        var golden = TestSupport.Golden.Read(Path.Combine(TestSupport.Golden.Folders[0], "optimizers", "prodigy__quadratic.json"));
        var parameters = golden["parameters"]!.AsArray().Select(item => new Parameter<float>(
            item!["name"]!.GetValue<string>(), TestSupport.Golden.Numbers(item["initial"]).Select(x => (float)x).ToArray())).ToArray();
        var optimizer = Optimizer.For(parameters, new Prodigy());
        var theta = parameters.Select(parameter => parameter.Values.ToArray()).ToArray();
        var start = theta.Select(values => values.ToArray()).ToArray();
        float[][] Zeros() => [.. theta.Select(values => new float[values.Length])];
        var (m, v, s) = (Zeros(), Zeros(), Zeros());
        double d = 1e-6, largest = 1e-6, numerator = 0;
        var beta3 = Math.Sqrt(0.999);
        var differ = new Differ(2e-5);
        foreach (var step in golden["steps"]!.AsArray())
        {
            var gradients = parameters.Select(parameter => TestSupport.Golden.Numbers(step!["gradients"]![parameter.Name]).Select(x => (float)x).ToArray()).ToArray();
            double denominator = 0, before = d;
            numerator *= beta3;
            for (var p = 0; p < theta.Length; p++)
            {
                for (var i = 0; i < theta[p].Length; i++)
                {
                    var g = gradients[p][i];
                    numerator += before / 1e-6 * before * (g * (start[p][i] - theta[p][i]));
                    m[p][i] = (0.9f * m[p][i]) + ((float)(before * 0.1) * g);
                    v[p][i] = (0.999f * v[p][i]) + ((float)(before * before * 0.001) * (g * g));
                    s[p][i] = ((float)beta3 * s[p][i]) + ((float)(before / 1e-6 * before) * g);
                    denominator += Math.Abs(s[p][i]);
                }
            }

            var estimate = numerator / denominator;
            largest = Math.Max(largest, estimate);
            d = largest;
            for (var p = 0; p < theta.Length; p++)
            {
                for (var i = 0; i < theta[p].Length; i++)
                {
                    theta[p][i] -= (float)before * (m[p][i] / (MathF.Sqrt(v[p][i]) + (float)(d * 1e-8)));
                }

                parameters[p].Gradient = gradients[p];
            }

            optimizer.Step();
            for (var p = 0; p < theta.Length; p++)
            {
                differ.Compare([.. theta[p].Select(x => (double)x)], [.. parameters[p].Values.ToArray().Select(x => (double)x)], $"step {step!["step"]}");
            }
        }

        differ.AssertClose();
    }
}
