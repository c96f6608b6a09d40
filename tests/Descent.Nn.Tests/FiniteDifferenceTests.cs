using Descent.Numerics;
using Descent.TestSupport;

namespace Descent.Nn.Tests;

/// <summary>
/// Gradients, and gradients of gradients, of every operation along random directions: central differences on random shapes.
/// </summary>
public sealed class FiniteDifferenceTests
{
    private const double Step = 1e-5;
    private static readonly int[] Classes = [2, 0, 1, 2, 2];

    private static readonly Dictionary<string, Func<SeededRandom, (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function)>> Operations = new()
    {
        ["add"] = random => Same(random, x => x[0] + x[1]),
        ["add, row broadcast"] = random => Row(random, x => x[0] + x[1]),
        ["subtract"] = random => Same(random, x => x[0] - x[1]),
        ["subtract, row broadcast"] = random => Row(random, x => x[1] - x[0]),
        ["multiply"] = random => Same(random, x => x[0] * x[1]),
        ["multiply, both broadcast"] = random => Outer(random, x => x[0] * x[1]),
        ["multiply with itself"] = random => One(random, x => x[0] * x[0]),
        ["scale and shift"] = random => One(random, x => -((x[0] * 3.5) + 2) - 0.25),
        ["square"] = random => One(random, x => x[0].Square()),
        ["exp"] = random => One(random, x => x[0].Exp()),
        ["tanh"] = random => One(random, x => x[0].Tanh()),
        ["relu"] = random => One(random, x => x[0].Relu() * x[0]),
        ["reciprocal root"] = random => One(random, x => (x[0].Square() + 0.5).ReciprocalSqrt()),
        ["standardize"] = random => ([[6, 3]], x => x[0].Standardize([0], 1e-3, out _, out _)),
        ["batch norm"] = random => ([[4, 3, 2], [3], [3]], x => (x[0].Standardize([0, 2], 1e-3, out _, out _) * x[1].Reshape(3, 1)) + x[2].Reshape(3, 1)),
        ["softmax, last axis"] = random => One(random, x => x[0].Softmax()),
        ["softmax, first axis"] = random => One(random, x => x[0].Softmax(0)),
        ["log-softmax, last axis"] = random => One(random, x => x[0].LogSoftmax()),
        ["log-softmax, middle axis"] = random => One(random, x => x[0].LogSoftmax(1)),
        ["sum, square"] = random => One(random, x => x[0].Sum([1]).Square()),
        ["mean, square"] = random => One(random, x => x[0].Mean([0, -1], keepAxes: true).Square()),
        ["mean of all, square"] = random => One(random, x => x[0].Mean().Square()),
        ["reshape"] = random => One(random, x => x[0].Reshape(x[0].Length).Square()),
        ["expand"] = random => ([[3, 1]], x => x[0].Expand(2, 3, 4).Square()),
        ["linear"] = random => Layer(random, x => x[0].Linear(x[1], x[2])),
        ["linear, rank 3, no bias"] = random => ([[2, 3, 4], [5, 4]], x => x[0].Linear(x[1])),
        ["matrix product"] = random => Matrices(random, false, false),
        ["matrix product, left transposed"] = random => Matrices(random, true, false),
        ["matrix product, right transposed"] = random => Matrices(random, false, true),
        ["matrix product, both transposed"] = random => Matrices(random, true, true),
        ["matrix by vector"] = random => ([[4, 3], [3]], x => x[0].MatrixMultiply(x[1])),
        ["vector by vector"] = random => ([[6], [6]], x => x[0].MatrixMultiply(x[1])),
        ["transposed matrix by vector"] = random => ([[3, 4], [3]], x => x[0].MatrixMultiply(x[1], transposeLeft: true)),
        ["vector by transposed matrix"] = random => ([[3], [4, 3]], x => x[0].MatrixMultiply(x[1], transposeRight: true)),
        ["cross-entropy, mean"] = random => ([[5, 3]], x => Loss.CrossEntropy(x[0], Classes)),
        ["cross-entropy, none"] = random => ([[5, 3]], x => Loss.CrossEntropy(x[0], Classes, Reduction.None)),
        ["mean squared error"] = random => Same(random, x => Loss.MeanSquaredError(x[0], x[1])),
        ["small network"] = random => ([[5, 4], [6, 4], [6], [3, 6], [3]], x => Loss.CrossEntropy(x[0].Linear(x[1], x[2]).Tanh().Linear(x[3], x[4]), Classes)),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_the_slopes(string name) => Check(name, 1e-8, (function, inputs) => function(inputs));

    /// <summary>The function checked is itself the sum of squares of a gradient, so that its gradient needs second derivatives.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_of_gradients_are_the_slopes_of_gradients(string name) => Check(name, 1e-7, (function, inputs) =>
    {
        var squares = function(inputs).Square().Sum();
        var gradients = Autograd.Gradients(squares, inputs, differentiable: true);
        return gradients.Select(gradient => gradient.Square().Sum()).Aggregate((sum, next) => sum + next);
    });

