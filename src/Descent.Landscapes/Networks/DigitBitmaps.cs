using Descent.Numerics;

namespace Descent.Landscapes.Networks;

/// <summary>Digits of 8 × 8 pixels, drawn for this project; each example is one of them, moved, slanted and inked anew.</summary>
internal static class DigitBitmaps
{
    private const int Side = 8;

    /// <summary>Numbers per digit.</summary>
    public const int Pixels = Side * Side;

    private static readonly string[] Rows =
    [
        "..####..|.##..##.|.#....#.|.#....#.|.#....#.|.#....#.|.##..##.|..####..",
        "...##...|..###...|.#.##...|...##...|...##...|...##...|...##...|.######.",
        "..####..|.#....#.|......#.|.....#..|....#...|...#....|..#.....|.######.",
        "..####..|.#....#.|......#.|...###..|......#.|......#.|.#....#.|..####..",
        "....##..|...#.#..|..#..#..|.#...#..|.######.|.....#..|.....#..|.....#..",
        ".######.|.#......|.#......|.#####..|......#.|......#.|.#....#.|..####..",
        "...###..|..#.....|.#......|.#####..|.#....#.|.#....#.|.#....#.|..####..",
        ".######.|......#.|.....#..|.....#..|....#...|....#...|...#....|...#....",
        "..####..|.#....#.|.#....#.|..####..|.#....#.|.#....#.|.#....#.|..####..",
        "..####..|.#....#.|.#....#.|.#....#.|..#####.|......#.|.....#..|..###...",
    ];

    private static readonly double[][] Ink = [.. Rows.Select(rows => rows.Where(sign => sign != '|').Select(sign => sign == '#' ? 1.0 : 0.0).ToArray())];

    /// <summary>Draws a digit: pixels from 0 (paper) to 1 (ink), row by row.</summary>
    public static void Draw(int digit, Span<double> pixels, SeededRandom random)
    {
        var (right, down, slant, size) = (random.NextUniform(-0.9, 0.9), random.NextUniform(-0.7, 0.7), random.NextUniform(-0.18, 0.18), random.NextUniform(0.85, 1.15));
        const double Middle = (Side - 1) / 2.0;
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                var y = ((row - Middle - down) / size) + Middle;
                var x = ((column - Middle - right + (slant * (row - Middle))) / size) + Middle;
                pixels[(row * Side) + column] = At(Ink[digit], x, y) * random.NextUniform(0.75, 1);
            }
        }
    }

    /// <summary>Between four pixels; paper outside.</summary>
    private static double At(double[] ink, double x, double y)
    {
        var (column, row) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (u, v) = (x - column, y - row);
        return ((1 - v) * (((1 - u) * Pixel(column, row)) + (u * Pixel(column + 1, row)))) + (v * (((1 - u) * Pixel(column, row + 1)) + (u * Pixel(column + 1, row + 1))));

        double Pixel(int c, int r) => c is >= 0 and < Side && r is >= 0 and < Side ? ink[(r * Side) + c] : 0;
    }
}
