using System.Numerics;

namespace Descent.Nn;

/// <summary>Layer normalization over the last axes. See <see cref="Tensor{T}.LayerNorm"/>. Weight decay leaves w and b alone.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LayerNorm<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] normalized;

    /// <summary>Creates the layer with w = 1 and b = 0.</summary>
    /// <param name="normalizedShape">The sizes of the axes that are normalized together.</param>
    /// <param name="epsilon">ε, at least 0.</param>
    /// <param name="affine">Whether there are w and b.</param>
    public LayerNorm(ReadOnlySpan<int> normalizedShape, double epsilon = 1e-5, bool affine = true)
    {
        normalized = normalizedShape.ToArray();
        Epsilon = epsilon;
        if (affine)
        {
            (Weight, Bias) = (Norms.Ones<T>(normalized), Norms.Zeros<T>(normalized));
        }
    }

    /// <summary>Creates the layer for the last axis.</summary>
    /// <param name="size">Its size.</param>
    /// <param name="epsilon">ε, at least 0.</param>
    public LayerNorm(int size, double epsilon = 1e-5)
        : this([size], epsilon)
    {
    }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>w, or null.</summary>
    public Tensor<T>? Weight { get; }

    /// <summary>b, or null.</summary>
    public Tensor<T>? Bias { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors => Weight is null ? [] : [("weight", Weight), ("bias", Bias!)];

    /// <inheritdoc/>
    /// <exception cref="DescentException">The last axes of the input have other sizes.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.LayerNorm(normalized, Weight, Bias, Epsilon);
    }
}

/// <summary>Root-mean-square normalization over the last axis. See <see cref="Tensor{T}.RmsNorm"/>. Weight decay leaves w alone.</summary>
/// <param name="size">The size of the last axis.</param>
/// <param name="epsilon">ε, at least 0.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class RmsNorm<T>(int size, double epsilon = 1e-6) : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>w, of shape [size], starts at 1.</summary>
    public Tensor<T> Weight { get; } = Norms.Ones<T>([size]);

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors => [("weight", Weight)];

    /// <inheritdoc/>
    /// <exception cref="DescentException">The last axis of the input has another size.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.RmsNorm([size], Weight, epsilon);
    }
}

/// <summary>Group normalization. See <see cref="Tensor{T}.GroupNorm"/>. Weight decay leaves w and b alone.</summary>
/// <param name="groups">How many; it divides the channels. As many as channels make an instance normalization.</param>
/// <param name="channels">The size of axis 1.</param>
/// <param name="epsilon">ε, at least 0.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class GroupNorm<T>(int groups, int channels, double epsilon = 1e-5) : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>w, of shape [channels], starts at 1.</summary>
    public Tensor<T> Weight { get; } = Norms.Ones<T>([channels]);

    /// <summary>b, of shape [channels], starts at 0.</summary>
    public Tensor<T> Bias { get; } = Norms.Zeros<T>([channels]);

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors => [("weight", Weight), ("bias", Bias)];

    /// <inheritdoc/>
    /// <exception cref="DescentException">The input's shape does not fit.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.GroupNorm(groups, Weight, Bias, epsilon);
    }
}

/// <summary>The parameters of normalizations, which weight decay leaves alone.</summary>
internal static class Norms
{
    public static Tensor<T> Zeros<T>(int[] shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tensor = Tensor<T>.Zeros(shape, requiresGradient: true);
        tensor.DecayExempt = true;
        return tensor;
    }

    public static Tensor<T> Ones<T>(int[] shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tensor = Zeros<T>(shape);
        tensor.Span.Fill(T.One);
        return tensor;
    }
}
