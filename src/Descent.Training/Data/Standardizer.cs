using System.Text.Json.Nodes;
using Descent.Text;

namespace Descent.Training.Data;

/// <summary>
/// Shifts and scales columns to mean 0 and standard deviation 1: z = (x − mean) / scale. Fitted on the training rows only, saved
/// with the model, and applied to every row that the model sees.
/// </summary>
/// <remarks>
/// Scale is the population standard deviation (the sum of squares divided by n, as scikit-learn's StandardScaler), and 1 for
/// a column whose values are all the same. Sums are in <see langword="double"/>, in the order of the rows.
/// </remarks>
public sealed class Standardizer
{
    private readonly double[] mean;
    private readonly double[] scale;

    private Standardizer(double[] mean, double[] scale)
    {
        this.mean = mean;
        this.scale = scale;
    }

    /// <summary>The number of columns, at least 1.</summary>
    public int Columns => mean.Length;

    /// <summary>The mean of each column, in the column's own unit.</summary>
    public ReadOnlySpan<double> Mean => mean;

    /// <summary>The scale of each column, above 0, in the column's own unit.</summary>
    public ReadOnlySpan<double> Scale => scale;

    /// <summary>Leaves columns as they are.</summary>
    public static Standardizer Identity(int columns) => new(new double[columns], [.. Enumerable.Repeat(1.0, columns)]);

    /// <summary>Fits the features of <paramref name="rows"/>, of which there is at least one.</summary>
    public static Standardizer FitFeatures(Dataset data, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Fit(rows, data.Columns, (row, column) => data.Features[(row * data.Columns) + column]);
    }

    /// <summary>
    /// Fits one mean and one scale to all features of <paramref name="rows"/> together: pixels that are rarely lit keep their
    /// small weight instead of being blown up.
    /// </summary>
    public static Standardizer FitPixels(Dataset data, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(data);
        double sum = 0, squares = 0;
        foreach (var row in rows)
        {
            foreach (var pixel in data.Row(row))
            {
                sum += pixel;
            }
        }

        var center = sum / ((double)rows.Length * data.Columns);
        foreach (var row in rows)
        {
            foreach (var pixel in data.Row(row))
            {
                squares += (pixel - center) * (pixel - center);
            }
        }

        var deviation = Math.Sqrt(squares / ((double)rows.Length * data.Columns));
        var (means, scales) = (new double[data.Columns], new double[data.Columns]);
        Array.Fill(means, center);
        Array.Fill(scales, deviation > 0 ? deviation : 1);
        return new Standardizer(means, scales);
    }

    /// <summary>Fits the targets of <paramref name="rows"/>, of which there is at least one, as a single column.</summary>
    public static Standardizer FitTargets(Dataset data, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(data);
        var targets = data.Targets ?? throw new InvalidOperationException("The data have no targets.");
        return Fit(rows, 1, (row, _) => targets[row]);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DescentException">A field is missing or is not what it should be.</exception>
    public static Standardizer FromJson(JsonFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var means = fields.Numbers("mean");
        var scales = fields.Numbers("scale");
        if (means.Length == 0)
        {
            throw fields.Wrong("mean", "an array of at least one number");
        }

        return scales.Length == means.Length && Array.TrueForAll(scales, value => value > 0)
            ? new Standardizer(means, scales)
            : throw fields.Wrong("scale", $"an array of {means.Length} numbers above 0");
    }

    /// <summary>The means and scales as JSON; every <see langword="double"/> comes back with the same bits.</summary>
    public JsonObject ToJson() => new()
    {
        ["mean"] = new JsonArray([.. mean.Select(value => (JsonNode)value)]),
        ["scale"] = new JsonArray([.. scale.Select(value => (JsonNode)value)]),
    };

    /// <summary>Standardizes whole rows of <see cref="Columns"/> numbers in place.</summary>
    public void Apply(Span<float> rows)
    {
        Check(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var column = i % mean.Length;
            rows[i] = (float)((rows[i] - mean[column]) / scale[column]);
        }
    }

    /// <summary>Standardizes whole rows of <see cref="Columns"/> numbers from <paramref name="rows"/> to the front of <paramref name="destination"/>.</summary>
    public void Apply(ReadOnlySpan<double> rows, Span<float> destination)
    {
        Check(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var column = i % mean.Length;
            destination[i] = (float)((rows[i] - mean[column]) / scale[column]);
        }
    }

    /// <summary>Goes back from standardized rows to the columns' own units: x = z · scale + mean.</summary>
    public void Invert(ReadOnlySpan<float> rows, Span<double> destination)
    {
        Check(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var column = i % mean.Length;
            destination[i] = (rows[i] * scale[column]) + mean[column];
        }
    }

    // Two passes, because the sum of squares minus the squared sum cancels where the mean is large; row after row, as memory lies.
    private static Standardizer Fit(ReadOnlySpan<int> rows, int columns, Func<int, int, double> value)
    {
        if (rows.IsEmpty)
        {
            throw new DescentException("Standardization needs at least 1 row to fit, but was given none.");
        }

        var means = new double[columns];
        var scales = new double[columns];
        var varies = new bool[columns];
        foreach (var row in rows)
        {
            for (var column = 0; column < columns; column++)
            {
                means[column] += value(row, column);
                varies[column] |= value(row, column) != value(rows[0], column);
            }
        }

        for (var column = 0; column < columns; column++)
        {
            means[column] /= rows.Length;
        }

        foreach (var row in rows)
        {
            for (var column = 0; column < columns; column++)
            {
                var deviation = value(row, column) - means[column];
                scales[column] += deviation * deviation;
            }
        }

        for (var column = 0; column < columns; column++)
        {
            var deviation = Math.Sqrt(scales[column] / rows.Length);
            if (!double.IsFinite(deviation))
            {
                throw new DescentException($"The values of column {column + 1} to standardize are too large: their spread is not a finite number; rescale the column.");
            }

            scales[column] = varies[column] && deviation > 0 ? deviation : 1;
        }

        return new Standardizer(means, scales);
    }

    private void Check(int length)
    {
        if (length % mean.Length != 0)
        {
            throw new ArgumentException($"The numbers must be whole rows of {mean.Length}, but there are {length}.");
        }
    }
}
