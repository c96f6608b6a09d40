using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;
using Descent.TestSupport;

namespace Descent.Tests.Storage;

/// <summary>What reduced precision must hold for every element-wise method of the catalogue.</summary>
public class PrecisionTests
{
    private const int Length = 10_007;

    [Theory]
    [MemberData(nameof(ReducedPrecision.Methods), MemberType = typeof(ReducedPrecision))]
    public void Threads_and_chunks_do_not_change_a_bit(string name)
    {
        foreach (var format in ReducedPrecision.Formats)
        {
            var expected = Train(name, format, Workers.Sequential, 32_768);
            using var workers = new Workers(3);
            Assert.Equal(expected, Train(name, format, workers, 1_000));
        }
    }

    [Theory]
    [MemberData(nameof(ReducedPrecision.Methods), MemberType = typeof(ReducedPrecision))]
    public void Saved_and_restored_it_goes_on_with_the_same_bits(string name)
    {
        foreach (var format in ReducedPrecision.Formats)
        {
            foreach (var weights in Enum.GetValues<WeightFormat>())
            {
                var precision = new Precision { State = format, Weights = weights, SmallestReduced = 1, Seed = 3 };
                var (straight, expected) = New(name, precision);
                var (first, half) = New(name, precision);
                Steps(straight, expected, 0, 6);
                Steps(first, half, 0, 3);
                var file = new TensorFile();
                OptimizerState.Save(first, file);
                using var stream = new MemoryStream();
                file.WriteTo(stream);
                var (second, rest) = New(name, precision);
                half.Values.CopyTo(rest.Values);
                stream.Position = 0;
                OptimizerState.Load(second, TensorFile.Parse(stream, "memory"));
                Steps(second, rest, 3, 6);
                Assert.Equal(expected.Values.ToArray(), rest.Values.ToArray());
            }
        }

        static (Optimizer Optimizer, Parameter<BFloat16> Parameter) New(string name, Precision precision)
        {
            var values = Enumerable.Range(0, 700).Select(i => (BFloat16)(float)Math.Sin(i)).ToArray();
            var parameter = new Parameter<BFloat16>("w", values, new BFloat16[700]);
            return (Optimizer.For([parameter], [new ParameterGroup(Catalogue.Parse(name)) { Precision = precision }]), parameter);
        }

        static void Steps(Optimizer optimizer, Parameter<BFloat16> parameter, int from, int to)
        {
            for (var step = from; step < to; step++)
            {
                for (var i = 0; i < parameter.Length; i++)
                {
                    parameter.Gradient.Span[i] = (BFloat16)(float)Math.Cos(i * (step + 2));
                }

                optimizer.Step();
            }
        }
    }

    /// <summary>Noisy gradients of a bowl: the loss after 300 steps is near that of full precision.</summary>
    [Theory]
    [MemberData(nameof(ReducedPrecision.Methods), MemberType = typeof(ReducedPrecision))]
    public void It_descends_as_full_precision_does(string name)
    {
        var full = Descend(StateFormat.Full);
        foreach (var format in ReducedPrecision.Formats)
        {
            var reached = Descend(format);
            Assert.True(reached.Last < Math.Max(1.5 * full.Last, 0.1 * full.First), $"{format}: from {reached.First:G4} to {reached.Last:G4}, in full to {full.Last:G4}");
        }

        (double First, double Last) Descend(StateFormat format)
        {
            const int Count = 512;
            var random = new SeededRandom(12);
            var (theta, gradient) = (new float[Count], new float[Count]);
            for (var i = 0; i < Count; i++)
            {
                theta[i] = (float)random.NextNormal();
            }

            var method = Catalogue.Parse(name);
            var rate = Descent.Tests.Engine.ContractSettings.Of(method).Parabola;
            method = Descent.Tests.Engine.ContractSettings.At(method, rate);
            var optimizer = Optimizer.For([new Parameter<float>("w", theta, gradient)], [new ParameterGroup(method) { Precision = new Precision { State = format, SmallestReduced = 0 } }]);
            var first = Loss(theta);
            for (var step = 0; step < 300; step++)
            {
                for (var i = 0; i < Count; i++)
                {
                    gradient[i] = (theta[i] * (1 + (i % 4))) + (0.05f * (float)random.NextNormal());
                }

                optimizer.Step();
            }

            return (first, Loss(theta));
        }

        static double Loss(float[] theta) => theta.Select((value, i) => (1 + (i % 4)) * value * (double)value / 2).Sum();
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        foreach (var format in ReducedPrecision.Formats)
        {
            foreach (var name in new[] { "adamw", "nadam", "schedule_free_adamw", "sophia_g" })
            {
                using var workers = new Workers(2);
                var parameter = new Parameter<BFloat16>("w", new BFloat16[300_000], new BFloat16[300_000]);
                var optimizer = Optimizer.For([parameter], [new ParameterGroup(Catalogue.Parse(name)) { Precision = new Precision { State = format } }], workers);
                optimizer.ClipNorm = 1;
                Assert.Equal(0, Allocation.Least(() => Steps(optimizer)));
            }
        }

        static void Steps(Optimizer optimizer)
        {
            for (var i = 0; i < 20; i++)
            {
                optimizer.Step();
            }
        }
    }

    private static float[] Train(string name, StateFormat format, Workers workers, int chunk)
    {
        float[] theta = [.. Enumerable.Range(0, Length).Select(i => (float)Math.Sin(i))];
        var gradient = new float[Length];
        var optimizer = Optimizer.WithChunks(
            [new Parameter<float>("w", theta, gradient)],
            [new ParameterGroup(Catalogue.Parse(name)) { Precision = new Precision { State = format, SmallestReduced = 1 } }],
            workers,
            chunk);
        for (var step = 0; step < 3; step++)
        {
            for (var i = 0; i < Length; i++)
            {
                gradient[i] = (float)Math.Cos(i * (step + 2));
            }

            optimizer.Step();
        }

        return theta;
    }
}
