using System.Text.Json.Serialization;
using Descent.Landscapes.Interface;
using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Theory;

/// <summary>How momentum looks at the gradient.</summary>
[JsonConverter(typeof(SnakeCase<MomentumKind>))]
public enum MomentumKind
{
    /// <summary>Where it is: Polyak's heavy ball.</summary>
    HeavyBall,

    /// <summary>Ahead, where the velocity leads: Nesterov's.</summary>
    Nesterov,
}

/// <summary>What happens to the distance at a rate and a momentum.</summary>
[JsonConverter(typeof(SnakeCase<MomentumRegion>))]
public enum MomentumRegion
{
    /// <summary>Every direction shrinks without turning back and forth: real roots.</summary>
    Real,

    /// <summary>Some directions shrink straight, some swing.</summary>
    Mixed,

    /// <summary>Every direction swings while it shrinks: complex roots.</summary>
    Complex,

    /// <summary>Some direction grows.</summary>
    Divergent,
}

/// <summary>What <c>rates</c> is asked for: ½(x² + κy²).</summary>
public sealed record RatesRequest
{
    /// <summary>The condition number κ, 1 to 100 000: the curvatures are 1 and κ.</summary>
    public double Condition { get; set; } = 20;

    /// <summary>How the gradient is looked at.</summary>
    public MomentumKind Kind { get; set; }

    /// <summary>The learning rate η of the point.</summary>
    public double LearningRate { get; set; } = 0.1;

    /// <summary>The momentum β of the point, 0 to below 1.</summary>
    public double Momentum { get; set; }

    /// <summary>Cells along each side of the map, 2 to 512, each read at its middle: ηκ from 0 to 4, β from 0 to 1.</summary>
    public int Side { get; set; } = 81;

    /// <summary>The distance that is to be reached, as a share of the start's.</summary>
    public double Accuracy { get; set; } = 1e-6;
}

/// <summary>A method's best or usual choice, and what it brings.</summary>
/// <param name="Name">The method.</param>
/// <param name="Formula">The contraction as a formula of κ.</param>
/// <param name="LearningRate">η.</param>
/// <param name="Momentum">β.</param>
/// <param name="Contraction">By what the distance is multiplied per step, in the long run.</param>
/// <param name="Steps">How many steps lead to the accuracy.</param>
public sealed record RateRow(string Name, string Formula, double LearningRate, double Momentum, double Contraction, double Steps);

/// <summary>What <c>rates</c> gives.</summary>
/// <param name="Rows">The methods.</param>
/// <param name="Radius">The spectral radius at the point.</param>
/// <param name="Region">The region of the point.</param>
/// <param name="StableBelow">The rate at which the point's momentum stops converging.</param>
/// <param name="Steps">Steps to the accuracy at the point; null where it is not reached.</param>
/// <param name="Side">Cells along each side of the map.</param>
/// <param name="Radii">Where the spectral radii are, by rows from β = 0.</param>
/// <param name="Regions">Where the regions are, by their numbers in the order <c>real, mixed, complex, divergent</c>.</param>
public sealed record RatesReply(IReadOnlyList<RateRow> Rows, double Radius, MomentumRegion Region, double StableBelow, double? Steps, int Side, Column Radii, Column Regions);

/// <summary>
/// Rates of convergence on a quadratic. Sources: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Nesterov,
/// "Introductory Lectures on Convex Optimization", 2004, sections 2.1 and 2.2; Lessard, Recht and Packard, "Analysis and Design of Optimization Algorithms
/// via Integral Quadratic Constraints", 2016, <see href="https://arxiv.org/abs/1408.3595"/>, proposition 1.
/// </summary>
public static class MomentumRates
{
    private const double MostCondition = 1e5;
    private const double WidestRate = 4;

