using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.TestSupport;

namespace Descent.Tests.Optimizers;

public class MemoryLeanTwinTests
{
    /// <summary>Luo et al., Algorithm 2, as in the authors' code: the last two axes, slice by slice; vectors as they are.</summary>
    [Theory]
    [TwinOf("came")]
    [InlineData("came", new[] { 7, 5 }, 2e-4, 0.9, 0.999, 0.9999, 1e-30, 1e-16, 1, 0)]
    [InlineData("came(learning_rate=0.01, beta1=0.5, beta2=0.9, beta3=0.95, epsilon1=0.001, epsilon2=0.01, clip_threshold=0.3, weight_decay=0.1)", new[] { 3, 4, 6 }, 0.01, 0.5, 0.9, 0.95, 0.001, 0.01, 0.3, 0.1)]
    [InlineData("came(learning_rate=0.01, beta1=0, weight_decay=0.1)", new[] { 70, 3 }, 0.01, 0, 0.999, 0.9999, 1e-30, 1e-16, 1, 0.1)]
    [InlineData("came(learning_rate=0.01, clip_threshold=0.5)", new[] { 2, 1500 }, 0.01, 0.9, 0.999, 0.9999, 1e-30, 1e-16, 0.5, 0)]
    [InlineData("came(learning_rate=0.01)", new[] { 2, 70, 500 }, 0.01, 0.9, 0.999, 0.9999, 1e-30, 1e-16, 1, 0)]
    [InlineData("came(learning_rate=0.01, weight_decay=0.1)", new[] { 11 }, 0.01, 0.9, 0.999, 0.9999, 1e-30, 1e-16, 1, 0.1)]
    public void Came(string text, int[] shape, double rate, double beta1, double beta2, double beta3, double epsilon1, double epsilon2, double threshold, double decay)
    {
        var matrix = shape.Length > 1;
        var (rows, columns) = matrix ? (shape[^2], shape[^1]) : (shape[0], 1);
        var length = shape.Aggregate(1, (a, b) => a * b);
        var slices = length / (rows * columns);
        var (r, c, s, q) = (new double[slices, rows], new double[slices, columns], new double[slices, rows], new double[slices, columns]);
        var (v, m) = (new double[length], new double[length]);
        Twin.Follow(text, shape, tolerance: 1e-9, twin: (_, theta, g) =>
        {
            var update = matrix
                ? Divided(g, r, c, Moved(g, r, c, beta2, epsilon1))
                : [.. g.Select((x, i) => x / Math.Sqrt(v[i] = (beta2 * v[i]) + ((1 - beta2) * ((x * x) + epsilon1))))];
            var rms = Math.Sqrt(update.Sum(x => x * x) / length);
            for (var i = 0; i < length; i++)
            {
                update[i] /= Math.Max(1, rms / threshold);
                m[i] = (beta1 * m[i]) + ((1 - beta1) * update[i]);
            }

            var direction = m;
            if (matrix)
            {
                var difference = update.Zip(m, (x, mean) => x - mean).ToArray();
                direction = Divided(m, s, q, Moved(difference, s, q, beta3, epsilon2));
            }

            for (var i = 0; i < length; i++)
            {
                theta[i] = theta[i] - (rate * decay * theta[i]) - (rate * direction[i]);
            }
        });

        bool Moved(double[] x, double[,] byRow, double[,] byColumn, double beta, double epsilon)
        {
            for (var slice = 0; slice < slices; slice++)
            {
                for (var i = 0; i < rows; i++)
                {
                    var mean = Enumerable.Range(0, columns).Average(j => Square(x[At(slice, i, j)]) + epsilon);
                    byRow[slice, i] = (beta * byRow[slice, i]) + ((1 - beta) * mean);
                }

                for (var j = 0; j < columns; j++)
                {
                    var mean = Enumerable.Range(0, rows).Average(i => Square(x[At(slice, i, j)]) + epsilon);
                    byColumn[slice, j] = (beta * byColumn[slice, j]) + ((1 - beta) * mean);
                }
            }

            return true;
        }

        double[] Divided(double[] x, double[,] byRow, double[,] byColumn, bool moved)
        {
            Assert.True(moved);
            var result = new double[length];
            for (var slice = 0; slice < slices; slice++)
            {
                var mean = Enumerable.Range(0, rows).Average(i => byRow[slice, i]);
                for (var i = 0; i < rows; i++)
                {
                    for (var j = 0; j < columns; j++)
                    {
                        result[At(slice, i, j)] = x[At(slice, i, j)] / (Math.Sqrt(byRow[slice, i] / mean) * Math.Sqrt(byColumn[slice, j]));
                    }
                }
            }

            return result;
        }

        int At(int slice, int i, int j) => (((slice * rows) + i) * columns) + j;

        static double Square(double x) => x * x;
    }

