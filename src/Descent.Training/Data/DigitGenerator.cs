using Descent.Numerics;

namespace Descent.Training.Data;

/// <summary>
/// Draws digits as if by hand, so that there is something worth learning without a file: grey images of 20×20 pixels of the
/// digits 0 to 9, in several styles, slanted, turned, bent, shaky, thick and thin, blurred and noisy.
/// </summary>
/// <remarks>
/// Image i of a seed is a function of (seed, i) alone and the same on every platform, bit for bit: only the basic operations and the square
/// root are used, which IEEE 754 defines exactly, and pixels are whole numbers from 0 to 255 over 255.
/// </remarks>
public static class DigitGenerator
{
    /// <summary>The width and height of an image in pixels.</summary>
    public const int Side = 20;

    private const int PiecesPerSpan = 5;
    private const int Margin = 3;

    /// <summary>Draws images of digits, the ten classes in turn, each as often as the others (to within one).</summary>
    /// <param name="count">How many images, at least 10.</param>
    /// <param name="seed">Chooses the writer.</param>
    /// <exception cref="DescentException">The count is out of range.</exception>
    public static Dataset Generate(int count, ulong seed)
    {
        var most = Array.MaxLength / (Side * Side);
        if (count < 10 || count > most)
        {
            throw new DescentException($"Count of generated digits must be in [10, {most}], but was {count}.");
        }

        var features = new float[count * Side * Side];
        var labels = new int[count];
        var canvas = new Canvas();
        for (var i = 0; i < count; i++)
        {
            labels[i] = i % 10;
            canvas.Draw(DigitStrokes.Styles[labels[i]], new SeededRandom(seed, RandomStreams.Digit + (ulong)i), features.AsSpan(i * Side * Side, Side * Side));
        }

        var schema = new DataSchema
        {
            Task = LearningTask.Classification,
            FeatureShape = [Side, Side],
            FeatureNames = new NumberedNames("pixel", Side * Side),
            HasNames = false,
            ClassNames = [.. Enumerable.Range(0, 10).Select(digit => digit.ToString())],
        };
        return new Dataset(schema, features, labels) { TaskReason = "generated digits have ten classes" };
    }

    /// <summary>One image in the making; used again for the next.</summary>
    private sealed class Canvas
    {
        private readonly double[] distances = new double[Side * Side];
        private readonly double[] ink = new double[Side * Side];
        private readonly double[] pen = new double[64];
        private double xx, xy, yx, yy, bendX, bendY, centreX, centreY;

        public void Draw(DigitStrokes.Stroke[][] styles, SeededRandom random, Span<float> pixels)
        {
            Array.Fill(distances, double.MaxValue);
            ChooseHand(random);
            foreach (var stroke in styles[random.NextInt32(styles.Length)])
            {
                Trace(stroke, random);
            }

            // The pen: half its width in pixels, and how far its edge fades.
            var radius = random.NextUniform(0.55, 1.35);
            var fade = random.NextUniform(0.8, 1.5);
            for (var i = 0; i < ink.Length; i++)
            {
                ink[i] = Math.Clamp(((radius - Math.Sqrt(distances[i])) / fade) + 0.5, 0, 1);
            }

            // The scan: blur, contrast, background and noise, then whole grey levels.
            var blur = random.NextUniform(0, 0.12);
            var contrast = random.NextUniform(0.7, 1);
            var noise = random.NextUniform(0.02, 0.12);
            for (var i = 0; i < ink.Length; i++)
            {
                var grey = (contrast * Blurred(i, blur)) + (noise * Bell(random));
                pixels[i] = (float)Math.Floor((255 * Math.Clamp(grey, 0, 1)) + 0.5) / 255f;
            }
        }

        /// <summary>A number around 0 with standard deviation 1 and never beyond ±3: the sum of three uniform ones.</summary>
        private static double Bell(SeededRandom random) => (2 * (random.NextDouble() + random.NextDouble() + random.NextDouble())) - 3;