    /// <summary>The usual choices of each method for a condition number.</summary>
    /// <param name="condition">κ, with curvatures 1 and κ.</param>
    /// <param name="accuracy">The share of the distance that is left in the end.</param>
    public static IReadOnlyList<RateRow> Rows(double condition, double accuracy = 1e-6)
    {
        var (root, three) = (Math.Sqrt(condition), Math.Sqrt((3 * condition) + 1));
        return
        [
            Row("Gradient descent", "(κ − 1)/(κ + 1)", 2 / (1 + condition), 0, (condition - 1) / (condition + 1)),
            Row("Heavy ball", "(√κ − 1)/(√κ + 1)", 4 / ((1 + root) * (1 + root)), Square((root - 1) / (root + 1)), (root - 1) / (root + 1)),
            Row("Nesterov, standard", "1 − 1/√κ", 1 / condition, (root - 1) / (root + 1), 1 - (1 / root)),
            Row("Nesterov, best", "1 − 2/√(3κ + 1)", 4 / ((3 * condition) + 1), (three - 2) / (three + 2), 1 - (2 / three)),
        ];

        RateRow Row(string name, string formula, double rate, double momentum, double contraction) =>
            new(name, formula, rate, momentum, contraction, StepsTo(accuracy, contraction) ?? 0);
    }

    /// <summary>The spectral radius of a step along one direction, and whether it swings.</summary>
    public static (double Radius, bool Swings) Along(double curvature, double rate, double momentum, MomentumKind kind)
    {
        // Roots of z² − b·z + c.
        var shrink = 1 - (rate * curvature);
        var (b, c) = kind == MomentumKind.HeavyBall ? (shrink + momentum, momentum) : ((1 + momentum) * shrink, momentum * shrink);
        var discriminant = (b * b) - (4 * c);
        return discriminant < 0
            ? (Math.Sqrt(c), true)
            : ((Math.Abs(b) + Math.Sqrt(discriminant)) / 2, false);
    }

    /// <summary>The spectral radius over curvatures 1 and κ, and the region.</summary>
    public static (double Radius, MomentumRegion Region) At(double condition, double rate, double momentum, MomentumKind kind)
    {
        var (flat, steep) = (Along(1, rate, momentum, kind), Along(condition, rate, momentum, kind));
        var radius = Math.Max(flat.Radius, steep.Radius);
        return (radius, radius >= 1 ? MomentumRegion.Divergent
            : flat.Swings && steep.Swings ? MomentumRegion.Complex
            : flat.Swings || steep.Swings ? MomentumRegion.Mixed : MomentumRegion.Real);
    }

    internal static Answer Answer(RatesRequest request)
    {
        var (condition, kind) = (request.Condition, request.Kind);
        if (!(condition >= 1 && condition <= MostCondition) || !(request.Momentum >= 0 && request.Momentum < 1) || !(request.LearningRate >= 0 && double.IsFinite(request.LearningRate)) || !(request.Accuracy > 0 && request.Accuracy < 1))
        {
            throw new DescentException($"The condition number must be from 1 to 100000, the momentum from 0 to below 1, the learning rate at least 0 and the accuracy between 0 and 1, but they were {Words.Number(condition)}, {Words.Number(request.Momentum)}, {Words.Number(request.LearningRate)} and {Words.Number(request.Accuracy)}.");
        }

        Limits.Check("The side of the map", request.Side, Limits.GridSide, least: 2);
        var (side, numbers) = (request.Side, new ColumnWriter());
        var (radii, regions) = (new double[side * side], new double[side * side]);
        for (var i = 0; i < radii.Length; i++)
        {
            var (radius, region) = At(condition, WidestRate / condition * ((i % side) + 0.5) / side, ((i / side) + 0.5) / side, kind);
            (radii[i], regions[i]) = (radius, (double)region);
        }

        var point = At(condition, request.LearningRate, request.Momentum, kind);
        return Functions.Reply(
            new RatesReply(
                Rows(condition, request.Accuracy),
                point.Radius,
                point.Region,
                kind == MomentumKind.HeavyBall ? 2 * (1 + request.Momentum) / condition : (2 + (2 * request.Momentum)) / ((1 + (2 * request.Momentum)) * condition),
                StepsTo(request.Accuracy, point.Radius),
                side,
                numbers.Add("radius", radii, side),
                numbers.Add("region", regions, side)),
            Json.Default.RatesReply,
            numbers);
    }

    private static double? StepsTo(double accuracy, double contraction) => contraction <= 0 ? 1 : contraction < 1 ? Math.Log(accuracy) / Math.Log(contraction) : null;

    private static double Square(double value) => value * value;
}
