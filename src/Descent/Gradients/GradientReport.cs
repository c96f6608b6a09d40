using Descent.Engine;

namespace Descent.Gradients;

/// <summary>What one parameter's gradient looks like.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="GradientNorm">‖g‖₂.</param>
/// <param name="LargestGradient">max|g|.</param>
/// <param name="ValueNorm">‖θ‖₂.</param>
public readonly record struct GradientReport(string Name, double GradientNorm, double LargestGradient, double ValueNorm)
{
    /// <summary>‖g‖/‖θ‖; NaN for a parameter of zeros without gradient.</summary>
    public double RelativeGradient => GradientNorm / ValueNorm;

    /// <summary>Looks at the gradients that parameters hold now; those without are left out.</summary>
    public static IReadOnlyList<GradientReport> Of(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return
        [
            .. parameters.Where(parameter => parameter.HasGradient).Select(parameter => new GradientReport(
                parameter.Name,
                NormOf(parameter, 2),
                NormOf(parameter, double.PositiveInfinity),
                Math.Sqrt(parameter.ValueSumOfSquares(0, parameter.Length)))),
        ];
    }

    /// <summary>The norm of all gradients together.</summary>
    /// <param name="parameters">Those without a gradient are left out.</param>
    /// <param name="order">p ≥ 1, also ∞.</param>
    public static double NormOf(IEnumerable<Parameter> parameters, double order = 2)
    {
        Parameter[] held = [.. parameters.Where(parameter => parameter.HasGradient)];
        var sum = Total(order, 1);
        if (!IsOutOfRange(sum, order))
        {
            return RootOf(sum, order);
        }

        var largest = Total(double.PositiveInfinity, 1);
        return largest == 0 || !double.IsFinite(largest) ? largest : largest * RootOf(Total(order, largest), order);

        double Total(double power, double divisor) => held
            .Select(parameter => parameter.GradientPowerSum(power, 0, parameter.Length, divisor))
            .Aggregate(0.0, (total, part) => double.IsPositiveInfinity(power) ? Math.Max(total, part) : total + part);
    }

    internal static double NormOf(Parameter parameter, double order) => NormOf(parameter, order, 0, parameter.Length);

    /// <summary>The norm of a range of a gradient; allocates nothing.</summary>
    internal static double NormOf(Parameter parameter, double order, int start, int count)
    {
        var sum = parameter.GradientPowerSum(order, start, count);
        if (!IsOutOfRange(sum, order))
        {
            return RootOf(sum, order);
        }

        var largest = parameter.GradientPowerSum(double.PositiveInfinity, start, count);
        return largest == 0 || !double.IsFinite(largest) ? largest : largest * RootOf(parameter.GradientPowerSum(order, start, count, largest), order);
    }

    /// <summary>Whether a sum of powers may have overflowed or vanished though the norm has not.</summary>
    internal static bool IsOutOfRange(double sum, double order) => !double.IsPositiveInfinity(order) && (sum == 0 || double.IsPositiveInfinity(sum));

    internal static double RootOf(double sum, double order) => order switch
    {
        1 or double.PositiveInfinity => sum,
        2 => Math.Sqrt(sum),
        _ => Math.Pow(sum, 1 / order),
    };
}

/// <summary>How far a step moves parameters, relative to their size: about 10⁻³ is usual; much more or less is a sign of a wrong learning rate.</summary>
public sealed class UpdateWatch
{
    private readonly (Parameter Parameter, double[] Before)[] watched;

    /// <summary>Remembers where parameters are.</summary>
    public UpdateWatch(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        watched = [.. parameters.Select(parameter => (parameter, parameter.ToDoubles()))];
    }

    /// <summary>‖θ now − θ then‖/‖θ then‖ of each parameter; NaN for one that was and is 0.</summary>
    public IReadOnlyDictionary<string, double> Ratios() => watched.ToDictionary(
        item => item.Parameter.Name,
        item =>
        {
            var (moved, size) = (0.0, 0.0);
            foreach (var (now, before) in item.Parameter.ToDoubles().Zip(item.Before))
            {
                moved += (now - before) * (now - before);
                size += before * before;
            }

            return Math.Sqrt(moved / size);
        },
        StringComparer.Ordinal);
}
