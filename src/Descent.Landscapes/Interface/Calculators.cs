using Descent.Landscapes.Runs;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Landscapes.Interface;

/// <summary>Calculators of the playground that run nothing: memory, batch sizes, signs of curvature.</summary>
internal static class Calculators
{
    private const int MostMethods = 80;
    private const int MostBatches = 100;

    public static MemoryReply Memory(MemoryRequest request)
    {
        Limits.Check("The number of methods", request.Optimizers.Length, MostMethods);
        Limits.Check("The number of rows", request.Rows, 1_000_000);
        Limits.Check("The number of columns", request.Columns, 1_000_000);
        Within("The number of parameters", request.Parameters, 1, 1e15);
        Within("The bytes of a number", request.Bytes, 1, 8);
        var matrix = (double)request.Rows * request.Columns;
        return new MemoryReply(request.Parameters * request.Bytes, matrix, [.. request.Optimizers.Select(text =>
        {
            StatePart[] parts = [.. MethodEntry.StateOf(Catalogue.Parse(text), request.Rows, request.Columns).Select(part => new StatePart(part.Symbol, part.Numbers))];
            var numbers = parts.Sum(part => part.Numbers);
            return new MemoryRow(text, parts, numbers, numbers / matrix, numbers / matrix * request.Parameters * request.Bytes);
        })]);
    }

    public static BatchSizesReply BatchSizes(BatchSizesRequest request)
    {
        Limits.Check("The number of batch sizes", request.Batches.Length, MostBatches);
        Within("The number of examples", request.Examples, 1, 1e12);
        Within("The milliseconds per example", request.Milliseconds, 1e-9, 1e9);
        return new BatchSizesReply(Seconds(request.Examples), [.. request.Batches.Select(batch =>
        {
            Within("A batch size", batch, 1, request.Examples);
            var spare = request.Examples == 1 ? 0 : (request.Examples - batch) / (request.Examples - 1.0);
            return new BatchSizeRow(
                batch,
                (request.Examples + batch - 1) / batch,
                Seconds(batch),
                Math.Sqrt(spare / batch),
                BatchScaling.Linear(request.LearningRate, request.FoundFor, batch),
                BatchScaling.SquareRoot(request.LearningRate, request.FoundFor, batch));
        })]);

        double Seconds(long examples) => examples * request.Milliseconds / 1000;
    }

    /// <summary>
    /// Random symmetric matrices of the Gaussian orthogonal ensemble: normal numbers of variance 1 on the diagonal and 1/2 beside it. By
    /// Sylvester's law of inertia the pivots of an LDL' factorization have the signs of the eigenvalues.
    /// </summary>
    public static CurvatureSignsReply CurvatureSigns(CurvatureSignsRequest request)
    {
        Limits.Check("The number of dimensions", request.Dimensions, 12);
        Limits.Check("The number of matrices", request.Count, 200_000, least: 100);
        return new CurvatureSignsReply([.. Enumerable.Range(1, request.Dimensions).Select(size =>
        {
            var random = new SeededRandom(request.Seed, (ulong)size);
            var counts = new double[size + 1];
            var matrix = new double[size, size];
            for (var i = 0; i < request.Count; i++)
            {
                counts[PositiveEigenvalues(matrix, size, random)]++;
            }

            var shares = Array.ConvertAll(counts, count => count / request.Count);
            double? exact = size switch { 1 => 0.5, 2 => (2 - Math.Sqrt(2)) / 4, 3 => (Math.PI - (2 * Math.Sqrt(2))) / (4 * Math.PI), _ => null };
            return new CurvatureSignsRow(size, Math.Pow(0.5, size), shares[size], shares, exact);
        })]);
    }

    private static int PositiveEigenvalues(double[,] matrix, int size, SeededRandom random)
    {
        var beside = Math.Sqrt(0.5);
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                matrix[row, column] = random.NextNormal() * (row == column ? 1 : beside);
            }
        }

        var positive = 0;
        for (var pivot = 0; pivot < size; pivot++)
        {
            positive += matrix[pivot, pivot] > 0 ? 1 : 0;
            for (var row = pivot + 1; row < size; row++)
            {
                var factor = matrix[row, pivot] / matrix[pivot, pivot];
                for (var column = pivot + 1; column <= row; column++)
                {
                    matrix[row, column] -= factor * matrix[column, pivot];
                }
            }
        }

        return positive;
    }

    private static void Within(string what, double value, double low, double high)
    {
        if (!(value >= low && value <= high))
        {
            throw new DescentException($"{what} must be from {Words.Number(low)} to {Words.Number(high)}, but was {Words.Number(value)}.");
        }
    }
}
