using Descent.Engine;
using Descent.LinearAlgebra;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.TestSupport;

namespace Descent.Tests.LinearAlgebra;

public class NewtonSchulzTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    [InlineData(4, 3)]
    [InlineData(20, 33)]
    [InlineData(70, 50)]
    public void Equals_the_iteration_in_plain_loops(int rows, int columns)
    {
        var matrix = Draw(rows * columns);
        var expected = Plain(matrix, rows, columns, epsilon: 1e-7);
        new NewtonSchulz<double>().Orthogonalize(matrix, rows, columns, 1e-7);
        var differ = new Differ(1e-9);
        differ.Compare(expected, matrix, "double");
        differ.AssertClose();
    }

    [Fact]
    public void Singular_values_come_near_1()
    {
        // The rows of a diagonal matrix are its singular vectors.
        var matrix = new double[6 * 8];
        for (var i = 0; i < 6; i++)
        {
            matrix[(i * 8) + i] = 1 + i;
        }

        new NewtonSchulz<double>().Orthogonalize(matrix, 6, 8, 1e-7);
        for (var i = 0; i < matrix.Length; i++)
        {
            Assert.InRange(matrix[i], i / 8 == i % 8 ? 0.6 : -1e-12, i / 8 == i % 8 ? 1.3 : 1e-12);
        }
    }

    [Fact]
    public void Zero_stays_zero()
    {
        var matrix = new float[12];
        new NewtonSchulz<float>().Orthogonalize(matrix, 4, 3, 1e-8);
        Assert.All(matrix, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_step_on_matrices_allocates_nothing_and_does_not_depend_on_threads_or_chunks()
    {
        var expected = Train(Workers.Sequential, chunk: 32_768, out _);
        using var two = new Workers(2);
        Assert.Equal(expected, Train(two, chunk: 5_000, out var allocated));
        Assert.Equal(0, allocated);
    }

    private static float[] Train(Workers workers, int chunk, out long allocated)
    {
        Parameter<float> Matrix(string name, int rows, int columns) =>
            new(name, Draw(rows * columns).Select(value => (float)value).ToArray(), Draw(rows * columns).Select(value => (float)value).ToArray(), [rows, columns]);

        Parameter<float>[] parameters = [Matrix("wide", 300, 500), Matrix("tall", 500, 300), Matrix("small", 3, 4)];
        foreach (var parameter in parameters)
        {
            parameter.HasGradient = true;
        }

        var optimizer = Optimizer.WithChunks(parameters, new Mars { Kind = MarsKind.Shampoo, WeightDecay = 0.1 }, workers, chunk);
        allocated = long.MaxValue;
        for (var window = 0; window < 4; window++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            optimizer.Step();
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return [.. parameters.SelectMany(parameter => parameter.Values.ToArray())];
    }

    private static double[] Draw(int count)
    {
        var random = new SeededRandom(11);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];
    }

    /// <summary>X ← a·X + b·(X·Xᵀ)·X + c·(X·Xᵀ)²·X on the matrix itself, which is the same on its transpose.</summary>
    private static double[] Plain(double[] matrix, int rows, int columns, double epsilon)
    {
        var norm = Math.Sqrt(matrix.Sum(value => value * value));
        var x = matrix.Select(value => value / (norm + epsilon)).ToArray();
        for (var iteration = 0; iteration < 5; iteration++)
        {
            var once = TimesGram(x);
            var twice = TimesGram(once, x);
            x = [.. x.Select((value, i) => (3.4445 * value) - (4.7750 * once[i]) + (2.0315 * twice[i]))];
        }

        return x;

        double[] TimesGram(double[] y, double[]? of = null)
        {
            of ??= y;
            var result = new double[y.Length];
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < rows; j++)
                {
                    var product = 0.0;
                    for (var k = 0; k < columns; k++)
                    {
                        product += of[(i * columns) + k] * of[(j * columns) + k];
                    }

                    for (var k = 0; k < columns; k++)
                    {
                        result[(i * columns) + k] += product * y[(j * columns) + k];
                    }
                }
            }

            return result;
        }
    }
}