    /// <summary>Anil et al., Algorithm SM3-II with a cover by the indices of each axis; momentum and β as in the port to PyTorch.</summary>
    [Theory]
    [TwinOf("sm3")]
    [InlineData("sm3", new[] { 7, 5 }, 0.1, 0, 0, 1e-30, 0)]
    [InlineData("sm3(momentum=0.9)", new[] { 70, 3 }, 0.1, 0.9, 0, 1e-30, 0)]
    [InlineData("sm3(beta=0.9, epsilon=0.01)", new[] { 4, 3, 2, 2 }, 0.1, 0, 0.9, 0.01, 0)]
    [InlineData("sm3(learning_rate=0.02, momentum=0.5, beta=0.5, weight_decay=0.1)", new[] { 2, 1, 900 }, 0.02, 0.5, 0.5, 1e-30, 0.1)]
    [InlineData("sm3(momentum=0.5, beta=0.5, weight_decay=0.1)", new[] { 13 }, 0.1, 0.5, 0.5, 1e-30, 0.1)]
    [InlineData("sm3", new[] { 13 }, 0.1, 0, 0, 1e-30, 0)]
    public void Sm3(string text, int[] shape, double rate, double momentum, double beta, double epsilon, double decay)
    {
        var length = shape.Aggregate(1, (a, b) => a * b);
        var accumulators = shape.Select(size => new double[size]).ToArray();
        var m = new double[length];
        Twin.Follow(text, shape, tolerance: 1e-9, twin: (_, theta, g) =>
        {
            var next = shape.Select(size => new double[size]).ToArray();
            for (var i = 0; i < length; i++)
            {
                var indices = Indices(i);
                var nu = indices.Select((index, axis) => accumulators[axis][index]).Min();
                nu = beta > 0 ? (beta * nu) + ((1 - beta) * g[i] * g[i]) : nu + (g[i] * g[i]);
                for (var axis = 0; axis < shape.Length; axis++)
                {
                    next[axis][indices[axis]] = Math.Max(next[axis][indices[axis]], nu);
                }

                m[i] = (momentum * m[i]) + ((1 - momentum) * g[i] / Math.Sqrt(nu + epsilon));
                theta[i] = theta[i] - (rate * decay * theta[i]) - (rate * m[i]);
            }

            accumulators = next;
        });

        int[] Indices(int place)
        {
            var indices = new int[shape.Length];
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                (place, indices[axis]) = Math.DivRem(place, shape[axis]);
            }

            return indices;
        }
    }

    /// <summary>What wraps a factored method, against the method itself on gradients and directions that were prepared by hand.</summary>
    [Theory]
    [InlineData("adafactor", new[] { 130, 40 })]
    [InlineData("adafactor(beta1=0.8)", new[] { 3, 2, 5, 4 })]
    [InlineData("adafactor(beta1=0.8, minimum_dimension_to_factor=5)", new[] { 9, 8, 3, 3 })]
    [InlineData("adafactor(minimum_dimension_to_factor=100)", new[] { 9, 8 })]
    [InlineData("came(learning_rate=0.01)", new[] { 6, 1400 })]
    [InlineData("sm3(momentum=0.5)", new[] { 5, 4, 3 })]
    public void Wrappers_center_and_mask(string inner, int[] shape)
    {
        var random = new SeededRandom(4);
        var length = shape.Aggregate(1, (a, b) => a * b);
        var start = Enumerable.Range(0, length).Select(_ => random.NextNormal()).ToArray();
        var plain = New($"gradient_centralization(inner={inner})", out var centered);
        var byHand = New(inner, out var expected);
        var cautious = New($"cautious(inner={inner})", out var masked);
        var free = New(inner, out var unmasked);
        var differ = new Differ(1e-9);
        for (var step = 0; step < 5; step++)
        {
            var g = Enumerable.Range(0, length).Select(_ => 1 + random.NextNormal()).ToArray();
            var row = length / shape[0];
            plain.Step(g);
            byHand.Step([.. g.Select((x, i) => x - g.Skip(i / row * row).Take(row).Average())]);
            differ.Compare(expected, centered, $"centered, step {step}");

            // From the same parameters the directions are the same; the state does not see the mask.
            var before = masked.ToArray();
            masked.CopyTo(unmasked, 0);
            cautious.Step(g);
            free.Step(g);
            var kept = Enumerable.Range(0, length).Count(i => (before[i] - unmasked[i]) * g[i] > 0);
            var wanted = before.Select((x, i) => (x - unmasked[i]) * g[i] > 0 ? x - ((x - unmasked[i]) * length / (kept + 1.0)) : x).ToArray();
            differ.Compare(wanted, masked, $"masked, step {step}");
        }

        differ.AssertClose();

        Stepper New(string text, out double[] theta)
        {
            theta = start.ToArray();
            return new Stepper(new Parameter<double>("theta", theta, shape: shape), text);
        }
    }

    [Theory]
    [InlineData("adafactor", 0.01)]
    [InlineData("adafactor(beta1=0.9)", 1.01)]
    [InlineData("came", 1.01)]
    [InlineData("sm3", 0.01)]
    public void State_is_smaller_than_the_parameter(string text, double most) =>
        Assert.InRange(Catalogue.Parse(text).MethodFor([1000, 1000]).Rule.State.Sum(slot => slot.ShapeOf([1000, 1000]).Aggregate(1.0, (a, b) => a * b)) / 1e6, 0, most);

    [Theory]
    [InlineData("adafactor", "R", new[] { 2, 3 }, "C", new[] { 2, 4 })]
    [InlineData("adafactor(minimum_dimension_to_factor=1)", "R", new[] { 2, 4 }, "C", new[] { 3, 4 })]
    [InlineData("came", "S", new[] { 2, 3 }, "Q", new[] { 2, 4 })]
    [InlineData("sm3", "mu0", new[] { 2 }, "mu2", new[] { 4 })]
    public void Factors_are_saved_with_their_shapes(string text, string first, int[] firstShape, string second, int[] secondShape)
    {
        var file = new Descent.State.TensorFile();
        var optimizer = Optimizer.For([new Parameter<float>("w", new float[24], new float[24], [2, 3, 4])], Catalogue.Parse(text));
        optimizer.Step();
        Descent.State.OptimizerState.Save(optimizer, file);
        Assert.Equal(firstShape, file[$"optimizer.w.{first}"].Shape.ToArray());
        Assert.Equal(secondShape, file[$"optimizer.w.{second}"].Shape.ToArray());
    }

    /// <summary>NaN reaches the parameter, and nothing hangs; gradients that are 0 leave it finite.</summary>
    [Theory]
    [InlineData("adafactor")]
    [InlineData("came")]
    [InlineData("sm3")]
    [InlineData("cautious(inner=came)")]
    public void Gradients_that_are_not_numbers_pass_and_zeros_do_not_divide(string text)
    {
        foreach (var shape in new[] { new[] { 6 }, [2, 3], [1, 6], [6, 1], [1, 2, 3] })
        {
            var gradient = new float[6];
            var theta = new float[] { 1, 2, 3, 4, 5, 6 };
            var optimizer = Optimizer.For([new Parameter<float>("w", theta, gradient, shape)], Catalogue.Parse(text));
            optimizer.Step();
            gradient[2] = 1e8f;
            optimizer.Step();
            gradient[2] = 0;
            optimizer.Step();
            Assert.All(theta, value => Assert.True(float.IsFinite(value), $"{text}, {string.Join('×', shape)}: {value}"));
            gradient[1] = float.NaN;
            optimizer.Step();
            Assert.True(text.StartsWith("cautious", StringComparison.Ordinal) || float.IsNaN(theta[1]));
        }
    }

    [Theory]
    [InlineData("adafactor")]
    [InlineData("adafactor(minimum_dimension_to_factor=1)")]
    [InlineData("came")]
    [InlineData("sm3")]
    [InlineData("cautious(inner=gradient_centralization(inner=adafactor))")]
    public void Tensors_of_no_axes_and_of_no_elements_are_stepped(string text)
    {
        foreach (int[] shape in new[] { [], [0], [0, 5], [3, 0], [2, 0, 3], [1, 1], new[] { 1, 1, 1, 1 } })
        {
            var theta = new double[shape.Aggregate(1, (a, b) => a * b)];
            var optimizer = Optimizer.For([new Parameter<double>("w", theta, theta.Select(_ => 1.0).ToArray(), shape)], Catalogue.Parse(text));
            optimizer.Step();
            optimizer.Step();
            Assert.All(theta, value => Assert.True(double.IsFinite(value) && value <= 0));
        }
    }

    [Fact]
    public void Equations_are_those_of_the_papers()
    {
        Assert.Equal(
            [
                "ρ = min(η, 1/√t)",
                "α = max(ε₂, RMS(θ))·ρ",
                "β₂ₜ = 1 − t^c",
                "R ← β₂ₜ·R + (1 − β₂ₜ)·mean_j(g² + ε₁)",
                "C ← β₂ₜ·C + (1 − β₂ₜ)·mean_i(g² + ε₁)",
                "V = R·Cᵀ/mean(R)",
                "U = g/√V",
                "Û = U/max(1, RMS(U)/D)",
                "u = Û",
                "θ ← θ − (α·u + α·λ·θ)",
            ],
            Catalogue.Find("adafactor").Equations);
        Assert.Equal(
            ["ν = β·min(μ₀, μ₁) + (1 − β)·g²", "μ₀ ← max of ν over all axes but 0", "μ₁ ← max of ν over all axes but 1", "U = g/√(ν + ε)", "m ← γ·m + (1 − γ)·U", "u = m", "θ ← θ − (η·u + η·λ·θ)"],
            MethodEntry.EquationsOf(new Sm3 { Momentum = 0.9, Beta = 0.5 }));
        Assert.Contains("φ = N/(n + 1), n of N coordinates kept", MethodEntry.EquationsOf(new Cautious(new Came())));
        Assert.Contains("s = (κ·‖θ‖/(‖g‖ + λ·‖θ‖ + ε))·(g + λ·θ)", Catalogue.Find("lars").Equations);
    }

    private sealed class Stepper(Parameter<double> parameter, string text)
    {
        private readonly Optimizer optimizer = Optimizer.For([parameter], Catalogue.Parse(text));

        public void Step(double[] gradient)
        {
            parameter.Gradient = gradient;
            optimizer.Step();
        }
    }
}
