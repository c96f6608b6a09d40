namespace Descent.Tests.Optimizers;

/// <summary>Transcriptions of the methods of one coordinate at a time for which there is no reference trajectory.</summary>
public class ElementWiseTwinTests
{
    private static readonly int[] Shape = [4, 3];

    [Theory]
    [TwinOf("aggmo")]
    [InlineData(1, 0.1)]
    [InlineData(2, 0.1)]
    [InlineData(3, 0.1)]
    [InlineData(4, 0.2)]
    [InlineData(5, 0.3)]
    public void AggMo_follows_section_3(int velocities, double a)
    {
        const double Gamma = 0.05;
        var v = new double[velocities][];
        for (var i = 0; i < velocities; i++)
        {
            v[i] = new double[12];
        }

        Twin.Follow($"aggmo(learning_rate={Gamma}, velocities={velocities}, base={a})", Shape, (_, theta, g) =>
        {
            for (var j = 0; j < theta.Length; j++)
            {
                var sum = 0.0;
                for (var i = 0; i < velocities; i++)
                {
                    v[i][j] = ((1 - Math.Pow(a, i)) * v[i][j]) - g[j];
                    sum += v[i][j];
                }

                theta[j] += Gamma / velocities * sum;
            }
        });
    }

    [Theory]
    [TwinOf("ftrl")]
    [InlineData(-0.5, 0, 0, 0, 0.1, 0)]
    [InlineData(-0.5, 0.7, 0.02, 1, 0.1, 0)]
    [InlineData(-0.5, 0.7, 0, 0, 0, 0.05)]
    [InlineData(-0.8, 0.3, 0.1, 0.5, 0.2, 0)]
    public void Ftrl_follows_Algorithm_1_with_the_options_of_TensorFlow(double power, double l1, double l2, double beta, double start, double decay)
    {
        const double Alpha = 0.4;
        var z = new double[12];
        var n = Enumerable.Repeat(start, 12).ToArray();
        Twin.Follow(
            $"ftrl(learning_rate={Alpha}, learning_rate_power={power}, l1={l1}, l2={l2}, beta={beta}, initial_accumulator={start}, weight_decay={decay})",
            Shape,
            (_, theta, g) =>
            {
                for (var j = 0; j < theta.Length; j++)
                {
                    var gradient = g[j] + (decay * theta[j]);
                    var before = Math.Pow(n[j], -power);
                    n[j] += gradient * gradient;
                    var after = Math.Pow(n[j], -power);
                    z[j] += gradient - ((after - before) / Alpha * theta[j]);
                    theta[j] = Math.Abs(z[j]) <= l1
                        ? 0
                        : ((Math.Sign(z[j]) * l1) - z[j]) / (((beta + after) / Alpha) + (2 * l2));
                }
            },
            tolerance: 1e-9);
    }

    /// <summary>The paper's sum of all past losses and of the proximal terms, solved anew at every step, under a rate that rises from 0 and falls.</summary>
    [Fact]
    [TwinOf("ftrl")]
    public void Ftrl_minimizes_the_papers_sum_under_a_schedule()
    {
        const double L1 = 0.2;
        const double Start = 0.1;
        var sumOfGradients = new double[12];
        var n = Enumerable.Repeat(Start, 12).ToArray();
        var inverseRate = new double[12];
        var centres = new double[12];
        Twin.Follow(
            $"ftrl(learning_rate=constant(0) for 2 then linear(0.5..0.1, 60), l1={L1}, initial_accumulator={Start})",
            Shape,
            (t, theta, g) =>
            {
                if (t <= 2)
                {
                    return;
                }

                var alpha = t - 3 >= 60 ? 0.1 : 0.5 - (0.4 * (t - 3) / 60);
                for (var j = 0; j < theta.Length; j++)
                {
                    // The start of n counts as a proximal term around 0, at the first rate.
                    var old = t == 3 ? Math.Sqrt(Start) / alpha : inverseRate[j];
                    n[j] += g[j] * g[j];
                    inverseRate[j] = Math.Sqrt(n[j]) / alpha;
                    sumOfGradients[j] += g[j];
                    centres[j] += (inverseRate[j] - old) * theta[j];
                    var linear = sumOfGradients[j] - centres[j];
                    theta[j] = Math.Abs(linear) <= L1 ? 0 : -(linear - (Math.Sign(linear) * L1)) / inverseRate[j];
                }
            },
            tolerance: 1e-9);
    }

    [Theory]
    [TwinOf("amsgrad")]
    [InlineData(true, false, 0)]
    [InlineData(true, true, 0.1)]
    [InlineData(false, false, 0.1)]
    public void AmsGrad_follows_Algorithm_2(bool corrected, bool onCorrected, double decay)
    {
        const double Beta1 = 0.9;
        const double Beta2 = 0.95;
        var (m, v, max) = (new double[12], new double[12], new double[12]);
        Twin.Follow(
            $"amsgrad(learning_rate=0.01, beta2={Beta2}, bias_correction={corrected}, ams_grad_on_corrected={onCorrected}, weight_decay={decay})",
            Shape,
            (t, theta, g) =>
            {
                var (c1, c2) = corrected ? (1 - Math.Pow(Beta1, t), 1 - Math.Pow(Beta2, t)) : (1.0, 1.0);
                for (var j = 0; j < theta.Length; j++)
                {
                    var gradient = g[j] + (decay * theta[j]);
                    m[j] = (Beta1 * m[j]) + ((1 - Beta1) * gradient);
                    v[j] = (Beta2 * v[j]) + ((1 - Beta2) * gradient * gradient);
                    max[j] = Math.Max(max[j], onCorrected ? v[j] / c2 : v[j]);
                    theta[j] -= 0.01 * (m[j] / c1) / (Math.Sqrt(onCorrected ? max[j] : max[j] / c2) + 1e-8);
                }
            });
    }

    [Theory]
    [TwinOf("adabound")]
    [InlineData(0.1, 1e-3, false, 0)]
    [InlineData(0.02, 0.05, false, 0.1)]
    [InlineData(0.02, 0.5, true, 0)]
    public void AdaBound_follows_Algorithm_2_in_the_form_of_the_authors_code(double final, double gamma, bool amsBound, double decay)
    {
        const double Beta1 = 0.9;
        const double Beta2 = 0.95;
        var (m, v, max) = (new double[12], new double[12], new double[12]);
        Twin.Follow(
            $"adabound(learning_rate=exponential(0.01, 0.98), beta2={Beta2}, final_learning_rate={final}, gamma={gamma}, ams_bound={amsBound}, weight_decay={decay})",
            Shape,
            (t, theta, g) =>
            {
                var rate = 0.01 * Math.Pow(0.98, t - 1);
                var finalRate = final * rate / 0.01;
                var lower = finalRate * (1 - (1 / ((gamma * t) + 1)));
                var upper = finalRate * (1 + (1 / (gamma * t)));
                var stepSize = rate * Math.Sqrt(1 - Math.Pow(Beta2, t)) / (1 - Math.Pow(Beta1, t));
                for (var j = 0; j < theta.Length; j++)
                {
                    var gradient = g[j] + (decay * theta[j]);
                    m[j] = (Beta1 * m[j]) + ((1 - Beta1) * gradient);
                    v[j] = (Beta2 * v[j]) + ((1 - Beta2) * gradient * gradient);
                    max[j] = Math.Max(max[j], v[j]);
                    theta[j] -= Math.Clamp(stepSize / (Math.Sqrt(amsBound ? max[j] : v[j]) + 1e-8), lower, upper) * m[j];
                }
            });
    }
}
