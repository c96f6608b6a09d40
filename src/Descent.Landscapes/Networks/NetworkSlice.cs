using System.Text.Json.Serialization;
using Descent.Landscapes.Interface;
using Descent.Numerics;

namespace Descent.Landscapes.Networks;

/// <summary>What spans the plane through a network's weights.</summary>
[JsonConverter(typeof(SnakeCase<SliceDirections>))]
public enum SliceDirections
{
    /// <summary>
    /// Two random directions, each unit's weights as long as the network's own, biases left alone. Source: Li et al., "Visualizing the Loss
    /// Landscape of Neural Nets", NeurIPS 2018, <see href="https://arxiv.org/abs/1712.09913"/>, section 4.
    /// </summary>
    Random,

    /// <summary>The two main components of the path that training took, as long as makes the path fill the picture (ibid., section 7).</summary>
    Path,
}

/// <summary>The loss of a trained network over its training examples on a plane through its weights, which are at (0, 0).</summary>
public sealed class NetworkSlice : Objective
{
    private const ulong DirectionStream = 16;
    private const int PathPoints = 51;
    private const double Reach = 0.85;
    private const double Difference = 1e-5;
    private readonly Perceptron network;
    private readonly ExampleSet set;
    private readonly int[] rows;
    private readonly double[] centre;
    private readonly double[][] directions;
    private readonly double[] now;
    private readonly double[] slope;

    private NetworkSlice(NetworkTraining training, double[][] path, SliceDirections kind, ulong seed)
        : base(dimension: 2)
    {
        (network, set) = (training.Network, training.Set);
        (rows, centre, now, slope) = ([.. Enumerable.Range(0, set.TrainCount)], path[^1], new double[network.Length], new double[network.Length]);
        directions = kind == SliceDirections.Random ? RandomDirections(seed) : MainComponents(path);
        (Path, PathShare) = Projected(path);
    }

    /// <summary>The plane of the catalogue: small, so that it is quick to walk over.</summary>
    internal static NetworkPlane Small { get; } = new()
    {
        Network = new() { Data = NetworkData.Moons, Examples = 40, Noise = 0.1, Layers = [4], Steps = 150 },
        Seed = 1,
    };

    /// <summary>Where training went on the plane, from its start to (0, 0): x and y in turn.</summary>
    public double[] Path { get; }

    /// <summary>How much of the path's squared distance from its end lies in the plane, 0 to 1.</summary>
    public double PathShare { get; }

    internal override int SearchSide => 13;

    /// <summary>Trains a network and lays a plane through it.</summary>
    /// <exception cref="DescentException">The request is refused, or its training diverged.</exception>
    public static NetworkSlice Of(NetworkPlane plane)
    {
        ArgumentNullException.ThrowIfNull(plane);
        var (request, kind, seed) = (plane.Network, plane.Directions, plane.Seed);
        var training = new NetworkTraining(request);
        var path = new List<double[]> { Copy(training.Network) };
        for (var point = 1; point < PathPoints; point++)
        {
            var until = (int)((long)point * request.Steps / (PathPoints - 1));
            while (training.Updates < until && !training.IsLost)
            {
                training.Step();
            }

            path.Add(Copy(training.Network));
        }

        return training.IsLost || !Array.TrueForAll(path[^1], double.IsFinite)
            ? throw new DescentException($"The training diverged after {training.Updates} updates, so that there are no weights to lay a plane through; lower the learning rate.")
            : new NetworkSlice(training, [.. path], kind, seed);
    }

    /// <inheritdoc/>
    public override double Value(ReadOnlySpan<double> point)
    {
        Move(point);
        return network.Evaluate(set, 0, set.TrainCount).Loss;
    }

    /// <inheritdoc/>
    public override double Gradient(ReadOnlySpan<double> point, Span<double> gradient)
    {
        Move(point);
        network.ZeroGradients();
        var loss = network.AddGradients(set, rows);
        network.CopyGradientsTo(slope);
        (gradient[0], gradient[1]) = (Dot(slope, directions[0]), Dot(slope, directions[1]));
        return loss;
    }

    /// <summary>The value, the gradient, and the Hessian, which is made of central differences of the exact gradient.</summary>
    public override double Hessian(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian)
    {
        Span<double> moved = stackalloc double[2], above = stackalloc double[2], below = stackalloc double[2];
        for (var i = 0; i < 2; i++)
        {
            point.CopyTo(moved);
            moved[i] = point[i] + Difference;
            Gradient(moved, above);
            moved[i] = point[i] - Difference;
            Gradient(moved, below);
            (hessian[2 * i], hessian[(2 * i) + 1]) = ((above[0] - below[0]) / (2 * Difference), (above[1] - below[1]) / (2 * Difference));
        }

        hessian[1] = hessian[2] = (hessian[1] + hessian[2]) / 2;
        return Gradient(point, gradient);
    }

