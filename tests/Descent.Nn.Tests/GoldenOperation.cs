using System.Numerics;
using System.Text.Json.Nodes;
using Descent.Numerics;
using Descent.TestSupport;

namespace Descent.Nn.Tests;

/// <summary>One case of a golden file in the words of this library.</summary>
internal sealed class GoldenOperation<T>(string operation, JsonObject item, Dictionary<string, Tensor<T>> inputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly JsonNode attributes = item["attrs"]!;

    private Tensor<T> X => inputs["x"];

    private Tensor<T> A => inputs["a"];

    /// <summary>The second operand; the first one again where there is none.</summary>
    private Tensor<T> B => inputs.GetValueOrDefault("b", A);

    private string Kind => (string)attributes["kind"]!;

    private string? Expression => (string?)attributes["expression"];

    private (int, int) Stride => Pair("stride");

    private (int, int) Padding => Pair("padding");

    private (int, int) Dilation => Pair("dilation");

    private int Groups => Integer("groups", 1);

    private Tensor<T> Weight => inputs["weight"];

    private Tensor<T>? Bias => inputs.GetValueOrDefault("bias");

    /// <summary>The outputs by name.</summary>
    public Dictionary<string, Tensor<T>> Run() => operation switch
    {
        "max" when attributes["axis"] is not null => MaxWithIndices(),
        "split" => X.Split(Sizes(), Integer("axis")).Index().ToDictionary(part => $"part{part.Index}", part => part.Item),
        "lstm" => Recurrent(new Lstm<T>(Integer("input_size"), Integer("hidden_size"), new SeededRandom(1), Options()), ["h0", "c0"]),
        "gru" => Recurrent(new Gru<T>(Integer("input_size"), Integer("hidden_size"), new SeededRandom(1), Options()), ["h0"]),
        "rnn_tanh" => Recurrent(new Rnn<T>(Integer("input_size"), Integer("hidden_size"), new SeededRandom(1), Options()), ["h0"]),
        "multi_head_attention" => Attention(),
        _ => new() { ["y"] = One() },
    };

    /// <summary>The numbers of the Hessian file: a scalar of its parameters.</summary>
    public static Tensor<double> Scalar(JsonObject item, Dictionary<string, Tensor<double>> parameters)
    {
        var x = parameters.GetValueOrDefault("x", parameters.Values.First());
        Tensor<double> Constant(string name) => GoldenTests.Read<double>(item["const"]![name]!);
        int[] Target() => Golden.Integers(item["const"]!["target"]!["data"]);
        var value = (string)item["name"]! switch
        {
            "quadratic" => (x.MatrixMultiply(Constant("A")).MatrixMultiply(x) * 0.5) + Constant("b").MatrixMultiply(x),
            "quadratic_nonsymmetric" => x.MatrixMultiply(Constant("A")).MatrixMultiply(x) * 0.5,
            "rosenbrock_2" or "rosenbrock_5" or "rosenbrock_minimum" => (((x[1..] - x[..^1].Square()).Square() * 100) + (1 - x[..^1]).Square()).Sum(),
            "mlp_tanh_mse" => Loss.MeanSquaredError(Constant("x").Linear(parameters["W1"], parameters["b1"]).Tanh().Linear(parameters["W2"], parameters["b2"]), Constant("t")),
            "softmax_regression_ce" => Loss.CrossEntropy(Constant("x").Linear(parameters["W"], parameters["b"]), Target()),
            "op_exp" => x.Exp(),
            "op_log_of_1_plus_square" => (x.Square() + 1).Log(),
            "op_tanh" => x.Tanh(),
            "op_sigmoid" => x.Sigmoid(),
            "op_softplus" => x.Softplus(),
            "op_silu" => x.Silu(),
            "op_elu" => x.Elu(),
            "op_gelu_exact" => x.Gelu(),
            "op_gelu_tanh" => x.Gelu(approximate: true),
            "op_softmax" => x.Softmax(),
            "op_log_softmax" => x.LogSoftmax(),
            "op_logsumexp" => x.LogSumExp([-1]),
            "op_layer_norm" => x.LayerNorm([4]),
            "op_pow3" => x.Pow(3),
            "op_sqrt_of_1_plus_square" => (x.Square() + 1).Sqrt(),
            "op_div" => x[.., 0..1] / (x.Sigmoid() + 2),
            "op_matmul_self" => x.MatrixMultiply(x, transposeRight: true),
            "op_sdpa_causal" => Tensor<double>.ScaledDotProductAttention(x, x * 0.5, x + 1, causal: true),
            "op_conv2d_tanh" => x.Conv2d(parameters["weight"], padding: (1, 1)).Tanh(),
            "op_batch_norm_train" => ((x.Standardize([0], 1e-5, out _, out _) * parameters["weight"]) + parameters["bias"]).Tanh(),
            var other => throw new InvalidDataException($"The function '{other}' has no translation."),
        };
        return value.Rank == 0 ? value : (value * Constant("w")).Sum();
    }

    private Tensor<T> One()
    {
        T? scalar = attributes["scalar"] is { } number ? Value(number) : null;
        return operation switch
        {
            "add" => scalar is { } value ? A + value : A + B,
            "sub" => scalar is { } value ? A - value : A - B,
            "mul" => scalar is { } value ? A * value : A * B,
            "div" => scalar is { } value ? A / value : A / B,
            "maximum" => Tensor<T>.Maximum(A, B),
            "minimum" => Tensor<T>.Minimum(A, B),
            "pow" => attributes["exponent"] is { } exponent ? X.Pow(Value(exponent)) : attributes["base"] is { } scalarBase ? Tensor<T>.Filled([], Value(scalarBase)).Pow(inputs["e"]) : X.Pow(inputs["e"]),
            "neg" => -X,
            "abs" => X.Abs(),
            "clamp" => X.Clamp(attributes["min"] is { } low ? Value(low) : null, attributes["max"] is { } high ? Value(high) : null),
            "exp" => X.Exp(),
            "expm1" => X.Expm1(),
            "log" => X.Log(),
            "log1p" => X.Log1p(),
            "sin" => X.Sin(),
            "cos" => X.Cos(),
            "erf" => X.Erf(),
            "sqrt" => X.Sqrt(),
            "square" => X.Square(),
            "rsqrt" => X.ReciprocalSqrt(),
            "reciprocal" => X.Reciprocal(),
            "relu" => X.Relu(),
            "leaky_relu" => X.LeakyRelu(Number("negative_slope")),
            "elu" => X.Elu(Number("alpha")),
            "sigmoid" => X.Sigmoid(),
            "logsigmoid" => X.LogSigmoid(),
            "softplus" => X.Softplus(Number("beta")),
            "silu" => X.Silu(),
            "gelu" => X.Gelu(approximate: (string)attributes["approximate"]! == "tanh"),
            "tanh" => X.Tanh(),
            "where" => attributes["value"] is { } value ? X.MaskedFill(Constant("mask"), Value(value)) : Tensor<T>.Where(Constant("condition"), A, B),
            "dropout" => (bool)attributes["training"]! && item["const"]?["mask"] is not null ? X.Dropout(Number("p"), Constant("mask")) : Drop(),
            "linear" => X.Linear(Weight, Bias),
            "matmul" when Expression is { } expression => expression == "transpose(a) @ transpose(b)" ? A.MatrixMultiply(B, transposeLeft: true, transposeRight: true) : throw Unknown(expression),
            "matmul" => A.MatrixMultiply(B),
            "einsum" => Tensor<T>.Einsum((string)attributes["equation"]!, A, B),
            "softmax" => X.Softmax(Integer("axis")),
            "log_softmax" => X.LogSoftmax(Integer("axis")),
            _ => Reduction() ?? Shape() ?? LossOf() ?? Layer() ?? throw new InvalidDataException($"The operation '{operation}' has no translation."),
        };
    }

    private Tensor<T>? Reduction()
    {
        var axes = attributes["axes"] is { } given ? Golden.Integers(given) : null;
        var keep = (bool?)attributes["keepdim"] ?? false;
        return operation switch
        {
            "sum" => axes is null ? X.Sum() : X.Sum(axes, keep),
            "mean" => axes is null ? X.Mean() : X.Mean(axes, keep),
            "max" => axes is null ? X.Max() : X.Max(axes, keep),
            "min" => axes is null ? X.Min() : X.Min(axes, keep),
            "var" => axes is null ? X.Variance(Integer("correction")) : X.Variance(axes, Integer("correction"), keep),
            "std" => axes is null ? X.StandardDeviation(Integer("correction", 1)) : X.StandardDeviation(axes, Integer("correction", 1), keep),
            "logsumexp" => axes is null ? X.LogSumExp() : X.LogSumExp(axes, keep),
            "prod" => attributes["axis"] is null ? X.Prod() : X.Prod(Integer("axis")),
            "cumsum" => X.CumSum(Integer("axis")),
            _ => null,
        };
    }

    private Tensor<T>? Shape() => operation switch
    {
        "reshape" when Expression is { } expression => expression == "reshape(transpose(x,0,2), [-1,2])" ? X.Transpose(0, 2).Reshape(-1, 2) : throw Unknown(expression),
        "reshape" when attributes["unsqueeze"] is not null => attributes["squeeze"] is null ? X.Unsqueeze(Integer("unsqueeze")) : X.Unsqueeze(Integer("unsqueeze")).Squeeze(Integer("squeeze")),
        "reshape" => attributes["flatten_from"] is null ? X.Reshape(Integers("shape")) : X.Flatten(Integer("flatten_from")),
        "transpose" => X.Transpose(Integers("axes")[0], Integers("axes")[1]),
        "permute" => X.Permute(Integers("order")),
        "expand" => Kind switch { "expand" => X.Expand(Integers("shape")), "repeat" => X.Repeat(Integers("repeats")), _ => X.RepeatInterleave(Integer("repeats"), Integer("axis")) },
        "concat" when Expression is { } expression => expression == "concat([a0, a0*a0])" ? Tensor<T>.Concat([inputs["a0"], inputs["a0"] * inputs["a0"]]) : throw Unknown(expression),
        "concat" => Tensor<T>.Concat(inputs.Values.ToArray(), Integer("axis")),
        "stack" => Tensor<T>.Stack(inputs.Values.ToArray(), Integer("axis")),
        "slice" when Expression is { } expression => expression == "x[0:3] * x[1:4]" ? X[0..3] * X[1..4] : throw Unknown(expression),
        "slice" => X[[.. attributes["slices"]!.AsArray().Select(Slice)]],
        "flip_roll" => attributes["flip"] is null ? X.Roll(Integer("roll"), Integer("axis")) : X.Flip(Integers("flip")),
        "tril_triu" => Kind == "tril" ? X.Tril(Integer("diagonal")) : X.Triu(Integer("diagonal")),
        "pad" => X.Pad([.. attributes["pads"]!.AsArray().Select(pair => ((int)pair![0]!, (int)pair[1]!))], Enum.Parse<PadMode>((string)attributes["mode"]!, ignoreCase: true), Number("value")),
        "gather" => Kind switch
        {
            "gather" => X.Gather(Integer("axis"), Indices("index"), Golden.Integers(item["const"]!["index"]!["shape"])),
            "index_select" => X.IndexSelect(Integer("axis"), Indices("index")),
            _ => X.ScatterAdd(Integer("axis"), Indices("index"), inputs["src"]),
        },
        "embedding" => Weight.Embedding(Indices("indices"), Golden.Integers(item["const"]!["indices"]!["shape"]), (int?)attributes["padding_idx"]),
        _ => null,
    };

    private Tensor<T>? LossOf()
    {
        var how = attributes["reduction"] is { } given ? Enum.Parse<Reduction>((string)given!, ignoreCase: true) : Nn.Reduction.Mean;
        var target = inputs.GetValueOrDefault("target") ?? (item["const"]?["target"] is { } constant && (string)constant["dtype"]! == "float64" ? Constant("target") : null);
        var weight = item["const"]?["weight"] is null ? null : Constant("weight");
        var (smoothing, ignored) = (Number("label_smoothing"), (int?)attributes["ignore_index"]);
        return operation switch
        {
            "mse_loss" => Loss.MeanSquaredError(X, target!, how),
            "l1_loss" => Loss.MeanAbsoluteError(X, target!, how),
            "huber_loss" => Loss.Huber(X, target!, Number("delta"), how),
            "smooth_l1_loss" => Loss.SmoothL1(X, target!, Number("beta"), how),
            "kl_div" => Loss.KullbackLeibler(X.LogSoftmax(), target!, how),
            "bce_with_logits" => Loss.BinaryCrossEntropyWithLogits(X, target!, weight, item["const"]?["pos_weight"] is null ? null : Constant("pos_weight"), how),
            "nll_loss" => Loss.NegativeLogLikelihood(X.LogSoftmax(), Indices("target"), how),
            "cross_entropy" when target is not null => Loss.CrossEntropy(X, target, how, smoothing, weight),
            "cross_entropy" => Loss.CrossEntropy(X, Indices("target"), how, smoothing, ignored, weight),
            _ => null,
        };
    }

    private Tensor<T>? Layer() => operation switch
    {
        "conv1d" => X.Conv1d(Weight, Bias, Integer("stride"), Integer("padding"), Integer("dilation"), Groups),
        "conv2d" => X.Conv2d(Weight, Bias, Stride, Padding, Dilation, Groups),
        "conv_transpose1d" => X.ConvTranspose1d(Weight, Bias, Integer("stride"), Integer("padding"), Integer("output_padding"), Integer("dilation"), Groups),
        "conv_transpose2d" => X.ConvTranspose2d(Weight, Bias, Stride, Padding, Pair("output_padding"), Dilation, Groups),
        "max_pool2d" => X.MaxPool2d(Pair("kernel"), Stride, Padding, Dilation, (bool)attributes["ceil_mode"]!),
        "avg_pool2d" => X.AvgPool2d(Pair("kernel"), Stride, Padding, (bool)attributes["ceil_mode"]!, (bool)attributes["count_include_pad"]!),
        "adaptive_avg_pool2d" => X.AdaptiveAvgPool2d(Pair("output_size")),
        "adaptive_max_pool2d" => X.AdaptiveMaxPool2d(Pair("output_size")),
        "pool1d" => Kind switch
        {
            "max" => X.MaxPool1d(Integer("kernel"), Integer("stride"), Integer("padding")),
            "avg" => X.AvgPool1d(Integer("kernel"), Integer("stride"), Integer("padding"), countPadding: (bool)attributes["count_include_pad"]!),
            _ => X.AdaptiveAvgPool1d(Integer("output_size")),
        },
        "layer_norm" => X.LayerNorm(Integers("normalized_shape"), inputs.GetValueOrDefault("weight"), Bias, Number("eps")),
        "rms_norm" => X.RmsNorm(Weight.Shape, Weight, Number("eps")),
        "group_norm" => X.GroupNorm(Groups, Weight, Bias, Number("eps")),
        "instance_norm" => X.InstanceNorm(Weight, Bias, Number("eps")),
        "scaled_dot_product_attention" => Tensor<T>.ScaledDotProductAttention(
            inputs["q"],
            inputs["k"],
            inputs["v"],
            item["const"]?["mask"] is null ? null : Constant("mask"),
            Bias,
            (bool?)attributes["causal"] ?? false,
            attributes["scale"] is null ? null : Number("scale")),
        "positional_encoding" => Position(),
        "transformer_encoder_layer" => Block(),
        _ => null,
    };

    private Tensor<T> Position()
    {
        switch ((string)item["name"]!)
        {
            case var name when name.StartsWith("sinusoidal", StringComparison.Ordinal):
                var table = PositionalEncoding.Sinusoidal<T>(Integer("length"), Integer("dim"));
                Assert.All(table.ToArray().Zip(Constant("table").ToArray()), pair => Assert.Equal(double.CreateChecked(pair.Second), double.CreateChecked(pair.First), typeof(T) == typeof(float) ? 1e-6 : 1e-12));
                return X + table;
            case "learned":
                return X + Weight.Embedding([.. Enumerable.Range(0, X.Shape[1])], [X.Shape[1]]);
            case "alibi_causal_attention":
                var (queries, keys) = (inputs["q"].Shape[2], inputs["k"].Shape[2]);
                return Tensor<T>.ScaledDotProductAttention(inputs["q"], inputs["k"], inputs["v"], bias: PositionalEncoding.Alibi<T>(Integer("heads"), queries, keys), causal: (bool)attributes["causal"]!);
            case var name when name.StartsWith("rotary", StringComparison.Ordinal):
                return PositionalEncoding.Rotary(X, interleaved: (string)attributes["layout"]! == "interleaved", Number("base"));
            case var name:
                throw Unknown(name);
        }
    }

    private Tensor<T> Block()
    {
        var activation = (string)attributes["activation"]! == "gelu" ? (Module<T>)Layers.Gelu<T>() : new Relu<T>();
        var block = new TransformerBlock<T>(
            X.Shape[2], Integer("num_heads"), inputs["linear1.weight"].Shape[0], new SeededRandom(1), (bool)attributes["norm_first"]!, (bool)attributes["causal"]!, activation, epsilon: Number("eps"));
        Replace(block);
        return block.Forward(X);
    }

    private Dictionary<string, Tensor<T>> Attention()
    {
        var query = inputs.GetValueOrDefault("query") ?? X;
        var causal = (bool?)attributes["causal"] ?? false;
        var layer = new MultiHeadAttention<T>(query.Shape[2], Integer("num_heads"), new SeededRandom(1), causal);
        foreach (var name in new[] { "weight", "bias" })
        {
            // The function names them otherwise than the module.
            inputs[$"out_proj.{name}"] = inputs[$"out_proj_{name}"];
        }

        Replace(layer);
        var (y, weights) = layer.Attend(
            query, inputs.GetValueOrDefault("memory"), item["const"]?["attn_mask"] is null ? null : Constant("attn_mask"), item["const"]?["key_padding_mask"] is null ? null : Constant("key_padding_mask"));
        return new() { ["y"] = y, ["weights"] = weights.Mean([1]) };
    }

    private RecurrentOptions Options() => new()
    {
        Layers = Integer("num_layers"),
        Bidirectional = (bool)attributes["bidirectional"]!,
        Bias = (bool)attributes["bias"]!,
        BatchFirst = (bool)attributes["batch_first"]!,
    };

    private Dictionary<string, Tensor<T>> Recurrent(Recurrent<T> layer, string[] states)
    {
        Replace(layer);
        var (y, state) = layer.Run(X, inputs.ContainsKey("h0") ? [.. states.Select(name => inputs[name])] : null);
        var results = new Dictionary<string, Tensor<T>> { ["y"] = y, ["h_n"] = state[0] };
        if (state.Length > 1)
        {
            results["c_n"] = state[1];
        }

        return results;
    }

    /// <summary>Gives a module the case's parameters, and the case the module's tensors, whose gradients are compared.</summary>
    private void Replace(Module<T> module)
    {
        Assert.Equal(item["params"]!.AsObject().Count, module.NamedTensors.Count);
        foreach (var (name, tensor) in module.NamedTensors)
        {
            Assert.Equal(inputs[name].Shape.ToArray(), tensor.Shape.ToArray());
            inputs[name].Values.CopyTo(tensor.Values);
            inputs[name] = tensor;
            if (inputs.ContainsKey(name.Replace('.', '_')))
            {
                inputs[name.Replace('.', '_')] = tensor;
            }
        }
    }

    private Dictionary<string, Tensor<T>> MaxWithIndices()
    {
        var (values, indices) = X.MaxWithIndices(Integer("axis"));
        return new() { ["values"] = values, ["indices"] = new Tensor<T>(indices.Select(T.CreateChecked).ToArray(), values.Shape) };
    }

    private Tensor<T> Drop()
    {
        var layer = new Dropout<T>(Number("p"), new SeededRandom(1)) { IsTraining = (bool)attributes["training"]! };
        return layer.Forward(X);
    }

    private int[] Sizes()
    {
        var parts = attributes["sizes"] is { } sizes ? X.Split(Golden.Integers(sizes), Integer("axis"))
            : attributes["size"] is { } size ? X.Split((int)size, Integer("axis")) : X.Chunk(Integer("chunks"), Integer("axis"));
        return [.. parts.Select(part => part.Shape[Integer("axis")])];
    }

    private static Slice Slice(JsonNode? node) => node is JsonArray range ? new Slice((int?)range[0], (int?)range[1], (int)range[2]!) : (int)node!;

    private static T Value(JsonNode number) => T.CreateChecked(Golden.Number(number));

    private static InvalidDataException Unknown(string expression) => new($"The expression '{expression}' is not known.");

    private double Number(string name) => attributes[name] is { } number ? Golden.Number(number) : 0;

    private int Integer(string name, int otherwise = 0) => (int?)attributes[name] ?? otherwise;

    private int[] Integers(string name) => Golden.Integers(attributes[name]);

    private (int, int) Pair(string name) => (Integers(name)[0], Integers(name)[1]);

    private Tensor<T> Constant(string name) => GoldenTests.Read<T>(item["const"]![name]!);

    private int[] Indices(string name) => Golden.Integers(item["const"]![name]!["data"]);
}
