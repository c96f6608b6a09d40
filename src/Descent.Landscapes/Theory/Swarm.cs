using Descent.Engine;
using Descent.Landscapes.Grids;
using Descent.Landscapes.Interface;
using Descent.Landscapes.Runs;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Landscapes.Theory;

/// <summary>What <c>swarm</c> is asked for: many runs of noisy gradient descent on a landscape of one variable.</summary>
internal sealed record SwarmRequest
{
    /// <summary>A landscape of one variable.</summary>
    public string Landscape { get; set; } = "sharpflat1d";

    /// <summary>Where every run begins.</summary>
    public double Start { get; set; } = 2;

    /// <summary>The learning rate η.</summary>
    public double LearningRate { get; set; } = 0.03;

    /// <summary>The standard deviation σ of the normal noise on every gradient, at least 0.</summary>
    public double Sigma { get; set; } = 4;

    /// <summary>
    /// How far uphill the gradient is looked at, as sharpness-aware minimization does; 0 for at the point. Source: Foret et al., "Sharpness-Aware
    /// Minimization for Efficiently Improving Generalization", ICLR 2021, <see href="https://arxiv.org/abs/2010.01412"/>, equation 2.
    /// </summary>
    public double Rho { get; set; }

    /// <summary>How many runs, 1 to 2000.</summary>
    public int Runs { get; set; } = 200;

    /// <summary>Steps of each, 1 to 20 000; runs · steps is at most 10 million.</summary>
    public int Steps { get; set; } = 3000;

    /// <summary>Chooses the noise.</summary>
    public ulong Seed { get; set; }
}

/// <summary>What <c>swarm</c> gives.</summary>
/// <param name="Minima">Where the minima of the box are, from left to right.</param>
/// <param name="Curvatures">The second derivative at each.</param>
/// <param name="Barriers">The maxima between them.</param>
/// <param name="Stride">Steps from frame to frame; fewer before the last.</param>
/// <param name="Columns"><c>steps</c> of the frames, <c>points</c> of all runs at each, <c>shares</c> of the runs in each minimum's basin at each, and
/// <c>jitter</c> sizes with <c>jittered</c>, the mean loss at each minimum when its point is moved by normal noise of that size.</param>
internal sealed record SwarmReply(double[] Minima, double[] Curvatures, double[] Barriers, int Stride, IReadOnlyList<Column> Columns);

/// <summary>All runs are one parameter of the library's gradient descent, a number each.</summary>
internal static class Swarm
{
    private const int Frames = 200;
    private const int JitterSizes = 41;
    private const int JitterDraws = 400;
    private const double WidestJitter = 1.5;
    private const long MostStepsInAll = 10_000_000;

    public static Answer Answer(SwarmRequest request)
    {
        Check(request);
        var landscape = LandscapeCatalogue.Find(request.Landscape);
        if (landscape.Dimension != 1)
        {
            throw new DescentException($"A swarm runs on a landscape of one variable, but {landscape.Id} has {landscape.Dimension}.");
        }

        var (objective, found) = (landscape.Objective(), StationaryPoints.Find(landscape.Objective(), landscape.Box));
        CriticalPoint[] minima = [.. found.Where(point => point.Kind == CriticalKind.Minimum).OrderBy(point => point.Point[0])];
        double[] barriers = [.. minima.Skip(1).Select((right, i) => found.Where(point => point.Kind == CriticalKind.Maximum && point.Point[0] > minima[i].Point[0] && point.Point[0] < right.Point[0]).MaxBy(point => point.Value)!.Point[0])];
        var (points, shares, steps) = Run(request, objective, barriers);
        var (sizes, losses) = Jitter(request, objective, minima);
        var numbers = new ColumnWriter();
        return Functions.Reply(
            new SwarmReply(
                [.. minima.Select(point => point.Point[0])],
                [.. minima.Select(point => point.Eigenvalues[0])],
                barriers,
                Stride(request),
                [numbers.Add("steps", steps), numbers.Add("points", points, request.Runs), numbers.Add("shares", shares, minima.Length), numbers.Add("jitter", sizes), numbers.Add("jittered", losses, minima.Length)]),
            Json.Default.SwarmReply,
            numbers);
    }

    private static int Stride(SwarmRequest request) => (request.Steps + Frames - 1) / Frames;

    private static (double[] Points, double[] Shares, double[] Steps) Run(SwarmRequest request, Objective objective, double[] barriers)
    {
        var (theta, gradient, random) = (new double[request.Runs], new double[request.Runs], new SeededRandom(request.Seed, stream: 22));
        Array.Fill(theta, request.Start);
        var optimizer = Optimizer.For([new Parameter<double>("theta", theta, gradient)], new Sgd { LearningRate = request.LearningRate });
        List<double> points = [], shares = [], steps = [];
        double[] point = new double[1], slope = new double[1];
        for (var step = 0; ; step++)
        {
            if (step % Stride(request) == 0 || step == request.Steps)
            {
                steps.Add(step);
                points.AddRange(theta);
                shares.AddRange(Enumerable.Range(0, barriers.Length + 1).Select(basin => (double)theta.Count(x => barriers.Count(barrier => x > barrier) == basin) / theta.Length));
            }

            if (step == request.Steps)
            {
                return ([.. points], [.. shares], [.. steps]);
            }

            for (var i = 0; i < theta.Length; i++)
            {
                point[0] = theta[i];
                objective.Gradient(point, slope);
                if (request.Rho > 0)
                {
                    point[0] += request.Rho * Math.Sign(slope[0]);
                    objective.Gradient(point, slope);
                }

                gradient[i] = slope[0] + (request.Sigma * random.NextNormal());
            }

            optimizer.Step();
        }
    }

    private static (double[] Sizes, double[] Losses) Jitter(SwarmRequest request, Objective objective, CriticalPoint[] minima)
    {
        var random = new SeededRandom(request.Seed, stream: 23);
        double[] draws = [.. Enumerable.Range(0, JitterDraws).Select(_ => random.NextNormal())];
        double[] sizes = [.. Enumerable.Range(0, JitterSizes).Select(i => WidestJitter * i / (JitterSizes - 1))];
        return (sizes, [.. sizes.SelectMany(size => minima.Select(minimum => draws.Average(draw => objective.Value([minimum.Point[0] + (size * draw)]))))]);
    }

    private static void Check(SwarmRequest request)
    {
        Limits.Check("The number of runs", request.Runs, Limits.Replicates);
        Limits.Check("The number of steps", request.Steps, Limits.Updates);
        if ((long)request.Runs * request.Steps > MostStepsInAll)
        {
            throw new DescentException($"All runs together make at most {MostStepsInAll} steps, but {request.Runs} runs of {request.Steps} steps were asked for; take fewer of either.");
        }

        if (!(request.Sigma >= 0 && double.IsFinite(request.Sigma)) || !(request.Rho >= 0 && double.IsFinite(request.Rho)) || !double.IsFinite(request.Start))
        {
            throw new DescentException($"The noise and ρ must be at least 0 and the start a number, but they were {Words.Number(request.Sigma)}, {Words.Number(request.Rho)} and {Words.Number(request.Start)}.");
        }
    }
}