    private void Move(ReadOnlySpan<double> point)
    {
        var (a, b, u, v) = (point[0], point[1], directions[0], directions[1]);
        for (var i = 0; i < now.Length; i++)
        {
            now[i] = centre[i] + (a * u[i]) + (b * v[i]);
        }

        network.CopyFrom(now);
    }

    private double[][] RandomDirections(ulong seed)
    {
        var random = new SeededRandom(seed, DirectionStream);
        return [Direction(), Direction()];

        double[] Direction()
        {
            var (direction, at) = (new double[centre.Length], 0);
            foreach (var layer in network.Layers)
            {
                var (outputs, inputs) = (layer.Weight.Shape[0], layer.Weight.Shape[1]);
                for (var unit = 0; unit < outputs; unit++, at += inputs)
                {
                    var part = direction.AsSpan(at, inputs);
                    foreach (ref var number in part)
                    {
                        number = random.NextNormal();
                    }

                    var own = centre.AsSpan(at, inputs);
                    var length = Math.Sqrt(Dot(part, part));
                    var factor = length > 0 ? Math.Sqrt(Dot(own, own)) / length : 0;
                    foreach (ref var number in part)
                    {
                        number *= factor;
                    }
                }

                at += outputs;
            }

            return direction;
        }
    }

    /// <summary>The two directions along which the path is longest, seen from its end.</summary>
    private double[][] MainComponents(double[][] path)
    {
        double[][] steps = [.. path.Select(point => point.Zip(centre, (a, b) => a - b).ToArray())];
        var found = new List<double[]>();
        while (found.Count < 2)
        {
            // Power iteration on Σ s·sᵀ, apart from what was found; it begins with the farthest point that is left.
            var direction = Apart(steps.MaxBy(step => Norm(Apart(step)))!);
            for (var iteration = 0; iteration < 200 && Norm(direction) > 0; iteration++)
            {
                var next = new double[direction.Length];
                foreach (var step in steps)
                {
                    var along = Dot(step, direction);
                    for (var i = 0; i < next.Length; i++)
                    {
                        next[i] += along * step[i];
                    }
                }

                next = Apart(next);
                var length = Norm(next);
                direction = length > 0 ? [.. next.Select(number => number / length)] : next;
            }

            found.Add(direction);
        }

        return [.. found.Select(direction => (Direction: direction, Farthest: steps.Max(step => Math.Abs(Dot(step, direction)))))
            .Select(pair => pair.Direction.Select(number => number * pair.Farthest / Reach).ToArray())];

        double[] Apart(double[] vector)
        {
            double[] rest = [.. vector];
            foreach (var other in found)
            {
                var along = Dot(rest, other);
                for (var i = 0; i < rest.Length; i++)
                {
                    rest[i] -= along * other[i];
                }
            }

            return rest;
        }
    }

    /// <summary>The nearest points of the plane.</summary>
    private (double[] Path, double Share) Projected(double[][] path)
    {
        var (u, v) = (directions[0], directions[1]);
        var (uu, uv, vv) = (Dot(u, u), Dot(u, v), Dot(v, v));
        var determinant = (uu * vv) - (uv * uv);
        var (points, inside, all) = (new double[2 * path.Length], 0.0, 0.0);
        for (var k = 0; k < path.Length; k++)
        {
            double[] step = [.. path[k].Zip(centre, (a, b) => a - b)];
            var (su, sv) = (Dot(step, u), Dot(step, v));
            var (a, b) = determinant > 1e-12 * uu * vv
                ? (((su * vv) - (sv * uv)) / determinant, ((sv * uu) - (su * uv)) / determinant)
                : (uu > 0 ? su / uu : 0, 0);
            (points[2 * k], points[(2 * k) + 1]) = (a, b);
            inside += (a * su) + (b * sv);
            all += Dot(step, step);
        }

        return (points, all > 0 ? inside / all : 1);
    }

    private static double[] Copy(Perceptron network)
    {
        var weights = new double[network.Length];
        network.CopyTo(weights);
        return weights;
    }

    private static double Norm(double[] vector) => Math.Sqrt(Dot(vector, vector));

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
