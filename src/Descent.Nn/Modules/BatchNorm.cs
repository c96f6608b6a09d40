using System.Numerics;

namespace Descent.Nn;

/// <summary>
/// Batch normalization: y = w·(x − μ)/√(σ² + ε) + b, with the mean and the variance of each channel (axis 1) over the batch and all
/// other axes while training, and with running ones while evaluating. One module for [N, C], [N, C, L] and [N, C, H, W].
/// </summary>
/// <remarks>
/// Source: Ioffe, Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift", ICML 2015,
/// <see href="https://arxiv.org/abs/1502.03167"/>, algorithms 1 and 2. As in PyTorch the running variance is the unbiased one, and running
/// statistics move by <c>r ← (1 − momentum)·r + momentum·batch</c>; the names are those of PyTorch's state. Weight decay leaves w and b alone.
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class BatchNorm<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer with w = 1, b = 0, running mean 0 and running variance 1.</summary>
    /// <param name="channels">The size of axis 1, at least 1.</param>
    /// <param name="epsilon">ε; above 0.</param>
    /// <param name="momentum">The share of a batch in the running statistics, in (0, 1]; null for the plain mean over all batches.</param>
    /// <param name="affine">Whether there are w and b.</param>
    /// <exception cref="DescentException">An argument is out of range.</exception>
    public BatchNorm(int channels, double epsilon = 1e-5, double? momentum = 0.1, bool affine = true)
    {
        if (channels < 1)
        {
            throw new DescentException($"A batch norm needs at least 1 channel, but was given {channels}.");
        }

        Epsilon = epsilon > 0 && double.IsFinite(epsilon) ? epsilon : throw new DescentException($"The epsilon of a batch norm must be a number above 0, but was {epsilon:R}.");
        Momentum = momentum is null or (> 0 and <= 1) ? momentum : throw new DescentException($"The momentum of a batch norm must be in (0, 1] or null, but was {momentum:R}.");
        RunningMean = Tensor<T>.Zeros([channels]);
        RunningVariance = Tensor<T>.Zeros([channels]);
        RunningVariance.Span.Fill(T.One);
        Batches = Tensor<T>.Zeros([]);
        if (affine)
        {
            Weight = Tensor<T>.Zeros([channels], requiresGradient: true);
            Weight.Span.Fill(T.One);
            Bias = Tensor<T>.Zeros([channels], requiresGradient: true);
            Weight.DecayExempt = Bias.DecayExempt = true;
        }
    }

    /// <summary>ε, which keeps a channel whose values are all the same finite.</summary>
    public double Epsilon { get; }

    /// <summary>The share of a batch in the running statistics; null for the plain mean over all batches.</summary>
    public double? Momentum { get; }

    /// <summary>w, of shape [channels], or null.</summary>
    public Tensor<T>? Weight { get; }

    /// <summary>b, of shape [channels], or null.</summary>
    public Tensor<T>? Bias { get; }

    /// <summary>What evaluation takes for μ, of shape [channels].</summary>
    public Tensor<T> RunningMean { get; }

    /// <summary>What evaluation takes for σ², of shape [channels].</summary>
    public Tensor<T> RunningVariance { get; }

    /// <summary>How many batches the running statistics have seen, a scalar.</summary>
    public Tensor<T> Batches { get; }

    /// <summary>Whether statistics are the plain mean over the batches, whatever the momentum says: while they are re-estimated.</summary>
    internal bool IsEstimating { get; set; }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors => Weight is null ? [] : [("weight", Weight), ("bias", Bias!)];

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnBuffers =>
        [("running_mean", RunningMean), ("running_var", RunningVariance), ("num_batches_tracked", Batches)];

    /// <inheritdoc/>
    /// <exception cref="DescentException">Axis 1 is not the channels, or a training batch has one value per channel only.</exception>
    public override Tensor<T> Forward(Tensor<T> input) => Forward(input, rectified: false);

    /// <summary>The same, and on request max(y, 0) of it.</summary>
    internal Tensor<T> Forward(Tensor<T> input, bool rectified)
    {
        ArgumentNullException.ThrowIfNull(input);
        var channels = RunningMean.Length;
        if (input.Rank < 2 || input.Shape[1] != channels)
        {
            throw new DescentException($"A batch norm of {channels} channels needs an input of shape [batch, {channels}, …], but the input's shape is {Shapes.Describe(input.Shape)}.");
        }

        // What has one number per channel is given the shape [C, 1, …], which broadcasts along the other axes.
        int[] perChannel = [channels, .. Enumerable.Repeat(1, input.Rank - 2)];
        if (IsTraining)
        {
            return Track(input, perChannel, rectified);
        }

        var normalized = (input - RunningMean.Reshape(perChannel)) * (RunningVariance + T.CreateChecked(Epsilon)).ReciprocalSqrt().Reshape(perChannel);
        return Affine(normalized, perChannel, rectified);
    }

    private Tensor<T> Affine(Tensor<T> normalized, int[] perChannel, bool rectified)
    {
        var result = Weight is null ? normalized : (normalized * Weight.Reshape(perChannel)) + Bias!.Reshape(perChannel);
        return rectified ? result.Relu() : result;
    }

    /// <summary>Normalizes with the batch's own statistics, which the running ones follow.</summary>
    private Tensor<T> Track(Tensor<T> input, int[] perChannel, bool rectified)
    {
        var count = input.Length / RunningMean.Length;
        if (count < 2)
        {
            throw new DescentException($"A batch norm needs at least 2 values per channel while training, but the input's shape is {Shapes.Describe(input.Shape)}; use larger batches, or evaluate.");
        }

        // Of a table, whose channels lie side by side, the operations are as fast.
        var result = input.Rank == 2
            ? Affine(input.Standardize([0], Epsilon, out var mean, out var variance), perChannel, rectified)
            : ChannelNormOperation<T>.Apply(input, Weight, Bias, Epsilon, rectified, out mean, out variance);
        Batches.Span[0] += T.One;
        var share = Momentum is { } momentum && !IsEstimating ? T.CreateChecked(momentum) : T.One / Batches.Span[0];
        Follow(RunningMean.Span, mean.Span, share, T.One);
        Follow(RunningVariance.Span, variance.Span, share, T.CreateChecked(count) / T.CreateChecked(count - 1));
        return result;
    }

    private static void Follow(Span<T> running, ReadOnlySpan<T> batch, T share, T correction)
    {
        for (var i = 0; i < running.Length; i++)
        {
            running[i] = ((T.One - share) * running[i]) + (share * correction * batch[i]);
        }
    }
}
