using System.Globalization;

namespace Descent.Landscapes;

/// <summary>Numbers as text, the same in every locale.</summary>
internal static class Words
{
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Short(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    public static string Point(IEnumerable<double> point, Func<double, string> number) => $"({string.Join(", ", point.Select(number))})";
}
