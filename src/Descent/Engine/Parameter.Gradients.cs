using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Descent.Storage;

namespace Descent.Engine;

/// <content>Arithmetic over gradients and values, a stretch at a time, in float or better.</content>
public abstract partial class Parameter
{
    /// <summary>Σ|g/divisor|ᵖ of a range of the gradient; max|g| for p = ∞. NaN when a number is NaN.</summary>
    internal abstract double GradientPowerSum(double order, int start, int count, double divisor = 1);

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
    internal override double GradientPowerSum(double order, int start, int count, double divisor = 1) =>
        PowerSum(gradient.Span.Slice(start, count), order, divisor);

    /// <inheritdoc/>
    internal override double ValueSumOfSquares(int start, int count) => PowerSum(Values.Span.Slice(start, count), 2, 1);

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

    private static double PowerSum(ReadOnlySpan<T> numbers, double order, double divisor)
    {
        if (typeof(T) == typeof(float))
        {
            return PowerSum(MemoryMarshal.Cast<T, float>(numbers), order, divisor);
        }

        if (typeof(T) == typeof(double))
        {
            return PowerSum(MemoryMarshal.Cast<T, double>(numbers), order, divisor);
        }

        Span<float> wide = stackalloc float[Stretch];
        var sum = 0.0;
        for (var i = 0; i < numbers.Length; i += Stretch)
        {
            var part = numbers.Slice(i, Math.Min(Stretch, numbers.Length - i));
            Narrowing.Widen(part, wide);
            var next = PowerSum<float>(wide[..part.Length], order, divisor);
            sum = double.IsPositiveInfinity(order) ? Math.Max(sum, next) : sum + next;
        }

        return sum;
    }

    private static double PowerSum<TNumber>(ReadOnlySpan<TNumber> numbers, double order, double divisor)
        where TNumber : unmanaged, IBinaryFloatingPointIeee754<TNumber>
    {
        switch (order)
        {
            case double.PositiveInfinity:
                return numbers.IsEmpty ? 0 : double.CreateTruncating(TNumber.Abs(TensorPrimitives.MaxMagnitude(numbers)));
            case 2 when divisor == 1:
                return Sum.OfSquares(numbers);
            case 1 when divisor == 1:
                return Sum.OfMagnitudes(numbers);
            default:
                var sum = 0.0;
                foreach (var number in numbers)
                {
                    sum += Math.Pow(Math.Abs(double.CreateTruncating(number)) / divisor, order);
                }

                return sum;
        }
    }
}
