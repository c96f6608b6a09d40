using System.Runtime.Intrinsics;
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
        Assert.Equal(Defined(more: 0), Numbers(scale: 1)[..128]);
        Assert.Equal(Defined(more: 0).Select(number => -number), Numbers(scale: 1)[128..]);
        Assert.Equal(Defined(more: 1), Numbers(scale: -1));

        // From the smallest on; 0 comes first.
        static float[] Defined(int more)
        {
            var numbers = new List<float>();
            for (var doubling = 0; doubling < MantissaBits.Length; doubling++)
            {
                var count = 1 << (MantissaBits[doubling] + more);
                for (var i = count - 1; i >= 0; i--)
                {
                    numbers.Add(MathF.ScaleB(1 + ((float)i / count), -1 - doubling));
                }
            }

            for (var i = (2 << more) - 1; i > 0; i--)
            {
                numbers.Add(MathF.ScaleB(1 + ((float)i / (2 << more)), -1 - MantissaBits.Length));
            }

            return [0, .. Enumerable.Reverse(numbers)];
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_number_becomes_the_nearest_one_that_has_a_code(bool isSigned)
    {
        var random = new SeededRandom(5);
        for (var round = 0; round < 50; round++)
        {
            var numbers = new float[Block];
            for (var i = 0; i < Block; i++)
            {
                var magnitude = (float)(Math.Abs(random.NextNormal()) * Math.Pow(10, -3 * random.NextDouble()));
                numbers[i] = isSigned && i % 2 == 1 ? -magnitude : magnitude;
            }

            var (scale, decoded) = RoundTrip(numbers);
            Assert.Equal(isSigned, scale > 0);
            var all = Numbers(isSigned ? 1 : -1).Select(number => number * Math.Abs(scale)).ToArray();
            for (var i = 0; i < Block; i++)
            {
                var nearest = all.Min(number => Math.Abs(number - numbers[i]));

                // Below the smallest doubling numbers are 0 a little sooner, in a block without sign later.
                Assert.True(
                    Math.Abs(decoded[i] - numbers[i]) <= (nearest * 1.0001f) + (Math.Abs(scale) * 2.4e-7f),
                    $"{numbers[i]} became {decoded[i]}, but {nearest} away is another");
            }
        }
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
            var scale = EightBitMap.Encode<Words512>(numbers, wide);
            Assert.Equal(scale, EightBitMap.Encode<Words256>(numbers, narrow));
            Assert.Equal(narrow, wide);
            var (first, second) = (new float[Block], new float[Block]);
            EightBitMap.Decode<Words512>(wide, scale, first);
            EightBitMap.Decode<Words256>(wide, scale, second);
            Assert.Equal(second, first);
        }
    }

    /// <summary>Codes that become numbers in the registers, sixteen at once, as the fused loop reads them.</summary>
    [Fact]
    public void In_registers_codes_are_the_same_numbers()
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            return;
        }

        foreach (var scale in new[] { 1.3f, -0.7f })
        {
            var expected = Numbers(scale);
            for (var code = 0; code < Block; code += 16)
            {
                var codes = Vector512<uint>.Indices + Vector512.Create((uint)code);
                var numbers = EightBitMap.Numbers(codes, Vector512.Create(scale > 0 ? 1u : 0), Vector512.Create(scale > 0 ? 0x8000_0000 : 0)) * Vector512.Create(Math.Abs(scale));
                for (var i = 0; i < 16; i++)
                {
                    Assert.Equal(BitConverter.SingleToInt32Bits(expected[code + i]), BitConverter.SingleToInt32Bits(numbers[i]));
                }
            }
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
            var scale = EightBitMap.Encode(numbers, codes);
            Assert.Equal(EightBitMap.Encode([.. numbers, .. new float[Block - length]], all), scale);
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

    /// <summary>The paper's map, transcribed; ours must lose no more, also for state that spans many magnitudes.</summary>
    [Fact]
    public void Its_error_is_not_above_that_of_the_map_of_the_paper()
    {
        var paper = PaperMap();
        var random = new SeededRandom(4);
        foreach (var spread in new[] { 0.0, 1, 2, 3 })
        {
            var (ours, theirs) = (0.0, 0.0);
            for (var round = 0; round < 100; round++)
            {
                float[] numbers = [.. Enumerable.Range(0, Block).Select(_ => (float)(random.NextNormal() * Math.Pow(10, -spread * random.NextDouble())))];
                var largest = numbers.Max(Math.Abs);
                var (_, decoded) = RoundTrip(numbers);
                for (var i = 0; i < Block; i++)
                {
                    ours += Math.Abs(decoded[i] - numbers[i]) / largest;
                    var index = Array.BinarySearch(paper, numbers[i] / largest);
                    index = index < 0 ? ~index : index;
                    theirs += Math.Min(
                        Math.Abs(paper[Math.Min(index, 255)] - (numbers[i] / largest)),
                        Math.Abs(paper[Math.Max(index - 1, 0)] - (numbers[i] / largest)));
                }
            }

            output.WriteLine($"numbers over {spread} powers of ten: mean error {ours / 100 / Block:E2} of the largest, the paper's {theirs / 100 / Block:E2}");
            Assert.True(ours <= theirs, $"spread {spread}: {ours} is above {theirs}");
        }
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

    private static float[] Numbers(float scale) => Decode([.. Enumerable.Range(0, Block).Select(code => (byte)code)], scale);

    private static float[] Decode(byte[] codes, float scale)
    {
        var numbers = new float[codes.Length];
        EightBitMap.Decode(codes, scale, numbers);
        return numbers;
    }

    private static (float Scale, float[] Decoded) RoundTrip(float[] numbers)
    {
        var codes = new byte[numbers.Length];
        var scale = EightBitMap.Encode(numbers, codes);
        return (scale, Decode(codes, scale));
    }
}