    private static void Check(string name, double tolerance, Func<Func<Tensor<double>[], Tensor<double>>, Tensor<double>[], Tensor<double>> checkedFunction)
    {
        var differ = new Differ(tolerance);
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var random = new SeededRandom(seed);
            var (shapes, function) = Operations[name](random);
            var inputs = shapes.Select(shape => Draw(random, shape)).ToArray();
            var directions = shapes.Select(shape => Draw(random, shape)).ToArray();
            var result = checkedFunction(function, inputs);
            var weights = Draw(random, result.Shape.ToArray()).Detach();
            (result * weights).Sum().Backward();
            var slope = inputs.Zip(directions, (input, direction) => Dot(input.Gradient, direction.Values)).Sum();

            double At(double step)
            {
                var moved = inputs.Zip(directions, (input, direction) => Leaf((input.Detach() + (direction.Detach() * step)).ToArray(), input.Shape.ToArray()));
                return (checkedFunction(function, [.. moved]) * weights).Sum().ToScalar();
            }

            // Richardson's extrapolation: the error is of order Step⁴.
            var coarse = (At(64 * Step) - At(-64 * Step)) / (128 * Step);
            var fine = (At(32 * Step) - At(-32 * Step)) / (64 * Step);
            differ.Compare(((4 * fine) - coarse) / 3, slope, $"{name}, seed {seed}");
        }

        differ.AssertClose();
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) One(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function) =>
        ([[Size(random), Size(random), Size(random)]], function);

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Same(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function)
    {
        int[] shape = [Size(random), Size(random)];
        return ([shape, shape], function);
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Row(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function)
    {
        var columns = Size(random);
        return ([[Size(random), columns], [columns]], function);
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Outer(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function)
    {
        var (rows, columns) = (Size(random), Size(random));
        return ([[Size(random), 1, columns], [rows, 1]], function);
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Layer(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function)
    {
        var (inputs, outputs) = (Size(random), Size(random));
        return ([[Size(random), inputs], [outputs, inputs], [outputs]], function);
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Matrices(SeededRandom random, bool transposeLeft, bool transposeRight)
    {
        var (rows, inner, columns) = (Size(random), Size(random), Size(random));
        int[] left = transposeLeft ? [inner, rows] : [rows, inner];
        int[] right = transposeRight ? [columns, inner] : [inner, columns];
        return ([left, right], x => x[0].MatrixMultiply(x[1], transposeLeft, transposeRight));
    }

    private static int Size(SeededRandom random) => 1 + random.NextInt32(5);

    /// <summary>Numbers at least 0.05 away from 0, so that no kink lies within a step.</summary>
    private static Tensor<double> Draw(SeededRandom random, int[] shape)
    {
        var values = new double[shape.Aggregate(1, (x, y) => x * y)];
        foreach (ref var value in values.AsSpan())
        {
            value = random.NextUniform(0.05, 1) * (random.NextInt32(2) == 0 ? 1 : -1);
        }

        return Leaf(values, shape);
    }

    private static Tensor<double> Leaf(double[] values, int[] shape) => new(values, shape, requiresGradient: true);

    private static double Dot(Memory<double> x, Memory<double> y) => x.ToArray().Zip(y.ToArray(), (a, b) => a * b).Sum();
}
