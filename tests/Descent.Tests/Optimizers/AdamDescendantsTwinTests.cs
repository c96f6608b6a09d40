namespace Descent.Tests.Optimizers;

/// <summary>Transcriptions of methods in Adam's line, in plain loops after the papers.</summary>
public class AdamDescendantsTwinTests
{
    [Theory]
    [InlineData(0.5, true, false)]
    [InlineData(0.25, true, false)]
    [InlineData(0.125, true, false)]
    [InlineData(0.0625, false, true)]
    [InlineData(0.3, true, true)]
    [InlineData(0.3, false, false)]
    [TwinOf("padam")]
    public void Padam(double p, bool amsGrad, bool corrected)
    {
        var (m, v, largest) = (new double[13], new double[13], new double[13]);
        Twin.Follow(
            $"padam(learning_rate=0.02, exponent={p}, beta2=0.9, ams_grad={amsGrad}, bias_correction={corrected}, weight_decay=0.1)",
            [13],
            (t, theta, g) =>
            {
                for (var i = 0; i < theta.Length; i++)
                {
                    var gradient = g[i] + (0.1 * theta[i]);
                    m[i] = (0.9 * m[i]) + (0.1 * gradient);
                    v[i] = (0.9 * v[i]) + (0.1 * gradient * gradient);
                    largest[i] = Math.Max(largest[i], v[i]);
                    var (first, second) = (m[i], amsGrad ? largest[i] : v[i]);
                    if (corrected)
                    {
                        (first, second) = (first / (1 - Math.Pow(0.9, t)), second / (1 - Math.Pow(0.9, t)));
                    }

                    theta[i] -= 0.02 * first / Math.Pow(Math.Sqrt(second) + 1e-8, 2 * p);
                }
            });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [TwinOf("diffgrad")]
    public void DiffGrad(bool decoupled)
    {
        var (m, v, previous) = (new double[11], new double[11], new double[11]);
        Twin.Follow($"diffgrad(learning_rate=0.01, beta1=0.8, beta2=0.95, epsilon=1e-6, weight_decay=0.1, decoupled={decoupled})", [11], (t, theta, g) =>
        {
            for (var i = 0; i < theta.Length; i++)
            {
                var gradient = g[i] + (decoupled ? 0 : 0.1 * theta[i]);
                m[i] = (0.8 * m[i]) + (0.2 * gradient);
                v[i] = (0.95 * v[i]) + (0.05 * gradient * gradient);
                var friction = 1 / (1 + Math.Exp(-Math.Abs(previous[i] - gradient)));
                previous[i] = gradient;
                var step = 0.01 * friction * (m[i] / (1 - Math.Pow(0.8, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.95, t))) + 1e-6);
                theta[i] = ((1 - (decoupled ? 0.01 * 0.1 : 0)) * theta[i]) - step;
            }
        });
    }

