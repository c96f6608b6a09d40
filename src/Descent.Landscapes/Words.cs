using System.Globalization;

namespace Descent.Landscapes;

/// <summary>Numbers as text, the same in every locale.</summary>
internal static class Words
{
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Four digits, as pages show them: <c>3.168e-11</c>.</summary>
    public static string Short(double value) => value.ToString("G4", CultureInfo.InvariantCulture).Replace('E', 'e');

    public static string Point(IEnumerable<double> point, Func<double, string> number) => $"({string.Join(", ", point.Select(number))})";
}