        /// <summary>Slant, turn, size, place and bend of this image.</summary>
        private void ChooseHand(SeededRandom random)
        {
            var turn = 0.17 * Bell(random);
            var slant = 0.2 * Bell(random);
            var height = Side * random.NextUniform(0.58, 0.78);
            var width = height * random.NextUniform(0.62, 0.95);
            // A turn by a small angle t as [[1, −t], [t, 1]] / √(1 + t²), after a slant to the right.
            var norm = 1 / Math.Sqrt(1 + (turn * turn));
            (xx, xy) = (width * norm, ((-slant * width) - (turn * height)) * norm);
            (yx, yy) = (width * turn * norm, (height - (slant * turn * width)) * norm);
            (bendX, bendY) = (0.24 * Bell(random), 0.2 * Bell(random));
            (centreX, centreY) = ((Side / 2.0) + (0.95 * Bell(random)), (Side / 2.0) + (0.95 * Bell(random)));
        }

        private void Trace(DigitStrokes.Stroke stroke, SeededRandom random)
        {
            var points = pen.AsSpan(0, stroke.Points.Length);
            for (var i = 0; i < points.Length; i += 2)
            {
                Place(stroke.Points[i] + (0.034 * Bell(random)), stroke.Points[i + 1] + (0.034 * Bell(random)), out points[i], out points[i + 1]);
            }

            for (var i = 0; i + 2 < points.Length; i += 2)
            {
                if (!stroke.Round)
                {
                    Mark(points[i], points[i + 1], points[i + 2], points[i + 3]);
                    continue;
                }

                var before = Math.Max(i - 2, 0);
                var after = Math.Min(i + 4, points.Length - 2);
                var (x, y) = (points[i], points[i + 1]);
                for (var piece = 1; piece <= PiecesPerSpan; piece++)
                {
                    var t = (double)piece / PiecesPerSpan;
                    var nextX = Spline(points[before], points[i], points[i + 2], points[after], t);
                    var nextY = Spline(points[before + 1], points[i + 1], points[i + 3], points[after + 1], t);
                    Mark(x, y, nextX, nextY);
                    (x, y) = (nextX, nextY);
                }
            }
        }

        /// <summary>The curve of Catmull and Rom (1974) between b (t = 0) and c (t = 1).</summary>
        private static double Spline(double a, double b, double c, double d, double t) =>
            b + (0.5 * t * (c - a + (t * ((2 * a) - (5 * b) + (4 * c) - d + (t * ((3 * (b - c)) + d - a))))));

        /// <summary>From the unit box to pixels: bend, then turn, slant and size, then place.</summary>
        private void Place(double x, double y, out double pixelX, out double pixelY)
        {
            (x, y) = (x - 0.5, y - 0.5);
            (x, y) = (x + (bendX * ((y * y) - 0.08)), y + (bendY * ((x * x) - 0.08)));
            pixelX = centreX + (xx * x) + (xy * y);
            pixelY = centreY + (yx * x) + (yy * y);
        }

        /// <summary>Notes, for the pixels near a straight piece, the squared distance of their centres to it, if it is the nearest so far.</summary>
        private void Mark(double x0, double y0, double x1, double y1)
        {
            var (dx, dy) = (x1 - x0, y1 - y0);
            var perLength = 1 / Math.Max((dx * dx) + (dy * dy), 1e-12);
            var left = Math.Max((int)Math.Floor(Math.Min(x0, x1)) - Margin, 0);
            var right = Math.Min((int)Math.Floor(Math.Max(x0, x1)) + Margin, Side - 1);
            var top = Math.Max((int)Math.Floor(Math.Min(y0, y1)) - Margin, 0);
            var bottom = Math.Min((int)Math.Floor(Math.Max(y0, y1)) + Margin, Side - 1);
            for (var row = top; row <= bottom; row++)
            {
                for (var column = left; column <= right; column++)
                {
                    var (px, py) = (column + 0.5 - x0, row + 0.5 - y0);
                    var along = Math.Clamp(((px * dx) + (py * dy)) * perLength, 0, 1);
                    var (ox, oy) = (px - (along * dx), py - (along * dy));
                    var i = (row * Side) + column;
                    distances[i] = Math.Min(distances[i], (ox * ox) + (oy * oy));
                }
            }
        }

        /// <summary>The ink of a pixel, a share of it taken from each of its four neighbours.</summary>
        private double Blurred(int i, double share)
        {
            var (row, column) = (i / Side, i % Side);
            var neighbours = (row > 0 ? ink[i - Side] : 0) + (row < Side - 1 ? ink[i + Side] : 0)
                + (column > 0 ? ink[i - 1] : 0) + (column < Side - 1 ? ink[i + 1] : 0);
            return ((1 - (4 * share)) * ink[i]) + (share * neighbours);
        }
    }
}
