using System.Numerics;

namespace Descent.Nn;

/// <summary>A layer without parameters: any function of one tensor, such as <c>new Function&lt;float&gt;(x =&gt; x.Gelu())</c>.</summary>
/// <param name="function">Computes the output.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Function<T>(Func<Tensor<T>, Tensor<T>> function) : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> input) => function(input);
}

/// <summary>The layers without parameters that have a name in the field.</summary>
public static class Layers
{
    /// <summary>The exact <see cref="Tensor{T}.Gelu"/>.</summary>
    public static Function<T> Gelu<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(static x => x.Gelu());

    /// <summary><see cref="Tensor{T}.Silu"/>.</summary>
    public static Function<T> Silu<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(static x => x.Silu());

    /// <summary><see cref="Tensor{T}.Sigmoid"/>.</summary>
    public static Function<T> Sigmoid<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(static x => x.Sigmoid());

    /// <summary><see cref="Tensor{T}.LeakyRelu"/>.</summary>
    public static Function<T> LeakyRelu<T>(double slope = 0.01)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(x => x.LeakyRelu(slope));

    /// <summary><see cref="Tensor{T}.Elu"/>.</summary>
    public static Function<T> Elu<T>(double alpha = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(x => x.Elu(alpha));

    /// <summary>All axes but the first joined into one: [batch, …] to [batch, features].</summary>
    public static Function<T> Flatten<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(static x => x.Flatten(1));

    /// <summary>The largest element of square windows. See <see cref="Tensor{T}.MaxPool2d"/>.</summary>
    public static Function<T> MaxPool2d<T>(int kernel, int? stride = null, int padding = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(x => x.MaxPool2d((kernel, kernel), stride is { } step ? (step, step) : null, (padding, padding)));

    /// <summary>The mean of square windows. See <see cref="Tensor{T}.AvgPool2d"/>.</summary>
    public static Function<T> AvgPool2d<T>(int kernel, int? stride = null, int padding = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(x => x.AvgPool2d((kernel, kernel), stride is { } step ? (step, step) : null, (padding, padding)));

    /// <summary>The largest element of windows over sequences. See <see cref="Tensor{T}.MaxPool1d"/>.</summary>
    public static Function<T> MaxPool1d<T>(int kernel, int? stride = null, int padding = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(x => x.MaxPool1d(kernel, stride, padding));

    /// <summary>The mean over all of an image: [batch, channels, height, width] to [batch, channels].</summary>
    public static Function<T> GlobalAvgPool<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(static x => x.Mean([-2, -1]));
}

/// <summary>x + f(x), or shortcut(x) + f(x).</summary>
/// <remarks>Source: He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, <see href="https://arxiv.org/abs/1512.03385"/>.</remarks>
/// <param name="body">f.</param>
/// <param name="shortcut">What makes x fit, such as a convolution of size 1; x itself when null.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Residual<T>(Module<T> body, Module<T>? shortcut = null) : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Module<T> Module)> Children => shortcut is null ? [("body", body)] : [("body", body), ("shortcut", shortcut)];

    /// <inheritdoc/>
    /// <exception cref="DescentException">The two shapes do not broadcast.</exception>
    public override Tensor<T> Forward(Tensor<T> input) => (shortcut?.Forward(input) ?? input) + body.Forward(input);
}
