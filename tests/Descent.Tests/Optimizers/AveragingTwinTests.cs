using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Tests.Optimizers;

/// <summary>Scalar transcriptions of averaging methods, and the two points where their parameters can be.</summary>
public class AveragingTwinTests
{
    public static TheoryData<string> Averaging() => ["schedule_free_sgd", "schedule_free_adamw(weight_decay=0.1, warmup_steps=3)", "schedule_free_radam(silent_sgd_phase=false)", "lookahead(synchronization_period=3)"];

    [Theory]
    [InlineData(0.01, 0.9, 0.999, 0, true, 0, 2)]
    [InlineData(0.05, 0.8, 0.95, 0.1, false, 1, 1)]
    [TwinOf("schedule_free_radam")]
    public void Schedule_free_radam_follows_the_authors(double lr, double beta1, double beta2, double decay, bool silent, double r, double power)
    {
        var (z, v) = (new double[7], new double[7]);
        double sum = 0, largest = 0;
        Twin.Follow(
            FormattableString.Invariant($"schedule_free_radam(learning_rate={lr}, beta1={beta1}, beta2={beta2}, weight_decay={decay}, silent_sgd_phase={silent}, step_power={r}, learning_rate_power={power})"),
            [7],
            (t, y, g) =>
            {
                if (t == 1)
                {
                    y.CopyTo(z, 0);
                }

                var correction = 1 - Math.Pow(beta2, t);
                var rhoInf = (2 / (1 - beta2)) - 1;
                var rho = rhoInf - (2 * t * Math.Pow(beta2, t) / correction);
                var rate = lr * (rho > 4 ? Math.Sqrt((rho - 4) * (rho - 2) * rhoInf / ((rhoInf - 4) * (rhoInf - 2) * rho)) : silent ? 0 : 1);
                largest = Math.Max(largest, rate);
                var weight = Math.Pow(t, r) * Math.Pow(largest, power);
                sum += weight;
                var c = sum == 0 ? 0 : weight / sum;
                for (var i = 0; i < 7; i++)
                {
                    v[i] = (beta2 * v[i]) + ((1 - beta2) * g[i] * g[i]);
                    var u = (rho > 4 ? g[i] / (Math.Sqrt(v[i] / correction) + 1e-8) : g[i]) + (decay * y[i]);
                    y[i] = ((1 - c) * y[i]) + (c * z[i]) - (rate * (1 - (beta1 * (1 - c))) * u);
                    z[i] -= rate * u;
                }
            },
            1e-9);
    }

    [Fact]
    public void Interpolated_momentum_follows_the_paper()
    {
        var (b, slow, slowMomentum) = (new double[7], new double[7], new double[7]);
        Twin.Follow("lookahead(inner=sgd(momentum=0.9, learning_rate=0.05), synchronization_period=4, slow_step=0.3, momentum_on_synchronization=interpolate)", [7], (t, theta, g) =>
        {
            if (t == 1)
            {
                theta.CopyTo(slow, 0);
            }

            for (var i = 0; i < 7; i++)
            {
                b[i] = (0.9 * b[i]) + g[i];
                theta[i] -= 0.05 * b[i];
                if (t % 4 == 0)
                {
                    theta[i] = slow[i] = (0.7 * slow[i]) + (0.3 * theta[i]);
                    b[i] = slowMomentum[i] = (0.7 * slowMomentum[i]) + (0.3 * b[i]);
                }
            }
        });
    }

    [Theory]
    [MemberData(nameof(Averaging))]
    public void Going_to_the_evaluation_point_and_back_restores_the_bits(string text)
    {
        var (optimizer, parameters) = Trained(text, steps: 5);
        var training = parameters.Select(parameter => parameter.Values.ToArray()).ToArray();
        optimizer.MoveTo(ParameterPoint.Evaluation);
        Assert.NotEqual(training[0], parameters[0].Values.ToArray());
        optimizer.MoveTo(ParameterPoint.Training);
        Assert.Equal(training, parameters.Select(parameter => parameter.Values.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Averaging))]
    public void Saved_at_the_evaluation_point_it_goes_on_with_the_same_bits(string text)
    {
        var (straight, expected) = Trained(text, steps: 5);
        Train(straight, expected, from: 5, to: 11);

        var (first, half) = Trained(text, steps: 5);
        first.MoveTo(ParameterPoint.Evaluation);
        var file = new TensorFile();
        OptimizerState.Save(first, file);

        var (second, rest) = Trained(text, steps: 0);
        for (var i = 0; i < rest.Length; i++)
        {
            half[i].Values.CopyTo(rest[i].Values);
        }

        OptimizerState.Load(second, file);
        Assert.Equal(ParameterPoint.Evaluation, second.Point);
        second.MoveTo(ParameterPoint.Training);
        Train(second, rest, from: 5, to: 11);
        Assert.Equal(expected.Select(parameter => parameter.Values.ToArray()), rest.Select(parameter => parameter.Values.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Averaging))]
    public void A_step_at_the_evaluation_point_is_refused(string text)
    {
        var (optimizer, _) = Trained(text, steps: 2);
        optimizer.MoveTo(ParameterPoint.Evaluation);
        Assert.Equal(
            "Steps are taken at the training point, but the parameters are at the evaluation point; call MoveTo(ParameterPoint.Training) first.",
            Assert.Throws<DescentException>(() => optimizer.Step()).Message);
    }

    [Theory]
    [MemberData(nameof(Averaging))]
    public void A_frozen_parameter_is_touched_by_neither_steps_nor_moves(string text)
    {
        var (optimizer, parameters) = Trained(text, steps: 6);
        Assert.Equal([1f, 2, 3], parameters[1].Values.ToArray());
        optimizer.MoveTo(ParameterPoint.Evaluation);
        Assert.Equal([1f, 2, 3], parameters[1].Values.ToArray());
        optimizer.MoveTo(ParameterPoint.Training);
        Assert.Equal([1f, 2, 3], parameters[1].Values.ToArray());
    }

    /// <summary>A parameter that is trained and one that has no gradient.</summary>
    private static (Optimizer Optimizer, Parameter<float>[] Parameters) Trained(string text, int steps)
    {
        Parameter<float>[] parameters = [new("w", Enumerable.Range(1, 19).Select(i => i / 7f).ToArray()), new("frozen", new[] { 1f, 2, 3 })];
        var optimizer = Optimizer.For(parameters, Catalogue.Parse(text));
        Train(optimizer, parameters, 0, steps);
        return (optimizer, parameters);
    }

    private static void Train(Optimizer optimizer, Parameter<float>[] parameters, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            var random = new SeededRandom((ulong)step);
            parameters[0].Gradient = Enumerable.Range(0, 19).Select(_ => (float)random.NextNormal()).ToArray();
            optimizer.Step();
        }
    }
}
