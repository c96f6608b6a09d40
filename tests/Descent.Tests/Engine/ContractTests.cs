using System.Numerics;
using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;
using Descent.TestSupport;
using Descent.Text;

namespace Descent.Tests.Engine;

/// <summary>The contract ring: what every method of the catalogue must hold, in every configuration of its rule.</summary>
public class ContractTests
{
    [Theory]
    [MemberData(nameof(ContractRuns.Methods), MemberType = typeof(ContractRuns))]
    public void Descends_on_a_parabola(string text)
    {
        var theta = new[] { 3.0, -2.0 };
        var gradient = new double[2];
        var method = Catalogue.Parse(text);
        var optimizer = Optimizer.For(
            [new Parameter<double>("theta", theta, gradient)],
            ContractSettings.At(method, ContractSettings.Of(method).Parabola));
        for (var step = 0; step < 600; step++)
        {
            (gradient[0], gradient[1]) = (theta[0], 4 * theta[1]);
            optimizer.Step();
        }

        Assert.True(Math.Abs(theta[0]) + Math.Abs(theta[1]) < 0.1, $"ended at ({theta[0]:G4}, {theta[1]:G4})");
    }

    [Theory]
    [MemberData(nameof(ContractRuns.Methods), MemberType = typeof(ContractRuns))]
    public void Descends_on_Rosenbrock(string text)
    {
        var x = new[] { -1.2, 1.0 };
        var gradient = new double[2];
        var method = Catalogue.Parse(text);
        var rate = ContractSettings.Of(method).Rosenbrock;
        var optimizer = Optimizer.For(
            [new Parameter<double>("x", x, gradient)],
            ContractSettings.At(ContractSettings.ForRosenbrock(method), rate));
        var start = Rosenbrock(x, gradient);
        for (var step = 0; step < 5000; step++)
        {
            Rosenbrock(x, gradient);
            optimizer.Step();
        }

        var end = Rosenbrock(x, gradient);
        Assert.True(end < start / 10, $"from {start:G4} to {end:G4}");
    }

    [Theory]
    [MemberData(nameof(ContractRuns.Methods), MemberType = typeof(ContractRuns))]
    public void Threads_and_chunks_do_not_change_a_bit(string text)
    {
        const int Length = 300_001;
        var method = Catalogue.Parse(text);
        var clipped = ContractRuns.Train<float>(method, Length, Workers.Sequential, chunk: 32_768, steps: 3, clip: 5);
        var unclipped = ContractRuns.Train<float>(method, Length, Workers.Sequential, chunk: 32_768, steps: 3, clip: null);
        foreach (var (threads, chunk) in new[] { (2, 32_768), (8, 32_768), (1, 400_000), (3, 32_768) })
        {
            using var workers = new Workers(threads);

            // The norm is summed chunk by chunk, so only the number of threads is free when it clips.
            Assert.Equal(
                chunk == 32_768 ? clipped : unclipped,
                ContractRuns.Train<float>(method, Length, workers, chunk, steps: 3, clip: chunk == 32_768 ? 5 : null));
        }

        using var two = new Workers(2);
        Assert.Equal(unclipped, ContractRuns.Train<float>(method, Length, two, 1_000, steps: 3, clip: null));

        // Rows and columns that are cut at other places.
        Assert.Equal(
            ContractRuns.Train<float>(method, 601 * 500, Workers.Sequential, 32_768, steps: 2, clip: null, rows: 601),
            ContractRuns.Train<float>(method, 601 * 500, two, 7_000, steps: 2, clip: null, rows: 601));
    }

    [Theory]
    [MemberData(nameof(ContractRuns.Methods), MemberType = typeof(ContractRuns))]
    public void Saved_and_restored_it_goes_on_with_the_same_bits(string text)
    {
        var random = new SeededRandom(3);
        var gradients = Enumerable.Range(0, 10).Select(_ => Normals<float>(random, 37)).ToArray();
        var straight = New<float>(text, 37, out var expected);
        foreach (var gradient in gradients)
        {
            Step(straight, expected, gradient);
        }

        var first = New<float>(text, 37, out var half);
        foreach (var gradient in gradients[..4])
        {
            Step(first, half, gradient);
        }

        var file = new TensorFile();
        OptimizerState.Save(first, file);
        using var stream = new MemoryStream();
        file.WriteTo(stream);
        var second = New<float>(text, 37, out var rest);
        half.Values.CopyTo(rest.Values);
        OptimizerState.Load(second, TensorFile.Parse(new MemoryStream(stream.ToArray()), "memory"));
        foreach (var gradient in gradients[4..])
        {
            Step(second, rest, gradient);
        }

        Assert.Equal(expected.Values.ToArray(), rest.Values.ToArray());
        Assert.Equal(10, second.Updates);
    }

    [Theory]
    [MemberData(nameof(ContractRuns.Methods), MemberType = typeof(ContractRuns))]
    public void A_step_allocates_nothing(string text)
    {
        foreach (var length in new[] { 2, 1000, 300_000 })
        {
            using var workers = new Workers(2);
            var parameter = new Parameter<float>("p", new float[length], Normals<float>(new SeededRandom(1), length));
            var optimizer = Optimizer.For([parameter], Catalogue.Parse(text), workers);
            optimizer.ClipNorm = 1;
            Assert.Equal(0, Allocation.Least(() => Steps(optimizer, 50)));
        }
    }

