using Descent.Landscapes.Networks;
using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Landscapes.Runs;

/// <summary>What a learning-rate range test is done on, and how.</summary>
public sealed record RangeTestRequest
{
    /// <summary>A run with one optimizer, whose rate is varied; null where a network is given.</summary>
    public RunRequest? Run { get; set; }

    /// <summary>A network; null where a run is given.</summary>
    public NetworkRequest? Network { get; set; }

    /// <summary>The lowest rate, above 0.</summary>
    public double Low { get; set; } = 1e-4;

    /// <summary>The highest rate, above the lowest.</summary>
    public double High { get; set; } = 1;

    /// <summary>How many rates, 10 to 2000, by equal factors.</summary>
    public int Count { get; set; } = 200;

    /// <summary>
    /// Null as published: one run goes on from rate to rate. A number, for runs only: every rate starts anew and makes so many steps, because on a
    /// surface without noise a run that goes on has shrunk the steep directions to nothing before their limit is reached, and passes it unseen.
    /// </summary>
    public int? StepsPerRate { get; set; }

    /// <summary>How much of the past the smoothed loss keeps, 0 to 0.99; its start is corrected as Adam's averages are.</summary>
    public double Smoothing { get; set; }

    /// <summary>How many rates are tried in full to compare, 0 to 32, each for <see cref="Count"/> steps.</summary>
    public int Trials { get; set; }
}

/// <summary>What a range test found.</summary>
/// <param name="Rates">The rates, up to the one at which the loss blew up.</param>
/// <param name="Losses">After the step, or steps, with each.</param>
/// <param name="Smoothed">Smoothed.</param>
/// <param name="Steepest">Where the smoothed loss falls fastest as the rate grows: of its logarithm, or of itself where it is not always positive.</param>
/// <param name="Lowest">Where the smoothed loss is lowest.</param>
/// <param name="BlowUp">The rate at which the smoothed loss was above four times its lowest, or not finite; null when it never was.</param>
/// <param name="Suggestion">The rate to begin with.</param>
/// <param name="StableBelow">For plain gradient descent on a landscape: 2/λ of the nearest known minimum; else null.</param>
/// <param name="TrialRates">The rates that were tried in full.</param>
/// <param name="TrialLosses">What each came to.</param>
public sealed record RangeTestResult(
    double[] Rates,
    double[] Losses,
    double[] Smoothed,
    double Steepest,
    double Lowest,
    double? BlowUp,
    double Suggestion,
    double? StableBelow,
    double[] TrialRates,
    double[] TrialLosses);

/// <summary>
/// The learning-rate range test: rates grow by equal factors, the loss is smoothed, and the rate of steepest fall is suggested. Source: L. N. Smith,
/// "Cyclical Learning Rates for Training Neural Networks", WACV 2017, <see href="https://arxiv.org/abs/1506.01186"/>, section 3.3. Departures, shared
/// with fastai: equal factors instead of equal differences, smoothing, and the end at four times the lowest loss.
/// </summary>
public static class RangeTest
{
    private const int MostRates = 2_000;
    private const int MostTrials = 32;
    private const int MostStepsPerRate = 200;
    private const double BlownUp = 4;

