using Descent.Engine;
using Descent.Landscapes.Interface;
using Descent.Landscapes.Runs;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Landscapes.Theory;

/// <summary>What <c>noisefloor</c> is asked for: chains of gradient descent on ½λθ² with noisy gradients.</summary>
internal sealed record NoiseFloorRequest
{
    /// <summary>The curvature λ, above 0.</summary>
    public double Curvature { get; set; } = 1;

    /// <summary>The standard deviation σ of the normal noise on every gradient, at least 0.</summary>
    public double Sigma { get; set; } = 1;

    /// <summary>The learning rate η₀; what the schedule's text leaves out.</summary>
    public double LearningRate { get; set; } = 0.1;

    /// <summary>The schedule as text; null for a constant rate.</summary>
    public string? Schedule { get; set; }

    /// <summary>Where every chain begins.</summary>
    public double Start { get; set; } = 1;

    /// <summary>How many chains, 1 to 2000.</summary>
    public int Chains { get; set; } = 200;

    /// <summary>Steps of each, 1 to 20 000; chains · steps is at most 10 million.</summary>
    public int Steps { get; set; } = 1000;

    /// <summary>The first step of the average; the last is the last of all.</summary>
    public int AverageFrom { get; set; }

    /// <summary>Chooses the noise.</summary>
    public ulong Seed { get; set; }
}

/// <summary>What <c>noisefloor</c> gives.</summary>
/// <param name="Schedule">The learning rate as text.</param>
/// <param name="SumOfRates">Σηₜ over the steps made.</param>
/// <param name="SumOfSquares">Σηₜ² over the steps made.</param>
/// <param name="SumDiverges">Whether Σηₜ = ∞ for the whole schedule; null where that is not known.</param>
/// <param name="SquaresConverge">Whether Σηₜ² &lt; ∞ for the whole schedule; null where that is not known.</param>
/// <param name="MeanLoss">The mean of ½λθ² over all chains and the steps of the average.</param>
/// <param name="Radius">The root of the mean of θ² there.</param>
/// <param name="TheoryLoss">What is expected of <paramref name="MeanLoss"/>: exact, from the recursion of E θ².</param>
/// <param name="FloorLoss">Where a constant rate leads in the end, ησ²/(2(2 − ηλ)); null for other schedules and for rates that diverge.</param>
/// <param name="Columns"><c>mean_square</c> and <c>theory</c> of θ² after every step from 0, <c>learning_rate</c> of every step, and <c>chains</c>, the first ones.</param>
internal sealed record NoiseFloorReply(
    string Schedule,
    double SumOfRates,
    double SumOfSquares,
    bool? SumDiverges,
    bool? SquaresConverge,
    double MeanLoss,
    double Radius,
    double TheoryLoss,
    double? FloorLoss,
    IReadOnlyList<Column> Columns);

/// <summary>Where stochastic gradients end: all chains are one parameter of the library's gradient descent, a number each.</summary>
internal static class NoiseFloor
{
    private const int Shown = 20;
    private const long MostStepsInAll = 10_000_000;

    public static Answer Answer(NoiseFloorRequest request)
    {
        Check(request);
        var schedule = request.Schedule is { } text ? Schedule.Parse(text, new ScheduleContext(request.LearningRate, request.Steps)) : Schedule.Constant(request.LearningRate);
        var (theta, gradient) = (new double[request.Chains], new double[request.Chains]);
        Array.Fill(theta, request.Start);
        var optimizer = Optimizer.For([new Parameter<double>("theta", theta, gradient)], new Sgd { LearningRate = schedule });
        var random = new SeededRandom(request.Seed, stream: 21);
        var (steps, shown) = (request.Steps, Math.Min(Shown, request.Chains));
        double[] square = new double[steps + 1], theory = new double[steps + 1], rates = new double[steps], chains = new double[(steps + 1) * shown];
        for (var step = 0; ; step++)
        {
            var sum = 0.0;
            foreach (var value in theta)
            {
                sum += value * value;
            }

            square[step] = sum / theta.Length;
            theta.AsSpan(0, shown).CopyTo(chains.AsSpan(step * shown));
            theory[step] = step == 0 ? request.Start * request.Start : Expected(theory[step - 1], rates[step - 1], request);
            if (step == steps)
            {
                break;
            }

            for (var i = 0; i < theta.Length; i++)
            {
                gradient[i] = (request.Curvature * theta[i]) + (request.Sigma == 0 ? 0 : request.Sigma * random.NextNormal());
            }

            rates[step] = optimizer.Step().LearningRate;
        }

        var (mean, expected) = (square[request.AverageFrom..].Average(), theory[request.AverageFrom..].Average());
        var isStable = request.LearningRate * request.Curvature < 2;
        var numbers = new ColumnWriter();
        return Functions.Reply(
            new NoiseFloorReply(
                schedule.ToString()!,
                rates.Sum(),
                rates.Sum(rate => rate * rate),
                schedule.DecayPower is { } power ? power <= 1 : null,
                schedule.DecayPower is { } law ? law > 0.5 : null,
                request.Curvature * mean / 2,
                Math.Sqrt(mean),
                request.Curvature * expected / 2,
                request.Schedule is null && isStable ? request.LearningRate * request.Sigma * request.Sigma / (2 * (2 - (request.LearningRate * request.Curvature))) : null,
                [numbers.Add("mean_square", square, symbol: "E θ²"), numbers.Add("theory", theory), numbers.Add("learning_rate", rates, symbol: "η"), numbers.Add("chains", chains, shown, "θ")]),
            Json.Default.NoiseFloorReply,
            numbers);
    }

    /// <summary>E (θ − η(λθ + σξ))² = (1 − ηλ)²·E θ² + η²σ².</summary>
    private static double Expected(double square, double rate, NoiseFloorRequest request)
    {
        var factor = 1 - (rate * request.Curvature);
        return (factor * factor * square) + (rate * rate * request.Sigma * request.Sigma);
    }

    private static void Check(NoiseFloorRequest request)
    {
        Limits.Check("The number of chains", request.Chains, Limits.Replicates);
        Limits.Check("The number of steps", request.Steps, Limits.Updates);
        Limits.Check("The first step of the average", request.AverageFrom, request.Steps, least: 0);
        if ((long)request.Chains * request.Steps > MostStepsInAll)
        {
            throw new DescentException($"All chains together make at most {MostStepsInAll} steps, but {request.Chains} chains of {request.Steps} steps were asked for; take fewer of either.");
        }

        if (!(request.Curvature > 0 && double.IsFinite(request.Curvature)) || !(request.Sigma >= 0 && double.IsFinite(request.Sigma)) || !double.IsFinite(request.Start))
        {
            throw new DescentException($"The curvature must be above 0, the noise at least 0 and the start a number, but they were {Words.Number(request.Curvature)}, {Words.Number(request.Sigma)} and {Words.Number(request.Start)}.");
        }
    }
}