    [Theory]
    [MemberData(nameof(ContractRuns.Methods), MemberType = typeof(ContractRuns))]
    public void Zero_denormal_and_huge_gradients_leave_finite_parameters(string text)
    {
        foreach (var g in new[] { 0f, float.Epsilon, 1e-30f, 1e15f })
        {
            var theta = new[] { 1f, -1f, 0f };
            var optimizer = Optimizer.For([new Parameter<float>("p", theta, new[] { g, -g, g })], Catalogue.Parse(text));
            for (var i = 0; i < 5; i++)
            {
                optimizer.Step();
            }

            Assert.All(theta, value => Assert.True(float.IsFinite(value), $"gradient {g}: {value}"));
        }
    }

    /// <summary>In double, whose squares hold 1e30; twice, with an ordinary gradient between, so that the state is used.</summary>
    [Theory]
    [MemberData(nameof(ContractRuns.Methods), MemberType = typeof(ContractRuns))]
    public void A_gradient_of_1e30_leaves_finite_parameters(string text)
    {
        var theta = new[] { 1.0, -1, 0, 2 };
        var parameter = new Parameter<double>("p", theta, new[] { 1e30, -1e30, 0, 1 }, [2, 2]);
        var optimizer = Optimizer.For([parameter], Catalogue.Parse(text));
        for (var i = 0; i < 6; i++)
        {
            parameter.Gradient = i % 2 == 0 ? new[] { 1e30, -1e30, 0, 1 } : new[] { 1.0, 1, 1, 1 };
            optimizer.Step();
        }

        Assert.All(theta, value => Assert.True(double.IsFinite(value), $"{value}"));
    }

    [Theory]
    [MemberData(nameof(ContractRuns.Methods), MemberType = typeof(ContractRuns))]
    public void Gradients_that_are_not_finite_are_skipped_refused_or_passed_as_asked(string text)
    {
        foreach (var bad in new[] { double.NaN, double.PositiveInfinity })
        {
            var (good, worse) = (new[] { 1.0, -1 }, new[] { 1.0, -1 });
            var first = new Parameter<double>("good", good, new[] { 0.5, 0.5 });
            var second = new Parameter<double>("worse", worse, new[] { 0.5, 0.5 });
            var optimizer = Optimizer.For([first, second], Catalogue.Parse(text));
            optimizer.Step();
            var (goodBefore, worseBefore) = (good.ToArray(), worse.ToArray());
            var saved = Bytes(optimizer);
            second.Gradient.Span[1] = bad;
            optimizer.NonFinite = NonFiniteGradients.Skip;
            var result = optimizer.Step();
            Assert.Equal((false, "worse"), (result.Applied, result.NonFiniteParameter));
            optimizer.NonFinite = NonFiniteGradients.Throw;
            Assert.Equal(
                "The gradient of parameter 'worse' must be finite, but held NaN or an infinity at update 1; nothing was changed.",
                Assert.Throws<DescentException>(() => optimizer.Step()).Message);
            Assert.Equal(goodBefore, good);
            Assert.Equal(worseBefore, worse);
            Assert.Equal(saved, Bytes(optimizer));
            optimizer.NonFinite = NonFiniteGradients.Pass;
            Assert.True(optimizer.Step().Applied);
        }

        static byte[] Bytes(Optimizer optimizer)
        {
            var file = new TensorFile();
            OptimizerState.Save(optimizer, file);
            using var stream = new MemoryStream();
            file.WriteTo(stream);
            return stream.ToArray();
        }
    }

    [Theory]
    [MemberData(nameof(ContractRuns.Methods), MemberType = typeof(ContractRuns))]
    public void Json_and_text_give_the_same_method_back(string text)
    {
        var method = Catalogue.Parse(text);
        var json = Catalogue.ToJson(method);
        Assert.Equal(method, Catalogue.FromJson(JsonFields.Parse(json.ToJsonString(), "method")));
    }

    private static void Steps(Optimizer optimizer, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            optimizer.Step();
        }
    }

    private static double Rosenbrock(double[] x, double[] gradient)
    {
        var (a, b) = (1 - x[0], x[1] - (x[0] * x[0]));
        (gradient[0], gradient[1]) = ((-2 * a) - (400 * x[0] * b), 200 * b);
        return (a * a) + (100 * b * b);
    }

    private static Optimizer New<T>(string text, int length, out Parameter<T> parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        parameter = new Parameter<T>("p", Normals<T>(new SeededRandom(9), length));
        return Optimizer.For([parameter], Catalogue.Parse(text));
    }

    private static void Step<T>(Optimizer optimizer, Parameter<T> parameter, T[] gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        parameter.Gradient = gradient;
        optimizer.Step();
    }

    private static T[] Normals<T>(SeededRandom random, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(random.NextNormal()))];
}
