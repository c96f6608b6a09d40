namespace Descent.TestSupport;

/// <summary>Compares numbers with an absolute plus relative tolerance and reports the largest difference.</summary>
internal sealed class Differ(double tolerance)
{
    private string worst = "nothing was compared";

    /// <summary>The largest |actual − expected| / (1 + |expected|) seen.</summary>
    public double Largest { get; private set; }

    /// <summary>How many numbers were compared.</summary>
    public int Count { get; private set; }

    /// <summary>Compares one number; equal non-finite numbers are equal, any other non-finite one is infinitely far.</summary>
    public void Compare(double expected, double actual, string where)
    {
        Count++;
        var difference = expected.Equals(actual) ? 0 : Math.Abs(actual - expected) / (1 + Math.Abs(expected));
        if (double.IsNaN(difference))
        {
            difference = double.PositiveInfinity;
        }

        if (difference > Largest || Count == 1)
        {
            Largest = difference;
            worst = $"{where}: expected {expected:R}, was {actual:R}";
        }
    }

    /// <summary>Compares two sequences of the same length.</summary>
    public void Compare(IReadOnlyList<double> expected, IReadOnlyList<double> actual, string where)
    {
        Assert.True(expected.Count == actual.Count, $"{where}: expected {expected.Count} numbers, were {actual.Count}.");
        for (var i = 0; i < expected.Count; i++)
        {
            Compare(expected[i], actual[i], $"{where}[{i}]");
        }
    }

    /// <summary>Fails with the largest difference when it is above the tolerance, and when nothing was compared.</summary>
    public void AssertClose()
    {
        Assert.True(Count > 0, "Nothing was compared.");
        Assert.True(Largest <= tolerance, $"largest difference {Largest:E3} > {tolerance:E1} at {worst}");
    }
}
