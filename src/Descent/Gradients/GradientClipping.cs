using Descent.Engine;

namespace Descent.Gradients;

/// <summary>What a clipping did.</summary>
/// <param name="Norm">The norm that was compared; NaN for clippings that compare none.</param>
/// <param name="Factor">What all gradients were multiplied by; 1 where each has its own factor.</param>
/// <param name="NonFiniteParameter">The first parameter whose gradient has NaN or an infinity; null for none.</param>
public readonly record struct ClipResult(double Norm, double Factor, string? NonFiniteParameter);

/// <summary>
/// How gradients are kept from being too large, as a value: given to <see cref="Optimizer.Clipping"/> or to a group, or applied to
/// parameters directly.
/// </summary>
public abstract partial record GradientClipping
{
    /// <summary>No clipping; for a group that is left out of the optimizer's.</summary>
    public static GradientClipping None { get; } = new NoClipping();

    /// <summary>The PyTorch constant that keeps factors finite; it shrinks a gradient at the limit by a millionth.</summary>
    internal const double Epsilon = 1e-6;

    /// <summary>Which norm of all gradients together is needed; null for none.</summary>
    internal virtual double? Order => null;

    /// <summary>Whether gradients are changed one by one, in place.</summary>
    internal virtual bool Transforms => false;

    /// <summary>What all gradients are multiplied by, given their norm.</summary>
    internal virtual double FactorFor(double norm, ClippingHistory? history) => 1;

    /// <summary>Changes the gradient of one parameter in place, as if it were multiplied by <paramref name="scale"/>.</summary>
    internal virtual void Transform(Parameter parameter, double scale)
    {
    }

    /// <summary>Clips the gradients of parameters in place; those without a gradient are left out.</summary>
    /// <param name="parameters">The parameters, which form one whole for clippings by a norm.</param>
    /// <param name="nonFinite">What to do with NaN and infinities: to throw and to skip change nothing; by default they go through the arithmetic.</param>
    /// <exception cref="DescentException">A gradient is not finite, and <paramref name="nonFinite"/> says to throw.</exception>
    public ClipResult Apply(IReadOnlyList<Parameter> parameters, NonFiniteGradients nonFinite = NonFiniteGradients.Pass)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var bad = parameters.FirstOrDefault(parameter => parameter.HasGradient && parameter.HasNonFiniteGradient())?.Name;
        if (bad is not null && nonFinite != NonFiniteGradients.Pass)
        {
            return nonFinite == NonFiniteGradients.Skip
                ? new ClipResult(double.NaN, 1, bad)
                : throw new DescentException($"The gradient of parameter '{bad}' must be finite, but held NaN or an infinity; nothing was changed.");
        }

        var (norm, factor) = (double.NaN, 1.0);
        if (Order is { } order)
        {
            norm = GradientReport.NormOf(parameters, order);
            factor = FactorFor(norm, null);
        }

        foreach (var parameter in parameters.Where(parameter => parameter.HasGradient))
        {
            if (Order is not null)
            {
                parameter.ChangeGradient(new Multiply(factor), 0, parameter.Length);
            }

            Transform(parameter, 1);
        }

        return new ClipResult(norm, factor, bad);
    }

    /// <summary>limit/(norm + ε) where the norm is above the limit; 1 below; NaN for NaN.</summary>
    internal static double Shrink(double norm, double limit)
    {
        var factor = limit / (norm + Epsilon);
        return factor > 1 ? 1 : factor;
    }

    internal sealed record NoClipping : GradientClipping;
}

/// <summary>g ← c·g.</summary>
internal readonly struct Multiply(double factor) : IGradientChange
{
    public void Apply<T>(Span<T> gradient, int start)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        System.Numerics.Tensors.TensorPrimitives.Multiply(gradient, T.CreateTruncating(factor), gradient);
}
