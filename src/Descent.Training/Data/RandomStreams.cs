namespace Descent.Training.Data;

/// <summary>The numbers of the random streams that the data layer draws from, so that no two uses of one seed share numbers.</summary>
internal static class RandomStreams
{
    /// <summary>Which rows validate.</summary>
    public const ulong Split = 0x0D00_0000_0000_0000;

    /// <summary>The order of the rows; the epoch is added.</summary>
    public const ulong Epoch = 0x0D01_0000_0000_0000;

    /// <summary>Generated images; the number of the image is added.</summary>
    public const ulong Digit = 0x0D02_0000_0000_0000;

    /// <summary>Initial weights.</summary>
    public const ulong Weights = 0x0D03_0000_0000_0000;

    /// <summary>Changes of images that train; the epoch times 2³¹ and the row are added.</summary>
    public const ulong Augmentation = 0x0D05_0000_0000_0000;

    /// <summary>Characters of a text that is written.</summary>
    public const ulong Sampling = 0x0D04_0000_0000_0000;
}
