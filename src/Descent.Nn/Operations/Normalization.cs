using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Layer normalization: w·(x − μ)/√(σ² + ε) + b with the mean and the variance over the last axes.</summary>
    /// <remarks>Source: Ba, Kiros, Hinton, "Layer Normalization", 2016, <see href="https://arxiv.org/abs/1607.06450"/>.</remarks>
    /// <param name="normalizedShape">The sizes of the axes that are normalized together, the last ones of this tensor; at least one.</param>
    /// <param name="weight">w, of that shape; none when null.</param>
    /// <param name="bias">b, of that shape; none when null.</param>
    /// <param name="epsilon">ε, at least 0.</param>
    /// <exception cref="DescentException">The shapes do not fit.</exception>
    public Tensor<T> LayerNorm(ReadOnlySpan<int> normalizedShape, Tensor<T>? weight = null, Tensor<T>? bias = null, double epsilon = 1e-5)
    {
        CheckNormalized("LayerNorm", normalizedShape, weight, bias);
        return RowNormOperation<T>.Apply(this, Shapes.Count(normalizedShape), weight, bias, epsilon, centred: true);
    }

    /// <summary>Root-mean-square normalization: w·x/√(mean x² + ε) over the last axes.</summary>
    /// <remarks>Source: Zhang, Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019, <see href="https://arxiv.org/abs/1910.07467"/>.</remarks>
    /// <param name="normalizedShape">The sizes of the axes that are normalized together, the last ones of this tensor; at least one.</param>
    /// <param name="weight">w, of that shape; none when null.</param>
    /// <param name="epsilon">ε, at least 0.</param>
    /// <exception cref="DescentException">The shapes do not fit.</exception>
    public Tensor<T> RmsNorm(ReadOnlySpan<int> normalizedShape, Tensor<T>? weight = null, double epsilon = 1e-6)
    {
        CheckNormalized("RmsNorm", normalizedShape, weight, null);
        return RowNormOperation<T>.Apply(this, Shapes.Count(normalizedShape), weight, null, epsilon, centred: false);
    }

    /// <summary>Group normalization: the channels (axis 1) in groups, each normalized with its own mean and variance in each example; w and b for each channel.</summary>
    /// <remarks>Source: Wu, He, "Group Normalization", ECCV 2018, <see href="https://arxiv.org/abs/1803.08494"/>.</remarks>
    /// <param name="groups">How many; it divides the channels.</param>
    /// <param name="weight">w, of shape [channels]; none when null.</param>
    /// <param name="bias">b, of shape [channels]; none when null.</param>
    /// <param name="epsilon">ε, at least 0.</param>
    /// <exception cref="DescentException">The shapes do not fit.</exception>
    public Tensor<T> GroupNorm(int groups, Tensor<T>? weight = null, Tensor<T>? bias = null, double epsilon = 1e-5)
    {
        var channels = Rank < 2 ? 0 : shape[1];
        if (Rank < 2 || groups < 1 || channels % groups != 0 || (weight is not null && weight.Length != channels) || (bias is not null && bias.Length != channels))
        {
            throw new DescentException(
                $"GroupNorm needs an input of shape [batch, channels, …], groups that divide the channels, and one weight and bias for each, but the shapes were {Shapes.Describe(shape)} with {groups} groups, {Of(weight)} and {Of(bias)}.");
        }

        int[] perChannel = [channels, .. Enumerable.Repeat(1, Rank - 2)];
        var normalized = Reshape(shape[0], groups, Length / Math.Max(1, shape[0] * groups)).Standardize([2], epsilon, out _, out _).Reshape(shape);
        return Affine(normalized, weight?.Reshape(perChannel), bias?.Reshape(perChannel));
    }

    /// <summary>Instance normalization: each channel of each example by itself; <see cref="GroupNorm"/> with as many groups as channels.</summary>
    /// <remarks>Source: Ulyanov, Vedaldi, Lempitsky, "Instance Normalization", 2016, <see href="https://arxiv.org/abs/1607.08022"/>.</remarks>
    /// <param name="weight">w, of shape [channels]; none when null.</param>
    /// <param name="bias">b, of shape [channels]; none when null.</param>
    /// <param name="epsilon">ε, at least 0.</param>
    /// <exception cref="DescentException">The shapes do not fit.</exception>
    public Tensor<T> InstanceNorm(Tensor<T>? weight = null, Tensor<T>? bias = null, double epsilon = 1e-5) => GroupNorm(Rank < 2 ? 1 : shape[1], weight, bias, epsilon);

    private static Tensor<T> Affine(Tensor<T> normalized, Tensor<T>? weight, Tensor<T>? bias)
    {
        var scaled = weight is null ? normalized : normalized * weight;
        return bias is null ? scaled : scaled + bias;
    }

    private static string Of(Tensor<T>? tensor) => tensor is null ? "none" : Shapes.Describe(tensor.shape);

    private void CheckNormalized(string operation, ReadOnlySpan<int> normalized, Tensor<T>? weight, Tensor<T>? bias)
    {
        if (normalized.IsEmpty || !shape.AsSpan().EndsWith(normalized)
            || (weight is not null && !weight.Shape.SequenceEqual(normalized)) || (bias is not null && !bias.Shape.SequenceEqual(normalized)))
        {
            throw new DescentException(
                $"{operation} needs an input whose last axes are {Shapes.Describe(normalized)}, and a weight and a bias of that shape or none, but the shapes were {Shapes.Describe(shape)}, {Of(weight)} and {Of(bias)}.");
        }
    }
}
