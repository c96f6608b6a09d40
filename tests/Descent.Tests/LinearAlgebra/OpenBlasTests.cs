using System.Numerics;
using Descent.LinearAlgebra;
using Descent.Numerics;
using Descent.TestSupport;

namespace Descent.Tests.LinearAlgebra;

/// <summary>The library is called as <see cref="MatrixProduct"/> would call it; the choice itself is the whole program's, so no test here makes it.</summary>
public sealed class OpenBlasTests
{
    [OpenBlasFact]
    public void Its_products_are_those_of_Descent()
    {
        OpenBlas.Load(null);
        Compare<float>(2e-5);
        Compare<double>(1e-12);
    }

    [OpenBlasFact]
    public void A_library_without_its_functions_is_refused()
    {
        var file = new[] { "libc.so.6", "libSystem.dylib", "kernel32.dll" }[OperatingSystem.IsWindows() ? 2 : OperatingSystem.IsMacOS() ? 1 : 0];
        Assert.Equal($"'{file}' is a library, but not OpenBLAS with its C interface; name the file of OpenBLAS.", Assert.Throws<DescentException>(() => OpenBlas.Load(file)).Message);
    }

    private static unsafe void Compare<T>(double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new SeededRandom(9);
        var differ = new Differ(tolerance);
        for (var flags = 0; flags < 8; flags++)
        {
            for (var round = 0; round < 10; round++)
            {
                var (rows, columns, inner) = (1 + random.NextInt32(40), 1 + random.NextInt32(40), 1 + random.NextInt32(90));
                var shape = new ProductShape(rows, columns, inner)
                {
                    TransposeLeft = (flags & 1) != 0,
                    TransposeRight = (flags & 2) != 0,
                    Accumulate = (flags & 4) != 0,
                    LeftStride = ((flags & 1) != 0 ? rows : inner) + random.NextInt32(3),
                    ResultStride = columns + random.NextInt32(3),
                    Count = 1 + random.NextInt32(3),
                    RightStep = 0,
                };
                T[] left = Draw<T>(random, shape.Left.Extent(shape.Items)), right = Draw<T>(random, shape.Right.Extent(1)), own = Draw<T>(random, shape.Result.Extent(shape.Items));
                T[] other = [.. own];
                MatrixProduct.Multiply(left, right, own, shape, new AddRow<T>());
                fixed (T* a = left, b = right, c = other)
                {
                    OpenBlas.Multiply(shape, a, b, c, new AddRow<T>());
                }

                for (var i = 0; i < own.Length; i++)
                {
                    differ.Compare(double.CreateChecked(own[i]), double.CreateChecked(other[i]), $"{shape} at {i}");
                }
            }
        }

        differ.AssertClose();
    }

    private static T[] Draw<T>(SeededRandom random, long count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = T.CreateChecked(random.NextUniform(-1, 1));
        }

        return values;
    }

    /// <summary>Adds its place to every number.</summary>
    private sealed class AddRow<T> : IProductFinish<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Finish(Span<T> values, int item, int row, int column)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] += T.CreateChecked((100 * item) + (10 * row) + column + i) / T.CreateChecked(1000);
            }
        }
    }
}
