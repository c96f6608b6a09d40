using System.Runtime.Intrinsics;
using Descent.Engine;
using Descent.Numerics;

namespace Descent.Nn.Tests;

/// <summary>The functions inside fused kernels against those of <see cref="Math"/>, and steps of whole models for any number of threads.</summary>
public sealed class KernelTests
{
    [Theory]
    [InlineData("exp", -86.9, 88, 2)]
    [InlineData("sigmoid", -86, 40, 5)]
    [InlineData("tanh", -12, 12, 3)]
    public void Vectors_of_floats_are_within_units_in_the_last_place(string name, double from, double to, double units) => Check<float>(name, from, to, units, float.Epsilon, 1.1920929e-7);

    [Theory]
    [InlineData("exp", -700, 700, 2)]
    [InlineData("sigmoid", -700, 40, 5)]
    [InlineData("tanh", -20, 20, 3)]
    public void Vectors_of_doubles_are_within_units_in_the_last_place(string name, double from, double to, double units) => Check<double>(name, from, to, units, double.Epsilon, 2.220446049250313e-16);

    [Fact]
    public void The_exponential_of_far_below_is_0_and_NaN_stays()
    {
        float[] x = [float.NegativeInfinity, -1e30f, -88, 0, float.NaN, .. new float[11]];
        var y = new float[16];
        VectorMath<float>.Exp(Vectors.Load<float>(x, 0)).Store(y, 0);
        Assert.Equal([0, 0, 0, 1, float.NaN], y[..5]);
    }

    [Fact]
    public void Gelu_of_floats_is_that_of_doubles()
    {
        float[] x = [.. Enumerable.Range(-1400, 2801).Select(i => i / 100f)];
        var single = new Tensor<float>(x, [x.Length], requiresGradient: true);
        var twice = new Tensor<double>(Array.ConvertAll(x, static v => (double)v), [x.Length], requiresGradient: true);
        var (y, exact) = (single.Gelu(), twice.Gelu());
        y.Sum().Backward();
        exact.Sum().Backward();
        var by = exact.ToArray().Zip(y.ToArray(), static (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(a))).Max();
        var slopes = twice.Gradient.ToArray().Zip(single.Gradient.ToArray(), static (a, b) => Math.Abs(a - b)).Max();
        Assert.True(by <= 2e-7 && slopes <= 4e-7, $"largest differences {by:E2} and {slopes:E2}");
        var definition = x.Zip(twice.ToArray().Zip(exact.ToArray()), static (_, pair) => Math.Abs((pair.First * 0.5 * (1 + new Tensor<double>(new[] { pair.First * Math.Sqrt(0.5) }, [1]).Erf().ToScalar())) - pair.Second)).Max();
        Assert.True(definition <= 1e-14, $"largest difference from x·Φ(x) {definition:E2}");
    }

    [Theory]
    [InlineData("transformer")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void A_training_step_in_a_scope_allocates_no_large_arrays(string kind)
    {
        var (model, tokens) = Model(kind);
        long lent = 0, bytes = 0;
        for (var step = 0; step < 4; step++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var scope = TensorScope.Begin();
            Learn(model, tokens);
            (lent, bytes) = (scope.LentBytes, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // What is left are the graph, and a few arrays with one number for each token.
        Assert.True(bytes < 64_000 && bytes < lent / 8, $"{bytes} bytes allocated beside {lent} lent");
    }

    [Theory]
    [InlineData("transformer")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void A_training_step_has_the_same_bits_for_any_number_of_threads(string kind)
    {
        var before = Compute.Workers;
        using var three = new Workers(3);
        try
        {
            Compute.Workers = Workers.Sequential;
            var alone = Step(kind);
            Compute.Workers = three;
            Assert.Equal(alone, Step(kind));
        }
        finally
        {
            Compute.Workers = before;
        }
    }

    private static float[] Step(string kind)
    {
        var (model, tokens) = Model(kind);
        Learn(model, tokens);
        return [.. model.Parameters.SelectMany(static parameter => ((Parameter<float>)parameter).Gradient.ToArray())];
    }

    private static void Learn(Module<float> model, int[] tokens) =>
        Loss.CrossEntropy(model.Forward(new Tensor<float>(Array.ConvertAll(tokens, static token => (float)token), [5, tokens.Length / 5])).Reshape(-1, 11), tokens).Backward();

    private static (Module<float> Model, int[] Tokens) Model(string kind)
    {
        var random = new SeededRandom(3);
        const int length = 70;
        Module<float> model = kind switch
        {
            "transformer" => new Transformer<float>(11, length, 48, 3, 1, random),
            "lstm" => new Sequential<float>(new Embedding<float>(11, 24, random), new Lstm<float>(24, 40, random), new Linear<float>(40, 11, random)),
            _ => new Sequential<float>(new Embedding<float>(11, 24, random), new Gru<float>(24, 40, random), new Linear<float>(40, 11, random)),
        };
        return (model, [.. Enumerable.Range(0, 5 * length).Select(_ => random.NextInt32(11))]);
    }

    private static void Check<T>(string name, double from, double to, double units, double smallest, double unit)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var worst = (Error: 0.0, At: 0.0);
        var (x, y) = (new T[Vector512<T>.Count], new T[Vector512<T>.Count]);
        for (var k = 0; k < 4000; k++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var at = from + ((to - from) * ((k * x.Length) + i) / (4000.0 * x.Length));
                x[i] = T.CreateChecked(k % 2 == 0 ? at : at * 0.01);
            }

            var v = Vectors.Load<T>(x, 0);
            (name switch { "exp" => VectorMath<T>.Exp(v), "tanh" => VectorMath<T>.Tanh(v), _ => VectorMath<T>.Sigmoid(v) }).Store(y, 0);
            for (var i = 0; i < x.Length; i++)
            {
                var at = double.CreateChecked(x[i]);
                var exact = name switch { "exp" => Math.Exp(at), "tanh" => Math.Tanh(at), _ => at < 0 ? Math.Exp(at) / (1 + Math.Exp(at)) : 1 / (1 + Math.Exp(-at)) };
                var error = Math.Abs(double.CreateChecked(y[i]) - exact) / Math.Max(smallest, unit * Math.Pow(2, Math.Floor(Math.Log2(Math.Abs(exact)))));
                worst = error > worst.Error ? (error, at) : worst;
            }
        }

        Assert.True(worst.Error <= units, $"{name}: {worst.Error:F2} units in the last place at {worst.At:R}, allowed {units}");
    }
}
