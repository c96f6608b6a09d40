using System.Numerics;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>Small models that are ready to train.</summary>
public static class Models
{
    /// <summary>
    /// One linear layer named <c>fc</c>: linear regression, or logistic regression under a cross-entropy. PyTorch's default start.
    /// </summary>
    /// <param name="inputs">Features of an example, at least 1.</param>
    /// <param name="outputs">Numbers to predict, at least 1.</param>
    /// <param name="random">Draws the start.</param>
    /// <exception cref="DescentException">A size is below 1.</exception>
    public static Sequential<T> Linear<T>(int inputs, int outputs, SeededRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(("fc", new Linear<T>(inputs, outputs, random)));

    /// <summary>
    /// A multi-layer perceptron: linear layers <c>fc1</c>, <c>fc2</c>, … with ReLU between them (<c>relu1</c>, …), and on request
    /// with batch norm before each ReLU (<c>bn1</c>, …) and dropout after it (<c>drop1</c>, …).
    /// Weights start normal after He (gain √2 before a ReLU, 1 at the output), biases at 0.
    /// </summary>
    /// <param name="inputs">Features of an example, at least 1.</param>
    /// <param name="hidden">
    /// The sizes of the hidden layers, each at least 1; none makes a linear model whose layer is called <c>fc1</c>.
    /// </param>
    /// <param name="outputs">Numbers to predict, at least 1.</param>
    /// <param name="random">Draws the weights, layer by layer, and the masks of the dropout.</param>
    /// <param name="batchNorm">Whether hidden layers are normalized.</param>
    /// <param name="dropout">The probability with which a hidden number becomes 0 while training, in [0, 1).</param>
    /// <param name="sparse">Whether the first layer takes sparse rows: a <see cref="SparseLinear{T}"/>.</param>
    /// <exception cref="DescentException">A size is below 1, or the probability out of range.</exception>
    public static Sequential<T> Mlp<T>(int inputs, ReadOnlySpan<int> hidden, int outputs, SeededRandom random, bool batchNorm = false, double dropout = 0, bool sparse = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var modules = new List<(string, Module<T>)>();
        for (var i = 0; i <= hidden.Length; i++)
        {
            var isOutput = i == hidden.Length;
            var (fanIn, fanOut) = (i == 0 ? inputs : hidden[i - 1], isOutput ? outputs : hidden[i]);
            modules.Add(($"fc{i + 1}", i == 0 && sparse ? new SparseLinear<T>(fanIn, fanOut, random) : Dense(fanIn, fanOut, isOutput)));
            if (!isOutput && batchNorm)
            {
                modules.Add(($"bn{i + 1}", new BatchNorm<T>(fanOut)));
            }

            if (!isOutput)
            {
                modules.Add(($"relu{i + 1}", new Relu<T>()));
            }

            if (!isOutput && dropout != 0)
            {
                modules.Add(($"drop{i + 1}", new Dropout<T>(dropout, random)));
            }
        }

        return new Sequential<T>([.. modules]);

        Linear<T> Dense(int fanIn, int fanOut, bool isOutput)
        {
            var weight = Tensor<T>.Zeros([fanOut, fanIn], requiresGradient: true);
            Initialization.HeNormal(weight, random, gain: isOutput ? Gain.Linear : Gain.Relu);
            return new Linear<T>(weight, Tensor<T>.Zeros([fanOut], requiresGradient: true));
        }
    }

    /// <summary>
    /// A small convolutional network: convolutions of 3 × 3 with batch norm and ReLU (<c>conv1</c>, <c>bn1</c>, …), each followed by a max pooling
    /// that halves the image, then a linear layer <c>fc</c>. On request a block of two more convolutions with a residual follows each pooling
    /// (<c>block1</c>, …), as <see cref="ResNet8{T}"/> has them.
    /// </summary>
    /// <param name="channels">Of the images, at least 1.</param>
    /// <param name="height">Of the images; it can be halved as often as there are convolutions.</param>
    /// <param name="width">Of the images; likewise.</param>
    /// <param name="hidden">The channels of the convolutions.</param>
    /// <param name="outputs">Numbers to predict, at least 1.</param>
    /// <param name="random">Draws the weights.</param>
    /// <param name="residual">Whether a block with a residual follows each pooling.</param>
    /// <exception cref="DescentException">A size is below 1, or the images are too small.</exception>
    public static Sequential<T> Cnn<T>(int channels, int height, int width, ReadOnlySpan<int> hidden, int outputs, SeededRandom random, bool residual = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (hidden.IsEmpty || height >> hidden.Length < 1 || width >> hidden.Length < 1)
        {
            throw new DescentException($"A CNN halves its images at every convolution, but images of {height} × {width} cannot be halved {hidden.Length} times and more than 0.");
        }

        var modules = new List<(string, Module<T>)>();
        for (var i = 0; i < hidden.Length; i++)
        {
            modules.Add(($"conv{i + 1}", new Conv2d<T>(i == 0 ? channels : hidden[i - 1], hidden[i], (3, 3), random, padding: (1, 1))));
            modules.Add(($"bn{i + 1}", new BatchNorm<T>(hidden[i])));
            modules.Add(($"relu{i + 1}", new Relu<T>()));
            modules.Add(($"pool{i + 1}", Layers.MaxPool2d<T>(2)));
            if (residual)
            {
                modules.Add(($"block{i + 1}", ResidualBlock<T>(hidden[i], hidden[i], 1, random)));
            }
        }

        modules.Add(("flatten", Layers.Flatten<T>()));
        modules.Add(("fc", new Linear<T>(hidden[^1] * (height >> hidden.Length) * (width >> hidden.Length), outputs, random)));
        return new Sequential<T>([.. modules]);
    }

    /// <summary>
    /// A residual network of 8 layers: a convolution (<c>stem</c>), three blocks of two convolutions with a residual (<c>block1</c> …), of which the
    /// second and third halve the image and double the channels, the mean over the image, and a linear layer <c>fc</c>.
    /// </summary>
    /// <remarks>Source: He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, <see href="https://arxiv.org/abs/1512.03385"/>, section 4.2 with n = 1.</remarks>
    /// <param name="channels">Of the images, at least 1.</param>
    /// <param name="outputs">Numbers to predict, at least 1.</param>
    /// <param name="random">Draws the weights.</param>
    /// <param name="width">Channels of the first block.</param>
    /// <exception cref="DescentException">A size is below 1.</exception>
    public static Sequential<T> ResNet8<T>(int channels, int outputs, SeededRandom random, int width = 16)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return new Sequential<T>(
            ("stem", new Sequential<T>(("conv", WithoutBias<T>(channels, width, 3, 1, random)), ("bn", new BatchNorm<T>(width)), ("relu", new Relu<T>()))),
            ("block1", ResidualBlock<T>(width, width, 1, random)),
            ("block2", ResidualBlock<T>(width, 2 * width, 2, random)),
            ("block3", ResidualBlock<T>(2 * width, 4 * width, 2, random)),
            ("pool", Layers.GlobalAvgPool<T>()),
            ("fc", new Linear<T>(4 * width, outputs, random)));
    }

