using Descent.Numerics;
using Descent.Storage;

namespace Descent.Tests.Storage;

public class NarrowingTests
{
    /// <summary>Of every kind: ordinary, halfway between two, denormal, at the ends of the ranges, infinite and NaN.</summary>
    private static readonly float[] Numbers =
    [
        0, -0f, 1, -1, 1.00390625f, 1.01171875f, 3.3895314e38f, float.MaxValue, 65504, 65519, 65520, 1e-7f, 2.9802322e-8f, 2.98e-8f, 6.1e-5f, -5.96e-8f,
        float.Epsilon, -1e-40f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, BitConverter.UInt32BitsToSingle(0x7F80_0001),
        .. Normals(),
    ];

    [Fact]
    public void Bfloat16_is_rounded_to_the_nearest_and_ties_to_even()
    {
        Assert.Equal(0x3F80, ((BFloat16)1f).Bits);
        Assert.Equal(0x3F80, ((BFloat16)1.00390625f).Bits);
        Assert.Equal(0x3F82, ((BFloat16)1.01171875f).Bits);
        Assert.True(float.IsNaN((float)(BFloat16)BitConverter.UInt32BitsToSingle(0x7F80_0001)));
        Assert.Equal(float.PositiveInfinity, (float)(BFloat16)float.MaxValue);
        Assert.Equal("0.5", ((BFloat16)0.5f).ToString());
    }

    [Fact]
    public void Many_at_once_give_what_each_alone_gives()
    {
        for (var length = 0; length <= Numbers.Length; length++)
        {
            var (brain, half) = (new BFloat16[length], new Half[length]);
            Narrowing.Nearest<BFloat16>(Numbers.AsSpan(0, length), brain);
            Narrowing.Nearest<Half>(Numbers.AsSpan(0, length), half);
            Assert.Equal(Numbers[..length].Select(number => (BFloat16)number), brain);
            Assert.Equal(Numbers[..length].Select(number => (Half)number), half);
            var (fromBrain, fromHalf) = (new float[length], new float[length]);
            Narrowing.Widen<BFloat16>(brain, fromBrain);
            Narrowing.Widen<Half>(half, fromHalf);
            Assert.Equal(brain.Select(number => (float)number), fromBrain);
            Assert.Equal(half.Select(number => (float)number), fromHalf);
        }
    }

    [Fact]
    public void At_random_a_number_becomes_one_of_its_neighbours_and_the_mean_is_right()
    {
        foreach (var number in new[] { 1.001f, -0.3f, 3e-5f, 4.5e-6f, 1e-9f, 20_000.7f })
        {
            CheckMean<BFloat16>(number, value => (float)value);
            CheckMean<Half>(number, value => (float)value);
        }

        CheckMean<BFloat16>(1e-40f, value => (float)value);

        static void CheckMean<T>(float number, Func<T, float> widen)
            where T : unmanaged
        {
            const int Count = 100_000;
            var rounded = new T[Count];
            Narrowing.Stochastic(Enumerable.Repeat(number, Count).ToArray(), rounded.AsSpan(), 0, 77);
            double[] values = [.. rounded.Select(value => (double)widen(value))];
            var (low, high) = (values.Min(), values.Max());
            Assert.True(low <= number && number <= high, $"{number} is not between {low} and {high}");
            Assert.InRange(values.Distinct().Count(), 1, 2);

            // Four standard deviations of a share among 100,000.
            Assert.Equal(number, values.Average(), 4 * 0.5 * (high - low) / Math.Sqrt(Count));
        }
    }

    [Fact]
    public void At_random_what_is_exact_infinite_or_no_number_stays()
    {
        foreach (var number in new[] { 0, 1, -2.5f, float.PositiveInfinity, float.NegativeInfinity, float.NaN })
        {
            var (brain, half) = (new BFloat16[300], new Half[300]);
            Narrowing.Stochastic(Enumerable.Repeat(number, 300).ToArray(), brain.AsSpan(), 0, 1);
            Narrowing.Stochastic(Enumerable.Repeat(number, 300).ToArray(), half.AsSpan(), 0, 1);
            Assert.All(brain, value => Assert.Equal(number, (float)value));
            Assert.All(half, value => Assert.Equal(number, (float)value));
        }
    }

    [Fact]
    public void What_is_random_depends_on_the_element_and_the_key_alone()
    {
        var (whole, parts, other) = (new BFloat16[1000], new BFloat16[1000], new BFloat16[1000]);
        float[] numbers = [.. Enumerable.Range(0, 1000).Select(i => 1 + (i * 1e-4f))];
        Narrowing.Stochastic(numbers, whole.AsSpan(), 0, 5);
        Narrowing.Stochastic(numbers.AsSpan(0, 256), parts.AsSpan(), 0, 5);
        Narrowing.Stochastic(numbers.AsSpan(256), parts.AsSpan(256), 256, 5);
        Narrowing.Stochastic(numbers, other.AsSpan(), 0, 6);
        Assert.Equal(whole, parts);
        Assert.NotEqual(whole, other);
        Assert.NotEqual(BitNoise.Key(1, 8, 3), BitNoise.Key(1, 8, 4));
        Assert.NotEqual(BitNoise.Key(1, 8, 3), BitNoise.Key(1, 9, 3));
        Assert.NotEqual(BitNoise.Key(1, 8, 3), BitNoise.Key(2, 8, 3));
    }

    private static float[] Normals()
    {
        var random = new SeededRandom(6);
        return [.. Enumerable.Range(0, 500).Select(_ => (float)(random.NextNormal() * Math.Pow(10, (20 * random.NextDouble()) - 10)))];
    }
}
