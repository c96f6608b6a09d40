using System.Runtime.Intrinsics;
using Descent.Lanes;

namespace Descent.Tests.Lanes;

/// <summary>Every word of the vocabulary is what <see cref="Math"/> says, at every width.</summary>
public class LaneTests
{
    private static readonly double[] Values = [0, -0.0, 1.5, -2.25, 1e-300, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN];

    [Fact]
    public void Lanes_of_128_bits_compute_as_Math() => Compare<Lane128<double>>();

    [Fact]
    public void Lanes_of_256_bits_compute_as_Math() => Compare<Lane256<double>>();

    [Fact]
    public void Lanes_of_512_bits_compute_as_Math() => Compare<Lane512<double>>();

    private static void Compare<V>()
        where V : struct, IVectorLane<V, double>
    {
        foreach (var x in Values)
        {
            Assert.Equal(Math.Sqrt(x), Of<V>(V.Sqrt(In<V>(x))));
            Assert.Equal(Math.Abs(x), Of<V>(V.Abs(In<V>(x))));
            Assert.Equal(-x, Of<V>(-In<V>(x)));
            Assert.Equal(double.IsNaN(x) ? 0 : Math.Sign(x), Of<V>(V.Sign(In<V>(x))));
            Assert.Equal(x, Of<V>(V.Named("x", In<V>(x))));
            foreach (var y in Values)
            {
                Assert.Equal(Math.Min(x, y), Of<V>(V.Min(In<V>(x), In<V>(y))));
                Assert.Equal(Math.Max(x, y), Of<V>(V.Max(In<V>(x), In<V>(y))));
                Assert.Equal(x + y, Of<V>(In<V>(x) + In<V>(y)));
                Assert.Equal(x - y, Of<V>(In<V>(x) - In<V>(y)));
                Assert.Equal(x * y, Of<V>(In<V>(x) * In<V>(y)));
                Assert.Equal(x / y, Of<V>(In<V>(x) / In<V>(y)));
            }
        }
    }

    private static V In<V>(double value)
        where V : struct, IVectorLane<V, double>
    {
        var elements = new double[Vector512<double>.Count];
        Array.Fill(elements, value);
        return V.Load(ref elements[0], 0);
    }

    private static double Of<V>(V lane)
        where V : struct, IVectorLane<V, double>
    {
        var elements = new double[Vector512<double>.Count];
        V.Store(lane, ref elements[0], 0);
        Assert.All(elements[..V.Count], element => Assert.Equal(elements[0], element));
        return elements[0];
    }
}
