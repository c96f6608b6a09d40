using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>(x − μ)/√(σ² + ε) with the mean and the variance over some axes: what batch, layer and group norm share.</summary>
    /// <param name="axes">Over which, each once, from −rank to rank − 1.</param>
    /// <param name="epsilon">ε, which keeps numbers that are all the same finite; at least 0.</param>
    /// <param name="mean">μ, with the axes kept as size 1.</param>
    /// <param name="variance">σ², divided by the number of elements and not by one less, with the axes kept as size 1.</param>
    /// <exception cref="DescentException">An axis does not exist or is given twice.</exception>
    public Tensor<T> Standardize(ReadOnlySpan<int> axes, double epsilon, out Tensor<T> mean, out Tensor<T> variance)
    {
        mean = Mean(axes, keepAxes: true);
        var centred = this - mean;
        variance = centred.Square().Mean(axes, keepAxes: true);
        return centred * (variance + T.CreateChecked(epsilon)).ReciprocalSqrt();
    }
}
