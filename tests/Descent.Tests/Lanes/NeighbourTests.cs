using System.Numerics;
using System.Runtime.Intrinsics;
using Descent.Lanes;

namespace Descent.Tests.Lanes;

/// <summary>What stands beside a number in a lane does not change a bit of its result, and neither does the width.</summary>
public class NeighbourTests
{
    private static readonly double[] Numbers =
    [
        0, -0.2071, 0.3, 0.777, 1, -3.7, 5.123, 12.5, -20.3, 1e-5, 1e-30, 1e-300, 5e-324, 87, -87, 90, -90, 707, -707, 709, -709, 800, -800,
        1e30, -1e30, 1e300, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    [Fact]
    public void In_double() => Compare<double, Lane128<double>, Lane256<double>, Lane512<double>>(708, 1e-14);

    [Fact]
    public void In_float() => Compare<float, Lane128<float>, Lane256<float>, Lane512<float>>(87, 1e-5);

    private static void Compare<T, V1, V2, V3>(double limit, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V1 : struct, IVectorLane<V1, T>
        where V2 : struct, IVectorLane<V2, T>
        where V3 : struct, IVectorLane<V3, T>
    {
        foreach (var number in Numbers)
        {
            foreach (var neighbour in Numbers)
            {
                Same(Exp<T, V1>, Exp<T, V2>, Exp<T, V3>);
                Same(Power<T, V1>, Power<T, V2>, Power<T, V3>);
                Same(CubeRoot<T, V1>, CubeRoot<T, V2>, CubeRoot<T, V3>);

                void Same(params Func<double, double, double>[] words)
                {
                    var alone = words[0](number, number);
                    Assert.All(words, word => Assert.Equal(alone, word(number, neighbour)));
                }
            }

            if (Math.Abs(number) < limit)
            {
                Near(Math.Exp(number), Exp<T, V1>(number, number));
            }

            if (number is >= 0 and <= 1e30 and (0 or > 1e-31))
            {
                Near(Math.Cbrt(number), Power<T, V1>(number, number));
                Near(Math.Cbrt(number), CubeRoot<T, V1>(number, number));
            }
        }

        Assert.Equal([0, double.PositiveInfinity], [Exp<T, V1>(-800, 0), Exp<T, V1>(800, 0)]);
        Assert.True(double.IsNaN(Exp<T, V1>(double.NaN, 0)));
        Assert.Equal([0, double.PositiveInfinity], [CubeRoot<T, V1>(0, 1), CubeRoot<T, V1>(double.PositiveInfinity, 1)]);
        Assert.True(double.IsNaN(CubeRoot<T, V1>(double.NaN, 0)));

        // Between the numbers above, to the last digits.
        var precise = typeof(T) == typeof(float) ? 1e-6 : 1e-14;
        for (var i = -600; i <= 600; i++)
        {
            var x = T.CreateTruncating(i * 0.0731 * (typeof(T) == typeof(float) ? 1 : 8));
            var wide = double.CreateTruncating(x);
            Close(Math.Exp(wide), Exp<T, V1>(wide, wide), precise);
            Close(Math.Cbrt(Math.Abs(wide)), CubeRoot<T, V1>(Math.Abs(wide), 1), precise);
        }

        void Close(double expected, double actual, double relative) =>
            Assert.True(Math.Abs(expected - actual) <= relative * Math.Abs(expected), $"expected {expected:R}, was {actual:R}");

        void Near(double expected, double actual) =>
            Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Abs(expected), $"expected {expected}, was {actual}");
    }

    private static double Exp<T, V>(double number, double neighbour)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : struct, IVectorLane<V, T> => First<T, V>(V.Exp(Beside<T, V>(number, neighbour)));

    private static double CubeRoot<T, V>(double number, double neighbour)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : struct, IVectorLane<V, T> => First<T, V>(V.CubeRoot(Beside<T, V>(number, neighbour)));

    private static double Power<T, V>(double number, double neighbour)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : struct, IVectorLane<V, T> => First<T, V>(V.Power(Beside<T, V>(number, neighbour), new Constant("1/3", 1.0 / 3)));

    private static V Beside<T, V>(double number, double neighbour)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : struct, IVectorLane<V, T>
    {
        var elements = new T[Vector512<T>.Count];
        Array.Fill(elements, T.CreateTruncating(neighbour));
        elements[0] = T.CreateTruncating(number);
        return V.Load(ref elements[0], 0);
    }

    private static double First<T, V>(V lane)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : struct, IVectorLane<V, T>
    {
        var elements = new T[Vector512<T>.Count];
        V.Store(lane, ref elements[0], 0);
        return double.CreateTruncating(elements[0]);
    }
}
