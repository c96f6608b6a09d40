namespace Descent.Landscapes.Pictures;

/// <summary>A piece of a line of a picture, of one owner.</summary>
/// <param name="Text">Braille and other characters.</param>
/// <param name="Owner">The index of the optimizer that it belongs to; −1 for contours, axes and empty space.</param>
public readonly record struct PictureRun(string Text, int Owner);

/// <summary>Dots in braille characters, two wide and four high each, with one owner per character: the last that drew there.</summary>
internal sealed class BrailleCanvas(int width, int height)
{
    /// <summary>Contours, which everything else covers.</summary>
    public const int Ground = -1;

    private readonly byte[,] dots = new byte[height, width];
    private readonly int[,] owners = Filled(width, height);
    private readonly char[,] letters = new char[height, width];

    public int DotsWide => width * 2;

    public int DotsHigh => height * 4;

    /// <summary>Sets a dot; those outside are left out.</summary>
    public void Set(int x, int y, int owner)
    {
        if (x < 0 || y < 0 || x >= DotsWide || y >= DotsHigh)
        {
            return;
        }

        // Unicode numbers the dots of a character down the left column, down the right one, then the lowest row.
        ReadOnlySpan<byte> bits = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80];
        var (column, row) = (x / 2, y / 4);
        if (owner > Ground && owners[row, column] == Ground)
        {
            dots[row, column] = 0;
        }

        if (owner >= owners[row, column])
        {
            dots[row, column] |= bits[((x % 2) * 4) + (y % 4)];
            owners[row, column] = owner;
        }
    }

    /// <summary>A straight line (Bresenham, 1965); ends far outside are cut.</summary>
    public void Line(double x0, double y0, double x1, double y1, int owner)
    {
        if (!double.IsFinite(x0 + y0 + x1 + y1))
        {
            return;
        }

        var steps = (int)Math.Min(4_000, Math.Ceiling(Math.Max(Math.Abs(x1 - x0), Math.Abs(y1 - y0))));
        for (var i = 0; i <= steps; i++)
        {
            var share = steps == 0 ? 0 : (double)i / steps;
            Set(Dot(x0 + (share * (x1 - x0)), DotsWide), Dot(y0 + (share * (y1 - y0)), DotsHigh), owner);
        }
    }

    /// <summary>Puts a letter in place of a character.</summary>
    public void Letter(double x, double y, char letter, int owner)
    {
        var (column, row) = (Dot(x, DotsWide) / 2, Dot(y, DotsHigh) / 4);
        if (Dot(x, DotsWide) >= 0 && column < width && Dot(y, DotsHigh) >= 0 && row < height)
        {
            (letters[row, column], owners[row, column]) = (letter, owner);
        }
    }

    public IReadOnlyList<IReadOnlyList<PictureRun>> Lines()
    {
        var lines = new List<IReadOnlyList<PictureRun>>();
        for (var row = 0; row < height; row++)
        {
            var runs = new List<PictureRun>();
            for (var column = 0; column < width; column++)
            {
                var character = letters[row, column] != 0 ? letters[row, column] : (char)(0x2800 + dots[row, column]);
                if (runs.Count > 0 && runs[^1].Owner == owners[row, column])
                {
                    runs[^1] = runs[^1] with { Text = runs[^1].Text + character };
                }
                else
                {
                    runs.Add(new PictureRun(character.ToString(), owners[row, column]));
                }
            }

            lines.Add(runs);
        }

        return lines;
    }

    private static int Dot(double value, int count) => value < 0 ? -1 : value >= count ? count : (int)value;

    private static int[,] Filled(int width, int height)
    {
        var filled = new int[height, width];
        for (var i = 0; i < filled.Length; i++)
        {
            filled[i / width, i % width] = Ground;
        }

        return filled;
    }
}
