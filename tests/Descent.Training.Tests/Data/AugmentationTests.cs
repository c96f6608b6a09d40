using Descent.Training.Data;

namespace Descent.Training.Tests.Data;

public class AugmentationTests
{
    private const int Height = 5;
    private const int Width = 7;

    [Theory]
    [InlineData("shift(2)")]
    [InlineData("flip")]
    [InlineData("cutout(8)")]
    [InlineData("shift(1), flip, cutout(3)")]
    [InlineData("none")]
    public void The_text_comes_back(string text)
    {
        Assert.Equal(text, Augmentation.Parse(text).ToString());
        Assert.Equal(Augmentation.Parse(text), Augmentation.Parse(text.Replace(" ", "", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("mirror", "mirror")]
    [InlineData("shift", "shift")]
    [InlineData("shift(0)", "shift(0)")]
    [InlineData("flip, cutout(10001)", "cutout(10001)")]
    [InlineData("flip(2)", "flip(2)")]
    [InlineData("none, flip", "none")]
    public void A_text_that_is_none_is_refused(string text, string part) =>
        Says($"The augmentation must be shift(PIXELS), flip, cutout(PIXELS), one or several of them, or none, with pixels from 1 to 10000, but '{text}' has '{part}'.", () => Augmentation.Parse(text));

    [Fact]
    public void A_change_is_given_once() =>
        Says("The augmentation 'shift(1), shift(2)' has 'shift(2)' when there is one already; give each once.", () => Augmentation.Parse("shift(1), shift(2)"));

    [Fact]
    public void Other_data_than_images_are_refused()
    {
        Says("Augmentation is for images, but the data are rows of 4 numbers; leave it out.", () => new Augmentation(1).Apply(new float[4], [4], 1, 0, 0));
        Says("An image of 5×7 has 35 pixels, but was given 4.", () => new Augmentation(1).Apply(new float[4], [Height, Width], 1, 0, 0));
    }

    /// <summary>Every image is one that the naive definition gives for some draw, all draws occur, and both planes move alike.</summary>
    [Theory]
    [InlineData("shift(2)")]
    [InlineData("flip")]
    [InlineData("cutout(3)")]
    [InlineData("cutout(2)")]
    [InlineData("shift(1), flip")]
    [InlineData("shift(9)")]
    public void Images_are_those_of_the_definition(string text)
    {
        var augmentation = Augmentation.Parse(text);
        var image = Enumerable.Range(1, 2 * Height * Width).Select(i => (float)i).ToArray();
        var expected = Definition(augmentation, image).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var row = 0; row < 60 * expected.Count; row++)
        {
            var changed = Apply(augmentation, image, epoch: row % 3, row: row);
            Assert.Contains(changed, expected);
            seen.Add(changed);
        }

        Assert.Equal(expected.Count, seen.Count);
    }

    [Fact]
    public void What_happens_is_a_function_of_seed_epoch_and_row()
    {
        var augmentation = Augmentation.Parse("shift(3), flip, cutout(2)");
        var image = Enumerable.Range(1, 2 * Height * Width).Select(i => (float)i).ToArray();
        Assert.Equal(Apply(augmentation, image, 4, 9), Apply(augmentation, image, 4, 9));
        Assert.NotEqual(Apply(augmentation, image, 4, 9), Apply(augmentation, image, 5, 9));
        Assert.NotEqual(Apply(augmentation, image, 4, 9), Apply(augmentation, image, 4, 10));
        Assert.NotEqual(Apply(augmentation, image, 4, 9), Apply(augmentation, image, 4, 9, seed: 2));

        // A change that is left out does not alter the others.
        var (shifted, also) = ((float[])image.Clone(), (float[])image.Clone());
        Augmentation.Parse("shift(3)").Apply(shifted, [2, Height, Width], 1, 2, 3);
        Augmentation.Parse("shift(3), cutout(1)").Apply(also, [2, Height, Width], 1, 2, 3);
        Assert.Equal(2, shifted.Zip(also).Count(pair => pair.First != pair.Second));
    }

    private static string Apply(Augmentation augmentation, float[] image, int epoch, int row, ulong seed = 1)
    {
        var copy = (float[])image.Clone();
        augmentation.Apply(copy, [2, Height, Width], seed, epoch, row);
        return string.Join(' ', copy);
    }

    private static IEnumerable<string> Definition(Augmentation augmentation, float[] image) =>
        from down in Enumerable.Range(-augmentation.Shift, (2 * augmentation.Shift) + 1)
        from right in Enumerable.Range(-augmentation.Shift, (2 * augmentation.Shift) + 1)
        from mirrored in augmentation.Flip ? new[] { false, true } : [false]
        from centre in augmentation.Cutout > 0 ? Enumerable.Range(0, Height * Width) : [0]
        select string.Join(' ', Enumerable.Range(0, image.Length).Select(i =>
        {
            var (plane, y, x) = (i / (Height * Width), i / Width % Height, i % Width);
            var (top, left) = ((centre / Width) - (augmentation.Cutout / 2), (centre % Width) - (augmentation.Cutout / 2));
            var isCovered = y >= top && y < top + augmentation.Cutout && x >= left && x < left + augmentation.Cutout;
            var (fromY, fromX) = (Math.Clamp(y - down, 0, Height - 1), Math.Clamp((mirrored ? Width - 1 - x : x) - right, 0, Width - 1));
            return isCovered ? 0 : image[(plane * Height * Width) + (fromY * Width) + fromX];
        }));

    private static void Says(string sentence, Action action) => Assert.Equal(sentence, Assert.Throws<DescentException>(action).Message);
}
