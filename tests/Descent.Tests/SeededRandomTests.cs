using Descent.Numerics;

namespace Descent.Tests;

public class SeededRandomTests
{
    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_a_position_resumes_them()
    {
        var random = new SeededRandom(7, stream: 3);
        var first = Enumerable.Range(0, 10).Select(_ => random.NextUInt64()).ToArray();
        var again = new SeededRandom(7, stream: 3);
        Assert.Equal(first, Enumerable.Range(0, 10).Select(_ => again.NextUInt64()));
        var resumed = new SeededRandom(7, stream: 3, position: 4);
        Assert.Equal(first[4..], Enumerable.Range(0, 6).Select(_ => resumed.NextUInt64()));
    }

    [Fact]
    public void Streams_and_seeds_differ()
    {
        ulong[] firsts = [new SeededRandom(1).NextUInt64(), new SeededRandom(2).NextUInt64(), new SeededRandom(1, 1).NextUInt64()];
        Assert.Equal(3, firsts.Distinct().Count());
    }

    [Fact]
    public void Moments_are_those_of_the_distributions()
    {
        var random = new SeededRandom(11);
        const int Count = 200_000;
        double uniform = 0, normal = 0, squares = 0;
        for (var i = 0; i < Count; i++)
        {
            uniform += random.NextDouble();
            var z = random.NextNormal();
            normal += z;
            squares += z * z;
        }

        Assert.Equal(0.5, uniform / Count, 0.005);
        Assert.Equal(0.0, normal / Count, 0.01);
        Assert.Equal(1.0, squares / Count, 0.015);
    }

    [Fact]
    public void Shuffle_makes_every_order_about_equally_often()
    {
        var random = new SeededRandom(5);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 6000; i++)
        {
            char[] items = ['a', 'b', 'c'];
            random.Shuffle<char>(items);
            counts[new string(items)] = counts.GetValueOrDefault(new string(items)) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 880, 1120));
    }
}