    [Theory]
    [InlineData(0.9, 0.999)]
    [InlineData(0.9, 0.4)]
    [TwinOf("laprop")]
    public void LaProp(double mu, double nu)
    {
        var (m, n) = (new double[9], new double[9]);
        Twin.Follow($"laprop(learning_rate=0.01, beta1={mu}, beta2={nu}, weight_decay=0.05)", [3, 3], (t, theta, g) =>
        {
            for (var i = 0; i < theta.Length; i++)
            {
                n[i] = (nu * n[i]) + ((1 - nu) * g[i] * g[i]);
                m[i] = (mu * m[i]) + ((1 - mu) * g[i] / (Math.Sqrt(n[i] / (1 - Math.Pow(nu, t))) + 1e-15));
                theta[i] -= 0.01 * ((m[i] / (1 - Math.Pow(mu, t))) + (0.05 * theta[i]));
            }
        });
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0)]
    [TwinOf("madgrad")]
    public void Madgrad(double momentum)
    {
        var (s, v) = (new double[10], new double[10]);
        double[]? start = null;
        Twin.Follow($"madgrad(learning_rate=0.02, momentum={momentum}, weight_decay=0.01)", [2, 5], (t, theta, g) =>
        {
            start ??= [.. theta];
            for (var i = 0; i < theta.Length; i++)
            {
                var gradient = g[i] + (0.01 * theta[i]);
                var weight = 0.02 * Math.Sqrt(t);
                s[i] += weight * gradient;
                v[i] += weight * gradient * gradient;
                var z = start[i] - (s[i] / (Math.Cbrt(v[i]) + 1e-6));
                theta[i] = (momentum * theta[i]) + ((1 - momentum) * z);
            }
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [TwinOf("stable_adamw")]
    public void StableAdamW(double decay)
    {
        var (v, u) = (new double[12], new double[12]);
        Twin.Follow($"stable_adamw(learning_rate=0.01, weight_decay={decay}, beta2=0.95, epsilon=1e-4)", [4, 3], (t, theta, g) =>
        {
            var beta1 = 0.9 * (1 - Math.Pow(0.9, t - 1)) / (1 - Math.Pow(0.9, t));
            var beta2 = 0.95 * (1 - Math.Pow(0.95, t - 1)) / (1 - Math.Pow(0.95, t));
            var sum = 0.0;
            for (var i = 0; i < theta.Length; i++)
            {
                v[i] = (beta1 * v[i]) + ((1 - beta1) * g[i]);
                u[i] = (beta2 * u[i]) + ((1 - beta2) * g[i] * g[i]);
                sum += g[i] * g[i] / Math.Max(u[i], 1e-8);
            }

            var rate = 0.01 / Math.Max(1, Math.Sqrt(sum / theta.Length));
            for (var i = 0; i < theta.Length; i++)
            {
                theta[i] = theta[i] - (rate * decay * theta[i]) - (rate * v[i] / (Math.Sqrt(u[i]) + 1e-4));
            }
        });
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(1, 15)]
    [TwinOf("adam_mini")]
    public void AdamMini(int rows, int columns)
    {
        var (m, v) = (new double[rows * columns], new double[rows]);
        Twin.Follow("adam_mini(learning_rate=0.01, weight_decay=0.1, beta2=0.95)", rows == 1 ? [columns] : [rows, columns], (t, theta, g) =>
        {
            for (var row = 0; row < rows; row++)
            {
                var squares = 0.0;
                for (var i = row * columns; i < (row + 1) * columns; i++)
                {
                    squares += g[i] * g[i];
                }

                v[row] = (0.95 * v[row]) + (0.05 * squares / columns);
                var root = Math.Sqrt(v[row] / (1 - Math.Pow(0.95, t))) + 1e-8;
                for (var i = row * columns; i < (row + 1) * columns; i++)
                {
                    m[i] = (0.9 * m[i]) + (0.1 * g[i]);
                    theta[i] = (theta[i] * (1 - (0.01 * 0.1))) - (0.01 * (m[i] / (1 - Math.Pow(0.9, t))) / root);
                }
            }
        });
    }

    /// <summary>Nesterov, which no file of the reference covers: there the momentum is not projected, only the step.</summary>
    [Fact]
    [TwinOf("sgdp")]
    public void SgdpWithNesterov()
    {
        const int Rows = 4;
        const int Columns = 3;
        var b = new double[Rows * Columns];
        Twin.Follow(
            "sgdp(learning_rate=0.01, dampening=0.2, delta=0.6, weight_decay=0.1, weight_decay_ratio=0.3, nesterov=true)",
            [Rows, Columns],
            (t, theta, g) =>
            {
                var u = new double[b.Length];
                for (var i = 0; i < b.Length; i++)
                {
                    b[i] = (0.9 * b[i]) + (0.8 * g[i]);
                    u[i] = g[i] + (0.9 * b[i]);
                }

                var ratio = 1.0;
                foreach (var rows in new[] { Rows, 1 })
                {
                    var length = b.Length / rows;
                    if (ratio == 1 && Enumerable.Range(0, rows).Max(row => Cosine(g, theta, row * length, length)) < 0.6 / Math.Sqrt(length))
                    {
                        ratio = 0.3;
                        for (var row = 0; row < rows; row++)
                        {
                            var norm = Math.Sqrt(Dot(theta, theta, row * length, length)) + 1e-8;
                            var along = Dot(theta, u, row * length, length) / (norm * norm);
                            for (var i = row * length; i < (row + 1) * length; i++)
                            {
                                u[i] -= along * theta[i];
                            }
                        }
                    }
                }

                for (var i = 0; i < theta.Length; i++)
                {
                    theta[i] = (theta[i] * (1 - (0.01 * 0.1 * ratio / (1 - 0.9)))) - (0.01 * u[i]);
                }
            },
            tolerance: 1e-9);
    }

    private static double Dot(double[] a, double[] b, int start, int length) =>
        Enumerable.Range(start, length).Sum(i => a[i] * b[i]);

    private static double Cosine(double[] a, double[] b, int start, int length) =>
        Math.Abs(Dot(a, b, start, length))
            / (Math.Sqrt(Dot(a, a, start, length)) + 1e-8)
            / (Math.Sqrt(Dot(b, b, start, length)) + 1e-8);
}