    /// <summary>Does the test.</summary>
    /// <exception cref="DescentException">Something is not allowed or beyond a limit; the message names it.</exception>
    public static RangeTestResult Of(RangeTestRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request);
        double[] rates = [.. Enumerable.Range(0, request.Count).Select(i => Rate(request, i, request.Count))];
        double[] trialRates = [.. Enumerable.Range(0, request.Trials).Select(i => Rate(request, i, request.Trials))];
        var course = request.Run is null ? null : Course.Of(request.Run.Landscape);
        double[] losses = (request.Network, request.StepsPerRate) switch
        {
            ({ } network, _) => GoesOn(request, network),
            (_, { } steps) => [.. rates.Select(rate => Final(course!, request.Run!, rate, steps))],
            _ => GoesOn(request, course!),
        };
        return Read(request, rates, losses) with
        {
            StableBelow = course is null ? null : StableBelow(request.Run!, course),
            TrialRates = trialRates,
            TrialLosses = [.. trialRates.Select(rate => request.Network is { } network ? Final(network, rate, request.Count) : Final(course!, request.Run!, rate, request.Count))],
        };
    }

    /// <summary>Finds the steepest, the lowest, and the end.</summary>
    private static RangeTestResult Read(RangeTestRequest request, double[] rates, double[] losses)
    {
        var (average, weight, smoothed, lowest, end) = (0.0, 0.0, new List<double>(), 0, losses.Length);
        for (var i = 0; i < losses.Length; i++)
        {
            average = (request.Smoothing * average) + ((1 - request.Smoothing) * losses[i]);
            weight = (request.Smoothing * weight) + 1 - request.Smoothing;
            smoothed.Add(average / weight);
            lowest = smoothed[i] < smoothed[lowest] ? i : lowest;
            var low = smoothed[lowest];
            if (!double.IsFinite(smoothed[i]) || smoothed[i] > (low > 0 ? BlownUp * low : low + (BlownUp * (smoothed[0] - low))))
            {
                end = i;
                break;
            }
        }

        if (end == 0)
        {
            throw new DescentException($"The loss is not finite after the first rate, {Words.Number(rates[0])}; begin with a lower one.");
        }

        var isPositive = smoothed.Take(end).All(value => value > 0);
        double Height(int i) => isPositive ? Math.Log(smoothed[i]) : smoothed[i];
        // What is smoothed lags behind by so many rates, and is read over a wider way.
        var lag = (int)Math.Round(request.Smoothing / (1 - request.Smoothing));
        var (steepest, slope) = (0, double.PositiveInfinity);
        for (var i = 1; i <= lowest; i++)
        {
            var (from, to) = (Math.Max(0, i - 1 - (lag / 2)), Math.Min(end - 1, i + (lag / 2)));
            if ((Height(to) - Height(from)) / (to - from) is var fall && fall < slope)
            {
                (steepest, slope) = (Math.Max(0, i - lag), fall);
            }
        }

        var shown = Math.Min(end + 1, losses.Length);
        return new RangeTestResult(rates[..shown], losses[..shown], [.. smoothed.Take(shown)], rates[steepest], rates[lowest], end < losses.Length ? rates[end] : null, rates[steepest], null, [], []);
    }

    private static double Rate(RangeTestRequest request, int index, int count) =>
        index == count - 1 ? request.High : request.Low * Math.Pow(request.High / request.Low, (double)index / (count - 1));

    private static string Sweep(RangeTestRequest request) => Schedule.Geometric(request.Low, request.High, request.Count - 1).ToString()!;

    private static double[] GoesOn(RangeTestRequest request, NetworkRequest network)
    {
        // The loss after the step with a rate is that of the next batch.
        var training = new NetworkTraining(network with { LearningRate = request.High, Schedule = Sweep(request), Steps = request.Count + 1 });
        training.Step();
        var losses = new double[request.Count];
        for (var i = 0; i < losses.Length; i++)
        {
            training.Step();
            losses[i] = training.BatchLoss;
        }

        return losses;
    }

    private static double[] GoesOn(RangeTestRequest request, Course course)
    {
        var run = request.Run! with { Schedule = Sweep(request), LearningRate = request.High, Steps = request.Count, Budget = Budget.Updates, Internals = false };
        var losses = Runner.RunOne(course, run, run.Optimizers[0] with { LearningRate = null, Schedule = null }, default).JudgedLoss;
        double[] all = new double[request.Count];
        Array.Fill(all, double.PositiveInfinity);
        losses[1..].CopyTo(all, 0);
        return all;
    }

    private static double Final(NetworkRequest network, double rate, int steps)
    {
        var training = new NetworkTraining(network with { LearningRate = rate, Schedule = null, Steps = steps });
        while (training.Updates < steps && !training.IsLost)
        {
            training.Step();
        }

        var loss = double.NaN;
        training.AtEvaluationPoint(() => loss = training.Network.Evaluate(training.Set, 0, training.Set.TrainCount).Loss);
        return double.IsFinite(loss) ? loss : double.PositiveInfinity;
    }

    private static double Final(Course course, RunRequest run, double rate, int steps)
    {
        var trajectory = Runner.RunOne(course, run with { Steps = steps, Budget = Budget.Updates, Internals = false, Schedule = null }, run.Optimizers[0] with { LearningRate = rate, Schedule = null }, default);
        var loss = trajectory.JudgedLoss[^1];
        return trajectory.Updates < steps || !double.IsFinite(loss) ? double.PositiveInfinity : loss;
    }

    private static double? StableBelow(RunRequest run, Course course)
    {
        if (Catalogue.Parse(run.Optimizers[0].Optimizer) is not Sgd { Nesterov: false } sgd || sgd.Momentum.At(0) != 0 || course.Objective is Data.GradientStream)
        {
            return null;
        }

        var start = run.Start ?? course.Start;
        var nearest = course.Known.Where(known => known.Kind == "minimum").MinBy(known => known.Point.Zip(start, (a, b) => (a - b) * (a - b)).Sum());
        if (nearest is null)
        {
            return null;
        }

        var size = course.Objective.Dimension;
        var (gradient, hessian) = (new double[size], new double[size * size]);
        course.Objective.Hessian(nearest.Point, gradient, hessian);
        return 2 / Curvature.Eigenvalues(hessian).Max();
    }

    private static void Check(RangeTestRequest request)
    {
        if (request.Run is null == request.Network is null)
        {
            throw new DescentException("A range test is of a run or of a network; give one of them.");
        }

        if (request.Run is { } run && run.Optimizers is not [_])
        {
            throw new DescentException($"A range test is of one optimizer, but {run.Optimizers.Length} were given.");
        }

        if (!(request.Low > 0 && request.Low < request.High && double.IsFinite(request.High)))
        {
            throw new DescentException($"The rates of a range test must go from a number above 0 to a higher one, but were to go from {Words.Number(request.Low)} to {Words.Number(request.High)}.");
        }

        Limits.Check("The number of rates", request.Count, MostRates, least: 10);
        Limits.Check("The number of trials", request.Trials == 1 ? 2 : request.Trials, MostTrials, least: 0);
        if (request.StepsPerRate is { } steps)
        {
            Limits.Check("The steps per rate", steps, MostStepsPerRate);
        }

        if (!(request.Smoothing >= 0 && request.Smoothing <= 0.99))
        {
            throw new DescentException($"The smoothing must be from 0 to 0.99, but was {Words.Number(request.Smoothing)}.");
        }
    }
}
