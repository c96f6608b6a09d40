using System.Numerics;
using System.Runtime.InteropServices;
using Descent.Storage;

namespace Descent.Engine;

/// <content>Arithmetic over gradients and values, a stretch at a time, in float or better.</content>
public abstract partial class Parameter
{
    /// <summary>Σ|g|ᵖ of a range of the gradient; max|g| for p = ∞. NaN when a number is NaN.</summary>
    internal abstract double GradientPowerSum(double order, int start, int count);

    /// <summary>Σ(g/divisor)², for gradients whose squares overflow.</summary>
    internal abstract double ScaledSumOfSquares(double divisor, int start, int count);

    /// <summary>Σθ² of a range of the values.</summary>
    internal abstract double ValueSumOfSquares(int start, int count);

    /// <summary>Changes a range of the gradient.</summary>
    internal abstract void ChangeGradient<TChange>(TChange change, int start, int count)
        where TChange : IGradientChange;

    /// <summary>A copy of the values.</summary>
    internal abstract double[] ToDoubles();

    /// <summary>Whether the gradient has NaN or an infinity.</summary>
    internal bool HasNonFiniteGradient() => !double.IsFinite(GradientPowerSum(double.PositiveInfinity, 0, Length));
}

/// <summary>What is done to every number of a gradient; in place.</summary>
internal interface IGradientChange
{
    void Apply<T>(Span<T> gradient, int start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <content>The same for the elements of one type.</content>
public sealed partial class Parameter<T>
{
    private const int Stretch = 1_024;

    /// <inheritdoc/>
    internal override double GradientPowerSum(double order, int start, int count) => PowerSum(gradient.Span.Slice(start, count), order);

    /// <inheritdoc/>
    internal override double ScaledSumOfSquares(double divisor, int start, int count)
    {
        // Only numbers of 64 bits have squares that overflow them.
        var sum = 0.0;
        foreach (var g in MemoryMarshal.Cast<T, double>(typeof(T) == typeof(double) ? gradient.Span.Slice(start, count) : default))
        {
            sum += g / divisor * (g / divisor);
        }

        return sum;
    }

    /// <inheritdoc/>
    internal override double ValueSumOfSquares(int start, int count) => PowerSum(Values.Span.Slice(start, count), 2);

    /// <inheritdoc/>
    internal override void ChangeGradient<TChange>(TChange change, int start, int count)
    {
        var span = gradient.Span.Slice(start, count);
        if (typeof(T) == typeof(float))
        {
            change.Apply(MemoryMarshal.Cast<T, float>(span), start);
            return;
        }

        if (typeof(T) == typeof(double))
        {
            change.Apply(MemoryMarshal.Cast<T, double>(span), start);
            return;
        }

        Span<float> wide = stackalloc float[Stretch];
        for (var i = 0; i < count; i += Stretch)
        {
            var part = span.Slice(i, Math.Min(Stretch, count - i));
            Narrowing.Widen<T>(part, wide);
            change.Apply(wide[..part.Length], start + i);
            Narrowing.Nearest(wide[..part.Length], part);
        }
    }

    /// <inheritdoc/>
    internal override double[] ToDoubles()
    {
        if (this is Parameter<double> precise)
        {
            return precise.Values.ToArray();
        }

        var wide = new float[Length];
        if (this is Parameter<float> single)
        {
            single.Values.CopyTo(wide);
        }
        else
        {
            Narrowing.Widen<T>(Values.Span, wide);
        }

        return Array.ConvertAll(wide, value => (double)value);
    }

    private static double PowerSum(ReadOnlySpan<T> numbers, double order)
    {
        if (typeof(T) == typeof(float))
        {
            return PowerSum(MemoryMarshal.Cast<T, float>(numbers), order, 0);
        }

        if (typeof(T) == typeof(double))
        {
            return PowerSum(MemoryMarshal.Cast<T, double>(numbers), order, 0);
        }

        Span<float> wide = stackalloc float[Stretch];
        var sum = 0.0;
        for (var i = 0; i < numbers.Length; i += Stretch)
        {
            var part = numbers.Slice(i, Math.Min(Stretch, numbers.Length - i));
            Narrowing.Widen(part, wide);
            sum = PowerSum<float>(wide[..part.Length], order, sum);
        }

        return sum;
    }

    private static double PowerSum<TNumber>(ReadOnlySpan<TNumber> numbers, double order, double sum)
        where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber>
    {
        switch (order)
        {
            case 2:
                return sum + Sum.OfSquares(numbers);
            case double.PositiveInfinity:
                foreach (var number in numbers)
                {
                    sum = Math.Max(sum, Math.Abs(double.CreateTruncating(number)));
                }

                return sum;
            default:
                foreach (var number in numbers)
                {
                    sum += Math.Pow(Math.Abs(double.CreateTruncating(number)), order);
                }

                return sum;
        }
    }
}
