using System.Numerics;
using System.Runtime.Intrinsics;
using Descent.Engine;
using Descent.LinearAlgebra;
using Descent.Numerics;
using Descent.TestSupport;

namespace Descent.Tests.LinearAlgebra;

public sealed class MatrixProductTests
{
    private static readonly (int Rows, int Columns, int Inner)[] FixedShapes =
    [
        (0, 3, 4), (3, 0, 4), (3, 4, 0), (0, 0, 0), (1, 1, 1), (1, 1, 700), (1, 33, 5), (33, 1, 5), (6, 16, 1), (6, 32, 256), (7, 33, 257),
        (64, 10, 64), (10, 64, 64), (5, 17, 513), (97, 129, 20), (200, 150, 300), (1600, 3, 7), (2, 2100, 9),
    ];

    public static TheoryData<bool, bool, bool> Flags
    {
        get
        {
            var data = new TheoryData<bool, bool, bool>();
            for (var bits = 0; bits < 8; bits++)
            {
                data.Add((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Flags))]
    public void Equals_the_triple_loop_in_double(bool transposeLeft, bool transposeRight, bool accumulate) =>
        Compare<double>(transposeLeft, transposeRight, accumulate, 1e-12);

    [Theory]
    [MemberData(nameof(Flags))]
    public void Equals_the_triple_loop_in_float(bool transposeLeft, bool transposeRight, bool accumulate) =>
        Compare<float>(transposeLeft, transposeRight, accumulate, 2e-5);

    /// <summary>Every tile of every width, also those that this machine would not choose: right, and the same bits as the narrowest.</summary>
    [Fact]
    public unsafe void Tiles_of_all_widths_have_the_same_bits()
    {
        Tiles<float>(2e-6);
        Tiles<double>(1e-14);

        static void Tiles<T>(double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var random = new SeededRandom(8);
            const int columns = 32, inner = 37;
            T[] left = Draw<T>(random, 12 * inner), right = Draw<T>(random, inner * columns), start = Draw<T>(random, 12 * columns);
            var differ = new Differ(tolerance);
            for (var rows = 1; rows <= 12; rows++)
            {
                foreach (var accumulate in new[] { false, true })
                {
                    var narrow = All<T, Vector128<T>, Lanes128<T>>(rows, accumulate);
                    Assert.Equal(narrow, All<T, Vector256<T>, Lanes256<T>>(rows, accumulate));
                    Assert.Equal(narrow, All<T, Vector512<T>, Lanes512<T>>(rows, accumulate));
                    for (var i = 0; i < rows * columns; i++)
                    {
                        var sum = accumulate ? double.CreateChecked(start[i]) : 0;
                        for (var k = 0; k < inner; k++)
                        {
                            sum += double.CreateChecked(left[(i / columns * inner) + k]) * double.CreateChecked(right[(k * columns) + (i % columns)]);
                        }

                        differ.Compare(sum, double.CreateChecked(narrow[i]), $"{rows} rows, {i}");
                    }
                }
            }

            differ.AssertClose();

            TItem[] All<TItem, V, L>(int rows, bool accumulate)
                where TItem : unmanaged
                where V : struct
                where L : struct, IVectorLanes<TItem, V>
            {
                var result = (TItem[])start.Clone();
                var width = MicroKernel.Registers * L.Count;
                fixed (TItem* l = (TItem[])(object)left, c = result)
                {
                    for (var column = 0; column < columns; column += width)
                    {
                        var panel = new TItem[inner * width];
                        for (var i = 0; i < panel.Length; i++)
                        {
                            panel[i] = ((TItem[])(object)right)[(i / width * columns) + column + (i % width)];
                        }

                        fixed (TItem* r = panel)
                        {
                            for (var row = 0; row < rows;)
                            {
                                row += MicroKernel.Tile<TItem, V, L>(rows - row, inner, new LeftTile<TItem>(l + (row * inner), inner, 1), r, c + (row * columns) + column, columns, accumulate);
                            }
                        }
                    }
                }

                return result;
            }
        }
    }

    [Fact]
    public void The_number_of_threads_does_not_change_a_bit()
    {
        using var two = new Workers(2);
        using var three = new Workers(3);
        var random = new SeededRandom(5);
        foreach (var (rows, columns, inner) in new[] { (300, 500, 600), (400, 700, 1300), (64, 2100, 300), (1700, 130, 40), (2000, 1, 1000), (128, 128, 128), (1, 2000, 1000), (2, 3000, 500) })
        {
            var left = Draw<float>(random, rows * inner);
            var right = Draw<float>(random, inner * columns);
            var expected = new float[rows * columns];
            MatrixProduct.Multiply<float>(left, right, expected, rows, columns, inner, workers: Workers.Sequential);
            foreach (var workers in new[] { two, three })
            {
                var actual = new float[rows * columns];
                MatrixProduct.Multiply<float>(left, right, actual, rows, columns, inner, workers: workers);
                Assert.Equal(expected, actual);

                // Nothing of the last product is left: other numbers in the same places.
                Array.Reverse(right);
                MatrixProduct.Multiply<float>(left, right, actual, rows, columns, inner, workers: workers);
                var reversed = new float[rows * columns];
                MatrixProduct.Multiply<float>(left, right, reversed, rows, columns, inner, workers: Workers.Sequential);
                Assert.Equal(reversed, actual);
                Array.Reverse(right);
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated_after_the_first_product()
    {
        using var workers = new Workers(2);
        const int size = 128;
        var random = new SeededRandom(6);
        var left = Draw<float>(random, size * size);
        var right = Draw<float>(random, size * size);
        var result = new float[size * size];
        Products(3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Products(50);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Products(int count)
        {
            for (var i = 0; i < count; i++)
            {
                MatrixProduct.Multiply<float>(left, right, result, size, size, size, transposeRight: true, workers: workers);
                MatrixProduct.Multiply<float>(left, right.AsSpan(0, size), result.AsSpan(0, size), size, 1, size, accumulate: true, workers: workers);
            }
        }
    }

    [Fact]
    public void A_NaN_reaches_exactly_the_elements_that_it_is_part_of()
    {
        var left = new double[] { 1, double.NaN, 3, 4 };
        var right = new double[] { 5, 6, 7, 8 };
        var result = new double[4];
        MatrixProduct.Multiply<double>(left, right, result, 2, 2, 2);
        Assert.Equal([double.NaN, double.NaN, 43, 50], result);
    }

    [Theory]
    [MemberData(nameof(Flags))]
    public void Many_products_of_parts_of_arrays_equal_the_triple_loop(bool transposeLeft, bool transposeRight, bool accumulate)
    {
        using var workers = new Workers(3);
        var random = new SeededRandom(7);
        var differ = new Differ(1e-12);
        foreach (var (rows, columns, inner, count) in new[] { (5, 7, 9, 11), (64, 32, 64, 40), (1, 33, 20, 3), (20, 1, 33, 3), (20, 2, 0, 3), (13, 40, 300, 2), (3, 4, 5, 0) })
        {
            // A few elements lie between rows and between matrices; the second operand is the same for all.
            var shape = new ProductShape(rows, columns, inner)
            {
                TransposeLeft = transposeLeft,
                TransposeRight = transposeRight,
                Accumulate = accumulate,
                Count = count,
                LeftStride = (transposeLeft ? rows : inner) + 3,
                RightStride = (transposeRight ? inner : columns) + 1,
                ResultStride = columns > 1 ? columns + 2 : 1,
                RightStep = 0,
            };
            var (left, right, start) = (Draw<double>(random, (int)shape.Left.Extent(count)), Draw<double>(random, (int)shape.Right.Extent(count)), Draw<double>(random, (int)shape.Result.Extent(count)));
            var actual = start.ToArray();
            MatrixProduct.Multiply<double>(left, right, actual, shape, new AddPlace(), workers);
            var expected = start.ToArray();
            for (var item = 0; item < count; item++)
            {
                for (var i = 0; i < rows; i++)
                {
                    for (var j = 0; j < columns; j++)
                    {
                        var place = (item * (int)shape.Result.Step) + (i * shape.Result.Stride) + j;
                        var sum = accumulate ? start[place] : 0;
                        for (var k = 0; k < inner; k++)
                        {
                            sum += left[(item * (int)shape.Left.Step) + (transposeLeft ? (k * shape.Left.Stride) + i : (i * shape.Left.Stride) + k)]
                                * right[transposeRight ? (j * shape.Right.Stride) + k : (k * shape.Right.Stride) + j];
                        }

                        expected[place] = sum + (100 * item) + (10 * i) + j;
                    }
                }
            }

            differ.Compare(expected, actual, $"{rows}×{inner}·{inner}×{columns}, {count}");
        }

        differ.AssertClose();
    }

    private sealed class AddPlace : IProductFinish<double>
    {
        public void Finish(Span<double> values, int item, int row, int column)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] += (100 * item) + (10 * row) + column + i;
            }
        }
    }

    [Fact]
    public void Wrong_places_are_named_in_one_sentence()
    {
        var shape = new ProductShape(2, 2, 2);
        Says("The sizes of a product and their count must be at least 0, but were -1×2, 2 and 1.", shape with { Rows = -1 });
        Says("The left matrices of a product reach over 20 elements, but there are 16.", shape with { Count = 5 });
        Says("The right matrices of a product reach over 17 elements, but there are 16.", shape with { RightStride = 15 });
        Says("The results of 3 products must not overlap, but lie 3 elements apart and have 4.", shape with { Count = 3, ResultStep = 3 });
        Says("The rows of the result matrix have 2 elements, so that they must lie at least so far apart and matrices 0 or more, but they lie 1 and 2 apart.", shape with { ResultStride = 1 });

        static void Says(string sentence, ProductShape shape) =>
            Assert.Equal(sentence, Assert.Throws<DescentException>(() => MatrixProduct.Multiply<float>(new float[16], new float[16], new float[16], shape)).Message);
    }

    [Fact]
    public void Wrong_arguments_are_named_in_one_sentence()
    {
        var four = new float[4];
        Assert.Equal(
            "The right matrix of a product must hold 2×3 elements (sizes of 0 or more), but holds 4.",
            Assert.Throws<DescentException>(() => MatrixProduct.Multiply<float>(four, four, new float[6], 2, 3, 2)).Message);
        Assert.Equal(
            "The result of a matrix product must not overlap its operands; give it memory of its own.",
            Assert.Throws<DescentException>(() => MatrixProduct.Multiply<float>(four, four, four, 2, 2, 2)).Message);
        Assert.Equal(
            "A matrix product takes float or double elements, but they were Int32.",
            Assert.Throws<DescentException>(() => MatrixProduct.Multiply<int>([1], [1], new int[1], 1, 1, 1)).Message);
    }

    private static void Compare<T>(bool transposeLeft, bool transposeRight, bool accumulate, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new SeededRandom(4);
        var random25 = Enumerable.Range(0, 25).Select(_ => (1 + random.NextInt32(70), 1 + random.NextInt32(70), 1 + random.NextInt32(300)));
        var differ = new Differ(tolerance);
        foreach (var (rows, columns, inner) in FixedShapes.Concat(random25))
        {
            var left = Draw<T>(random, rows * inner);
            var right = Draw<T>(random, inner * columns);
            var start = Draw<T>(random, rows * columns);
            var actual = start.ToArray();
            MatrixProduct.Multiply<T>(left, right, actual, rows, columns, inner, transposeLeft, transposeRight, accumulate);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    var sum = accumulate ? double.CreateChecked(start[(i * columns) + j]) : 0;
                    for (var k = 0; k < inner; k++)
                    {
                        sum += double.CreateChecked(left[transposeLeft ? (k * rows) + i : (i * inner) + k])
                            * double.CreateChecked(right[transposeRight ? (j * inner) + k : (k * columns) + j]);
                    }

                    differ.Compare(sum, double.CreateChecked(actual[(i * columns) + j]), $"{rows}×{inner}·{inner}×{columns} at ({i}, {j})");
                }
            }
        }

        differ.AssertClose();
    }

    private static T[] Draw<T>(SeededRandom random, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = T.CreateChecked(random.NextUniform(-1, 1));
        }

        return values;
    }
}
