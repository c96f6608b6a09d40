using Descent.Training.Data;

namespace Descent.Training.Tests.Data;

public class DigitGeneratorTests
{
    [Fact]
    public void The_same_seed_draws_the_same_digits_everywhere()
    {
        var data = DigitGenerator.Generate(500, seed: 1);
        Assert.StartsWith("9b85bcaddf1762026a2d69d8dbfc498477f66d1db", data.Fingerprint, StringComparison.Ordinal);
        Assert.NotEqual(data.Fingerprint, DigitGenerator.Generate(500, seed: 2).Fingerprint);
        Assert.Equal(data.Features[..(100 * data.Columns)], DigitGenerator.Generate(100, seed: 1).Features);
    }

    [Fact]
    public void Classes_are_balanced_and_pixels_are_grey_levels()
    {
        var data = DigitGenerator.Generate(205, seed: 3);
        Assert.Equal([20, 20], data.Schema.FeatureShape);
        Assert.All(data.Labels!.CountBy(label => label), count => Assert.InRange(count.Value, 20, 21));
        Assert.All(data.Features, pixel => Assert.True(pixel is >= 0 and <= 1 && pixel == (byte)MathF.Round(pixel * 255) / 255f));
        for (var row = 0; row < data.Rows; row++)
        {
            Assert.InRange(data.Row(row).ToArray().Average(), 0.02f, 0.5f);
            Assert.True(data.Row(row).ToArray().Max() > 0.5f);
        }
    }

    [Fact]
    public void The_digits_are_neither_trivial_nor_noise()
    {
        var train = DigitGenerator.Generate(2000, seed: 5);
        var test = DigitGenerator.Generate(500, seed: 6);
        var centres = new double[10][];
        for (var digit = 0; digit < 10; digit++)
        {
            centres[digit] = new double[train.Columns];
            for (var row = digit; row < train.Rows; row += 10)
            {
                for (var pixel = 0; pixel < train.Columns; pixel++)
                {
                    centres[digit][pixel] += train.Row(row)[pixel] / 200.0;
                }
            }
        }

        var right = Enumerable.Range(0, test.Rows).Count(row => Enumerable.Range(0, 10).MinBy(digit => Distance(test, row, centres[digit])) == test.Labels![row]);
        Assert.InRange(right / 500.0, 0.5, 0.9);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(int.MaxValue)]
    public void An_impossible_count_is_reported(int count) => Assert.Equal(
        $"Count of generated digits must be in [10, 5368708], but was {count}.",
        Assert.Throws<DescentException>(() => DigitGenerator.Generate(count, 1)).Message);

    private static double Distance(Dataset data, int row, double[] centre)
    {
        var sum = 0.0;
        for (var pixel = 0; pixel < centre.Length; pixel++)
        {
            var difference = data.Row(row)[pixel] - centre[pixel];
            sum += difference * difference;
        }

        return sum;
    }
}
