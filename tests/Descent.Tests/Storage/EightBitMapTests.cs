using Descent.Numerics;
using Descent.Storage;
using Xunit.Abstractions;

namespace Descent.Tests.Storage;

public class EightBitMapTests(ITestOutputHelper output)
{
    private const int Block = EightBitMap.Block;

    /// <summary>How many mantissa bits each doubling of a block with signs has, from [½, 1) down; the definition of the map.</summary>
    private static readonly int[] MantissaBits = [5, 4, 4, 3, 3, 3, 3, .. Enumerable.Repeat(1, 15)];

    [Fact]
    public void The_numbers_are_those_of_the_definition()
    {
        Assert.Equal([0, .. Defined(more: 0).Skip(1)], Numbers(scale: 1)[..128]);
        Assert.Equal([0, .. Defined(more: 0).Skip(1).Select(number => -number)], Numbers(scale: 1)[128..]);
        Assert.Equal([0, .. Defined(more: 1).SkipLast(1)], Numbers(scale: -1));

        // From the smallest on.
        static IEnumerable<float> Defined(int more)
        {
            var numbers = new List<float>();
            for (var doubling = 0; doubling <= MantissaBits.Length; doubling++)
            {
                var count = 1 << (MantissaBits[Math.Min(doubling, MantissaBits.Length - 1)] + more);
                for (var i = count - 1; i >= 0; i--)
                {
                    numbers.Add(MathF.ScaleB(1 + ((float)i / count), -1 - doubling));
                }
            }

            return Enumerable.Reverse(numbers);
        }
    }

    /// <summary>
    /// The definition, number by number: rounded up or down to its upper half, and from there to one of the two codes around it, each time
    /// with the share of the distance that chance says.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Codes_are_those_of_the_definition(bool isSigned)
    {
        var random = new SeededRandom(5);
        int[] uppers = [.. Numbers(isSigned ? 1 : -1)[..(isSigned ? 128 : 256)].Select(number => BitConverter.SingleToInt32Bits(number) >> 16)];

        // Below the lowest line codes do not change: the smallest numbers of a block with sign are 0.
        (uppers[0], var lowest) = (isSigned ? 104 << 7 : 0, isSigned ? 0 : 1);
        for (var round = 0; round < 200; round++)
        {
            var numbers = Draw(random, isSigned, 9 * random.NextDouble());
            var chance = (ulong)(random.NextDouble() * (1UL << 53)) * 2_049;
            var dither = new Dither(chance);
            var codes = new byte[Block];
            EightBitMap.Encode(numbers, codes, in dither);
            var factor = 63f / 64 / numbers.Max(Math.Abs);
            for (var i = 0; i < Block; i++)
            {
                var upper = (BitConverter.SingleToInt32Bits(Math.Abs(numbers[i]) * factor) + (int)dither.Below[i % 16]) >> 16;
                var noise = (dither.Start + (i * dither.Step)) % Dither.Parts;
                var code = Array.FindLastIndex(uppers, number => number <= upper);
                code = code < lowest ? lowest : code;
                if (code > 0 && upper >= uppers[code] && code < uppers.Length - 1)
                {
                    code += ((Dither.Parts * (upper - uppers[code]) / (uppers[code + 1] - uppers[code])) + noise) / Dither.Parts;
                }
                else if (code == 0 && isSigned && upper >= uppers[0])
                {
                    code = ((Dither.Parts * (upper - uppers[0]) / (uppers[1] - uppers[0])) + noise) / Dither.Parts;
                }

                Assert.Equal(code | (numbers[i] < 0 ? 0x80 : 0), codes[i]);
            }
        }
    }

    /// <summary>However small its share of the distance between two codes is, the mean of what a number becomes is the number.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_mean_of_what_a_number_becomes_is_the_number(bool isSigned)
    {
        const int Rounds = 20_000;
        var random = new SeededRandom(6);
        var numbers = Draw(random, isSigned, 3);
        var sums = new double[Block];
        var all = Numbers(isSigned ? 1 : -1).Select(number => number * numbers.Max(Math.Abs) * (64f / 63)).Order().ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var (_, decoded) = RoundTrip(numbers, BitNoise.At((uint)round, 3));
            for (var i = 0; i < Block; i++)
            {
                sums[i] += decoded[i];
            }
        }

