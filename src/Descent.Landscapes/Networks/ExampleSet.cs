using Descent.Numerics;

namespace Descent.Landscapes.Networks;

/// <summary>Examples: inputs row by row, and for each a class or a number.</summary>
public sealed class ExampleSet
{
    private const ulong ExampleStream = 11;
    private const ulong SplitStream = 12;

    private ExampleSet(int count, int inputs, int classes) =>
        (Count, Inputs, Classes, X, Labels, Targets) = (count, inputs, classes, new double[count * inputs], new int[count], new double[classes == 0 ? count : 0]);

    /// <summary>How many examples there are.</summary>
    public int Count { get; }

    /// <summary>Numbers per example: 2 for what lies in the plane, 64 for digits.</summary>
    public int Inputs { get; }

    /// <summary>How many classes; 0 where a number is learnt.</summary>
    public int Classes { get; }

    /// <summary>The inputs, row by row; what lies in the plane lies within ±<see cref="HalfWidth"/> but for noise.</summary>
    public double[] X { get; }

    /// <summary>The class of each example; 0 where a number is learnt.</summary>
    public int[] Labels { get; }

    /// <summary>The number of each example; empty where classes are learnt.</summary>
    public double[] Targets { get; }

    /// <summary>How many of them, the first ones, are trained on.</summary>
    public int TrainCount { get; private init; }

    /// <summary>Half the side of the picture.</summary>
    public const double HalfWidth = 3;

    /// <summary>Makes the examples of a request: the same seed gives the same ones.</summary>
    public static ExampleSet Of(NetworkRequest request)
    {
        NetworkLimits.Check(request);
        var (count, random) = (request.Examples, new SeededRandom(request.Seed, ExampleStream));
        var (inputs, classes) = request.Data switch { NetworkData.Digits => (DigitBitmaps.Pixels, 10), NetworkData.Plane => (2, 0), _ => (2, 2) };
        var made = new ExampleSet(count, inputs, classes) { TrainCount = Math.Clamp((int)Math.Round(count * request.TrainShare), 1, count - 1) };
        int[] order = [.. Enumerable.Range(0, count)];
        new SeededRandom(request.Seed, SplitStream).Shuffle<int>(order);

        // Classes alternate as they are drawn; the shuffled places make training and validation alike.
        for (var i = 0; i < count; i++)
        {
            var x = made.X.AsSpan(order[i] * inputs, inputs);
            made.Labels[order[i]] = classes == 0 ? 0 : i % classes;
            Draw(request.Data, i, classes == 0 ? 0 : i % classes, x, random);
            if (classes == 0)
            {
                made.Targets[order[i]] = (x[0] + (2 * x[1])) / (3 * HalfWidth);
            }

            var deviation = request.Noise * (request.Data == NetworkData.Digits ? 1 : HalfWidth);
            foreach (ref var value in x)
            {
                value += deviation * random.NextNormal();
            }
        }

        return made;
    }

    private static void Draw(NetworkData data, int index, int label, Span<double> x, SeededRandom random)
    {
        switch (data)
        {
            case NetworkData.Circle:
                var radius = label == 0 ? random.NextUniform(0, 0.5 * HalfWidth) : random.NextUniform(0.7 * HalfWidth, HalfWidth);
                Polar(radius, random.NextUniform(0, 2 * Math.PI), x);
                break;
            case NetworkData.Xor:
                const double Gap = 0.06 * HalfWidth;
                var (a, b) = (random.NextUniform(Gap, HalfWidth), random.NextUniform(Gap, HalfWidth));
                var isLeft = index / 2 % 2 == 0;
                (x[0], x[1]) = (isLeft ? -a : a, isLeft == (label == 0) ? -b : b);
                break;
            case NetworkData.Moons:
                var angle = random.NextUniform(0, Math.PI);
                (x[0], x[1]) = label == 0
                    ? (HalfWidth * 0.6 * (Math.Cos(angle) - 0.5), HalfWidth * 0.6 * (Math.Sin(angle) - 0.25))
                    : (HalfWidth * 0.6 * (0.5 - Math.Cos(angle)), HalfWidth * 0.6 * (0.25 - Math.Sin(angle)));
                break;
            case NetworkData.Spiral:
                var along = random.NextDouble();
                Polar(0.95 * HalfWidth * ((0.95 * along) + 0.05), (1.75 * 2 * Math.PI * along) + (label * Math.PI), x);
                break;
            case NetworkData.Digits:
                DigitBitmaps.Draw(label, x, random);
                break;
            default:
                (x[0], x[1]) = (random.NextUniform(-HalfWidth, HalfWidth), random.NextUniform(-HalfWidth, HalfWidth));
                break;
        }
    }

    private static void Polar(double radius, double angle, Span<double> x) => (x[0], x[1]) = (radius * Math.Sin(angle), radius * Math.Cos(angle));
}