    /// <summary>A recurrent language model: an embedding (<c>emb</c>), a network (<c>rnn</c>) and a linear layer to the scores of the next token (<c>fc</c>).</summary>
    /// <param name="vocabulary">Tokens there are, at least 1.</param>
    /// <param name="size">Numbers of an embedded token, at least 1.</param>
    /// <param name="rnn">Of as many inputs: an <see cref="Rnn{T}"/>, <see cref="Lstm{T}"/> or <see cref="Gru{T}"/>.</param>
    /// <param name="random">Draws the weights.</param>
    /// <exception cref="DescentException">A size is below 1 or does not fit.</exception>
    public static Sequential<T> RecurrentLanguageModel<T>(int vocabulary, int size, Recurrent<T> rnn, SeededRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(rnn);
        return rnn.Inputs == size
            ? new Sequential<T>(("emb", new Embedding<T>(vocabulary, size, random)), ("rnn", rnn), ("fc", new Linear<T>(rnn.Hidden * (rnn.Options.Bidirectional ? 2 : 1), vocabulary, random)))
            : throw new DescentException($"The recurrent network must take the {size} numbers of an embedded token, but takes {rnn.Inputs}.");
    }

    private static Sequential<T> ResidualBlock<T>(int from, int to, int stride, SeededRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            ("residual", new Residual<T>(
                new Sequential<T>(
                    ("conv1", WithoutBias<T>(from, to, 3, stride, random)),
                    ("bn1", new BatchNorm<T>(to)),
                    ("relu", new Relu<T>()),
                    ("conv2", WithoutBias<T>(to, to, 3, 1, random)),
                    ("bn2", new BatchNorm<T>(to))),
                from == to ? null : new Sequential<T>(("conv", WithoutBias<T>(from, to, 1, stride, random)), ("bn", new BatchNorm<T>(to))))),
            ("relu", new Relu<T>()));

    private static Conv2d<T> WithoutBias<T>(int from, int to, int kernel, int stride, SeededRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layer = new Conv2d<T>(from, to, (kernel, kernel), random, (stride, stride), (kernel / 2, kernel / 2), bias: false);
        Initialization.HeNormal(layer.Weight, random, FanMode.FanOut);
        return layer;
    }
}