        var largest = 0.0;
        for (var i = 0; i < Block; i++)
        {
            var above = Array.FindIndex(all, number => number >= numbers[i]);
            above = Math.Clamp(above, 1, all.Length - 1);
            var distance = all[above] - all[above - 1];
            largest = Math.Max(largest, Math.Abs((sums[i] / Rounds) - numbers[i]) / distance);
        }

        output.WriteLine($"the mean of {Rounds} rounds is at most {largest:P2} of a distance between codes away");
        Assert.True(largest < 4 * 0.5 / Math.Sqrt(Rounds), $"{largest:P2}");
    }

    [Fact]
    public void Every_code_comes_back_as_itself()
    {
        foreach (var scale in new[] { 1f, -1f, 3e-20f, -7e12f })
        {
            var numbers = Decode([.. Enumerable.Range(0, Block).Select(code => (byte)code)], scale);
            var (found, again) = RoundTrip(numbers);
            Assert.Equal(scale, found, Math.Abs(scale) * 1e-6);
            for (var i = 0; i < Block; i++)
            {
                Assert.Equal(numbers[i], again[i], Math.Abs(numbers[i]) * 1e-6);
            }
        }
    }

    [Fact]
    public void The_largest_magnitude_of_a_block_is_kept_to_the_last_bits()
    {
        var (_, decoded) = RoundTrip([0.1f, -7.3f, 2, .. new float[Block - 3]]);
        Assert.Equal(-7.3f, decoded[1], 1e-6);
        (_, decoded) = RoundTrip([0.1f, 7.3f, 2, .. new float[Block - 3]]);
        Assert.Equal(7.3f, decoded[1], 1e-6);
    }

    [Fact]
    public void Both_widths_give_the_same_bits()
    {
        var random = new SeededRandom(8);
        for (var round = 0; round < 200; round++)
        {
            float[] numbers = [.. Enumerable.Range(0, Block).Select(_ => (float)(random.NextNormal() * Math.Pow(10, (12 * random.NextDouble()) - 6)))];
            if (round % 2 == 0)
            {
                numbers = [.. numbers.Select(MathF.Abs)];
            }

            var (wide, narrow) = (new byte[Block], new byte[Block]);
            var dither = new Dither(BitNoise.At((uint)round, 1));
            var scale = EightBitMap.Encode<Words512>(numbers, wide, in dither);
            Assert.Equal(scale, EightBitMap.Encode<Words256>(numbers, narrow, in dither));
            Assert.Equal(narrow, wide);
            var (first, second) = (new float[Block], new float[Block]);
            EightBitMap.Decode<Words512>(wide, scale, first);
            EightBitMap.Decode<Words256>(wide, scale, second);
            Assert.Equal(second, first);
        }
    }

    [Fact]
    public void A_short_block_has_the_codes_of_its_numbers_in_a_longer_one()
    {
        var random = new SeededRandom(2);
        for (var length = 0; length <= Block; length++)
        {
            float[] numbers = [.. Enumerable.Range(0, length).Select(_ => (float)random.NextNormal())];
            var (codes, all) = (new byte[length], new byte[Block]);
            var dither = new Dither(BitNoise.At((uint)length, 2));
            var scale = EightBitMap.Encode(numbers, codes, in dither);
            Assert.Equal(EightBitMap.Encode([.. numbers, .. new float[Block - length]], all, in dither), scale);
            Assert.Equal(all[..length], codes);
            Assert.Equal(Decode(all, scale)[..length], Decode(codes, scale));
        }
    }

    [Fact]
    public void A_positive_number_among_positive_ones_never_becomes_zero()
    {
        var (_, decoded) = RoundTrip([1, 1e-9f, 1e-20f, 0, .. new float[Block - 4]]);
        Assert.True(decoded[1] > 0 && decoded[2] > 0, $"{decoded[1]}, {decoded[2]}");
        Assert.Equal(0, decoded[3]);
    }

    [Fact]
    public void Zeros_denormals_and_what_is_not_finite()
    {
        Assert.All(RoundTrip(new float[Block]).Decoded, number => Assert.Equal(0, number));
        Assert.All(RoundTrip([float.Epsilon, -1e-39f, .. new float[Block - 2]]).Decoded, number => Assert.Equal(0, number));
        Assert.All(RoundTrip([float.NaN, 1, .. new float[Block - 2]]).Decoded, number => Assert.True(float.IsNaN(number)));
        var (_, infinite) = RoundTrip([float.NegativeInfinity, 1, .. new float[Block - 2]]);
        Assert.All(infinite, number => Assert.False(float.IsFinite(number)));
    }

    /// <summary>The paper's map, transcribed: the nearest number of ours must not be further away, also for state that spans many magnitudes.</summary>
    [Fact]
    public void Its_error_is_not_above_that_of_the_map_of_the_paper()
    {
        var paper = PaperMap();
        double[] own = [.. Numbers(1).Select(number => (double)number * 64 / 63).Order()];
        var random = new SeededRandom(4);
        foreach (var spread in new[] { 0.0, 1, 2, 3 })
        {
            var (ours, theirs) = (0.0, 0.0);
            for (var round = 0; round < 100; round++)
            {
                float[] numbers = [.. Enumerable.Range(0, Block).Select(_ => (float)(random.NextNormal() * Math.Pow(10, -spread * random.NextDouble())))];
                var largest = numbers.Max(Math.Abs);
                for (var i = 0; i < Block; i++)
                {
                    ours += Distance(own, numbers[i] / largest);
                    theirs += Distance(paper, numbers[i] / largest);
                }
            }

            output.WriteLine($"numbers over {spread} powers of ten: mean error {ours / 100 / Block:E2} of the largest, the paper's {theirs / 100 / Block:E2}");
            Assert.True(ours <= theirs, $"spread {spread}: {ours} is above {theirs}");
        }
    }

    private static double Distance(double[] map, double number)
    {
        var index = Array.BinarySearch(map, number);
        index = index < 0 ? ~index : index;
        return Math.Min(Math.Abs(map[Math.Min(index, 255)] - number), Math.Abs(map[Math.Max(index - 1, 0)] - number));
    }

    /// <summary>Dettmers et al., section 1.3, with a sign: seven powers of ten with 1, 2, 4 … 64 means of equal intervals of [0.1, 1].</summary>
    private static double[] PaperMap()
    {
        var numbers = new List<double> { 0, 1 };
        for (var power = 0; power < 7; power++)
        {
            var count = 1 << power;
            for (var i = 0; i < count; i++)
            {
                var mean = (0.1 + (0.9 * (i + 0.5) / count)) * Math.Pow(10, power - 6);
                numbers.AddRange([mean, -mean]);
            }
        }

        return [.. numbers.Order()];
    }

    private static float[] Numbers(float scale) => Decode([.. Enumerable.Range(0, 256).Select(code => (byte)code)], scale);

    private static float[] Decode(byte[] codes, float scale)
    {
        var numbers = new float[codes.Length];
        EightBitMap.Decode(codes, scale, numbers);
        return numbers;
    }

    private static float[] Draw(SeededRandom random, bool isSigned, double powersOfTen)
    {
        var numbers = new float[Block];
        for (var i = 0; i < Block; i++)
        {
            var magnitude = (float)(Math.Abs(random.NextNormal()) * Math.Pow(10, -powersOfTen * random.NextDouble()));
            numbers[i] = isSigned && i % 2 == 1 ? -magnitude : magnitude;
        }

        return numbers;
    }

    private static (float Scale, float[] Decoded) RoundTrip(float[] numbers, ulong chance = 0x0123_4567_89AB_CDEF)
    {
        var codes = new byte[numbers.Length];
        var scale = EightBitMap.Encode(numbers, codes, new Dither(chance));
        return (scale, Decode(codes, scale));
    }
}
