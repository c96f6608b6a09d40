using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Tests.Storage;

/// <summary>What reduced precision must hold for every element-wise method of the catalogue.</summary>
public class PrecisionTests
{
    private const int Length = 10_007;

    private static readonly StateFormat[] Reduced = [StateFormat.BFloat16, StateFormat.BFloat16Stochastic, StateFormat.EightBit];

    public static TheoryData<string> Methods() => [.. Catalogue.All.Select(entry => entry.Name).Where(name => IsOffered(Catalogue.Parse(name)))];

    public static TheoryData<string> OtherMethods() => [.. Catalogue.All.Select(entry => entry.Name).Where(name => !IsOffered(Catalogue.Parse(name)))];

    [Fact]
    public void It_is_offered_for_most_methods()
    {
        string[] names = [.. Catalogue.All.Select(entry => entry.Name).Where(name => IsOffered(Catalogue.Parse(name)))];
        Assert.True(names.Length >= 38, $"{names.Length} methods");
        Assert.Contains("nadam", names);
        Assert.Contains("schedule_free_adamw", names);
    }

    [Theory]
    [MemberData(nameof(OtherMethods))]
    public void Methods_that_look_beyond_the_element_are_refused(string name)
    {
        var parameter = new Parameter<BFloat16>("w", new BFloat16[100], new BFloat16[100], [10, 10]);
        var message = Assert.Throws<DescentException>(() => Optimizer.For([parameter], Catalogue.Parse(name))).Message;
        Assert.Matches("^State of less than 32 bits and parameters of 16 bits need an element-wise method, but [a-z0-9_]+ looks at whole rows or tensors; keep its numbers in 32 bits, or choose another method.$", message);
    }

    /// <summary>A copy of 32 bits is what moves: with the same gradients it is the parameter of 32 bits, bit for bit.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void A_parameter_of_16_bits_with_master_weights_is_that_of_32_bits_rounded(string name)
    {
        var (single, half, brain) = (new float[Length], new Half[Length], new BFloat16[Length]);
        var (gradient, halfGradient, brainGradient) = (new float[Length], new Half[Length], new BFloat16[Length]);
        for (var i = 0; i < Length; i++)
        {
            single[i] = (float)(BFloat16)(float)Math.Sin(i);
            (half[i], brain[i]) = ((Half)single[i], (BFloat16)single[i]);
        }

        Optimizer[] optimizers =
        [
            Optimizer.For([new Parameter<float>("w", single, gradient)], Catalogue.Parse(name)),
            Optimizer.For([new Parameter<Half>("w", half, halfGradient)], Catalogue.Parse(name)),
            Optimizer.For([new Parameter<BFloat16>("w", brain, brainGradient)], Catalogue.Parse(name)),
        ];
        for (var step = 0; step < 4; step++)
        {
            for (var i = 0; i < Length; i++)
            {
                gradient[i] = (float)(BFloat16)(float)Math.Cos(i * (step + 2));
                (halfGradient[i], brainGradient[i]) = ((Half)gradient[i], (BFloat16)gradient[i]);
            }

            Assert.All(optimizers, optimizer => Assert.True(optimizer.Step().Applied));
        }

        Assert.Equal(single.Select(value => (Half)value), half);
        Assert.Equal(single.Select(value => (BFloat16)value), brain);
        foreach (var optimizer in optimizers)
        {
            optimizer.MoveTo(ParameterPoint.Evaluation);
        }

        Assert.Equal(single.Select(value => (BFloat16)value), brain);
        Assert.Equal(single.Select(value => (Half)value), half);
        foreach (var optimizer in optimizers)
        {
            optimizer.MoveTo(ParameterPoint.Training);
        }

        Assert.Equal(single.Select(value => (BFloat16)value), brain);
    }

    /// <summary>
    /// Floats with state of 8 bits are moved in one loop; parameters of 16 bits whose master weights are the same floats go by way
    /// of memory. The state is the same, code by code, and so are the numbers.
    /// </summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void State_of_8_bits_has_the_same_bits_in_registers_and_by_way_of_memory(string name)
    {
        var precision = new Precision { State = StateFormat.EightBit, SmallestReduced = 1 };
        var (single, brain) = (new float[Length], new BFloat16[Length]);
        var (gradient, brainGradient) = (new float[Length], new BFloat16[Length]);
        for (var i = 0; i < Length; i++)
        {
            brain[i] = (BFloat16)(float)Math.Sin(i);
            single[i] = (float)brain[i];
        }

        var fused = Optimizer.For([new Parameter<float>("w", single, gradient)], [new ParameterGroup(Catalogue.Parse(name)) { Precision = precision }]);
        var staged = Optimizer.For([new Parameter<BFloat16>("w", brain, brainGradient)], [new ParameterGroup(Catalogue.Parse(name)) { Precision = precision }]);
        for (var step = 0; step < 4; step++)
        {
            for (var i = 0; i < Length; i++)
            {
                // A stretch without gradient, where blocks are zero, and one of positive ones, where blocks have no sign.
                brainGradient[i] = (BFloat16)(float)(i < 600 ? 0 : i < 2_000 ? 2 + Math.Cos(i * (step + 2)) : Math.Cos(i * (step + 2)));
                gradient[i] = (float)brainGradient[i];
            }

            Assert.True(fused.Step().Applied && staged.Step().Applied);
        }

        Assert.Equal(single.Select(value => (BFloat16)value), brain);
        var (one, other) = (new TensorFile(), new TensorFile());
        OptimizerState.Save(fused, one);
        OptimizerState.Save(staged, other);
        foreach (var tensor in one.Tensors)
        {
            Assert.True(tensor.Bytes.Span.SequenceEqual(other[tensor.Name].Bytes.Span), $"{name}: {tensor.Name} differs");
        }
    }

    /// <summary>
    /// How far AdamW with state of 8 bits is from AdamW in full after 200 noisy steps, compared with how far it went: 4.7 % measured, below 6 %
    /// on average over the parameters.
    /// </summary>
    [Fact]
    public void AdamW_with_state_of_8_bits_stays_within_6_percent_of_the_way()
    {
        var (start, full, reduced) = (Run(StateFormat.Full, 0), Run(StateFormat.Full, 200), Run(StateFormat.EightBit, 200));
        var apart = full.Zip(reduced).Average(pair => Math.Abs(pair.First - pair.Second));
        var way = full.Zip(start).Average(pair => Math.Abs(pair.First - pair.Second));
        Assert.True(apart < 0.06 * way, $"{apart:E2} apart after a way of {way:E2}: {apart / way:P2}");

        static float[] Run(StateFormat format, int steps)
        {
            var random = new SeededRandom(21);
            var (theta, gradient) = (new float[8_192], new float[8_192]);
            for (var i = 0; i < theta.Length; i++)
            {
                theta[i] = (float)random.NextNormal();
            }

            var optimizer = Optimizer.For(
                [new Parameter<float>("w", theta, gradient)],
                [new ParameterGroup(new AdamW { LearningRate = 3e-3 }) { Precision = new Precision { State = format } }]);
            for (var step = 0; step < steps; step++)
            {
                for (var i = 0; i < theta.Length; i++)
                {
                    gradient[i] = (theta[i] * (1 + (i % 4))) + (0.3f * (float)random.NextNormal());
                }

                optimizer.Step();
            }

            return theta;
        }
    }

    /// <summary>What is rounded at random depends on the element, not on the thread that comes to it.</summary>
    [Fact]
    public void Stochastic_rounding_gives_the_same_bits_for_1_2_and_8_threads()
    {
        var expected = Run(1);
        Assert.NotEqual(expected, Run(1, seed: 10));
        Assert.Equal(expected, Run(2));
        Assert.Equal(expected, Run(8));

        static BFloat16[] Run(int threads, ulong seed = 9)
        {
            using var workers = new Workers(threads);
            var (values, gradient) = (new BFloat16[100_000], new BFloat16[100_000]);
            for (var i = 0; i < values.Length; i++)
            {
                (values[i], gradient[i]) = ((BFloat16)(float)Math.Sin(i), (BFloat16)(float)Math.Cos(3 * i));
            }

            var precision = new Precision { State = StateFormat.BFloat16Stochastic, Weights = WeightFormat.Stochastic, Seed = seed };
            var optimizer = Optimizer.WithChunks([new Parameter<BFloat16>("w", values, gradient)], [new ParameterGroup(new AdamW()) { Precision = precision }], workers, 5_000);
            for (var step = 0; step < 5; step++)
            {
                optimizer.Step();
            }

            return values;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Threads_and_chunks_do_not_change_a_bit(string name)
    {
        foreach (var format in Reduced)
        {
            var expected = Train(name, format, Workers.Sequential, 32_768);
            using var workers = new Workers(3);
            Assert.Equal(expected, Train(name, format, workers, 1_000));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Saved_and_restored_it_goes_on_with_the_same_bits(string name)
    {
        foreach (var format in Reduced)
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
    [MemberData(nameof(Methods))]
    public void It_descends_as_full_precision_does(string name)
    {
        var full = Descend(StateFormat.Full);
        foreach (var format in Reduced)
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
        foreach (var format in Reduced)
        {
            foreach (var name in new[] { "adamw", "nadam", "schedule_free_adamw", "sophia_g" })
            {
                using var workers = new Workers(2);
                var parameter = new Parameter<BFloat16>("w", new BFloat16[300_000], new BFloat16[300_000]);
                var optimizer = Optimizer.For([parameter], [new ParameterGroup(Catalogue.Parse(name)) { Precision = new Precision { State = format } }], workers);
                optimizer.ClipNorm = 1;
                Assert.Equal(0, Enumerable.Range(0, 4).Min(_ => AllocatedBy(optimizer)));
            }
        }

        static long AllocatedBy(Optimizer optimizer)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                optimizer.Step();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void State_of_8_bits_of_AdamW_takes_at_most_2_1_bytes_per_parameter()
    {
        const int Count = 1_000_000;
        var parameter = new Parameter<float>("w", new float[Count], new float[Count]);
        ParameterGroup group = new(new AdamW()) { Precision = new Precision { State = StateFormat.EightBit } };
        Optimizer.For([parameter], [group]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var optimizer = Optimizer.For([parameter], [group]);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= 2.1 * Count, $"{allocated} bytes were allocated");
        optimizer.Step();
        var file = new TensorFile();
        OptimizerState.Save(optimizer, file);
        Assert.True(file.Tensors.Sum(tensor => tensor.Bytes.Length) <= 2.1 * Count);
        Assert.Equal(["optimizer.w.m", "optimizer.w.m.scale", "optimizer.w.v", "optimizer.w.v.scale"], file.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));
        Assert.Equal("U8", file["optimizer.w.m"].ElementType);
    }

    [Fact]
    public void Small_tensors_and_copies_of_the_parameter_stay_in_full()
    {
        var precision = new Precision { State = StateFormat.EightBit, SmallestReduced = 1_000 };
        var file = new TensorFile();
        var optimizer = Optimizer.For(
            [new Parameter<float>("large", new float[1_000], new float[1_000]), new Parameter<float>("small", new float[999], new float[999])],
            [new ParameterGroup(new ScheduleFreeAdamW()) { Precision = precision }]);
        optimizer.Step();
        OptimizerState.Save(optimizer, file);
        Assert.Equal("U8", file["optimizer.large.v"].ElementType);
        Assert.Equal("F32", file["optimizer.large.z"].ElementType);
        Assert.Equal("F32", file["optimizer.small.v"].ElementType);
    }

    /// <summary>Steps of a thousandth of the last bit: compensation and stochastic rounding add them up, rounding to the nearest loses them.</summary>
    [Theory]
    [InlineData(WeightFormat.Master, 1e-6)]
    [InlineData(WeightFormat.Compensated, 0.05)]
    [InlineData(WeightFormat.Stochastic, 0.1)]
    [InlineData(WeightFormat.Nearest, null)]
    public void Small_steps_add_up_where_what_is_cut_off_is_kept(WeightFormat weights, double? tolerance)
    {
        const int Count = 4_096;
        const int Steps = 2_000;
        const float Small = 1f / 256 / 100;
        var values = Enumerable.Repeat((BFloat16)1f, Count).ToArray();
        var gradient = Enumerable.Repeat((BFloat16)(-Small), Count).ToArray();
        var optimizer = Optimizer.For(
            [new Parameter<BFloat16>("w", values, gradient)],
            [new ParameterGroup(new Sgd { LearningRate = 1 }) { Precision = new Precision { Weights = weights } }]);
        for (var step = 0; step < Steps; step++)
        {
            optimizer.Step();
        }

        var moved = values.Average(value => (double)(float)value) - 1;
        var expected = Steps * (double)(float)gradient[0] * -1;
        Assert.Equal(tolerance is null ? 0 : expected, moved, (tolerance ?? 0) + (1.0 / 256));
    }

    [Fact]
    public void Curvature_that_is_given_reaches_state_of_fewer_bits()
    {
        var (full, reduced) = (Train(StateFormat.Full), Train(StateFormat.EightBit));
        var difference = full.Zip(reduced).Average(pair => Math.Abs(pair.First - pair.Second));
        var without = full.Zip(Train(StateFormat.EightBit, estimates: false)).Average(pair => Math.Abs(pair.First - pair.Second));
        Assert.True(difference < 1e-3 && difference < without / 5, $"{difference:E2}, without estimates {without:E2}");

        static float[] Train(StateFormat format, bool estimates = true)
        {
            float[] values = [.. Enumerable.Range(0, 600).Select(i => (float)Math.Sin(i))];
            var parameter = new Parameter<float>("w", values, new float[600]) { CurvatureEstimate = Enumerable.Range(0, 600).Select(i => 1f + (i % 3)).ToArray() };
            var optimizer = Optimizer.For([parameter], [new ParameterGroup(new SophiaG { LearningRate = 1e-3 }) { Precision = new Precision { State = format, SmallestReduced = 0 } }]);
            for (var step = 0; step < 20; step++)
            {
                values.CopyTo(parameter.Gradient.Span);
                Assert.True(!estimates || optimizer.UpdateCurvature());
                optimizer.Step();
            }

            return values;
        }
    }

    [Fact]
    public void Gradients_of_16_bits_that_are_not_finite_are_skipped_and_named()
    {
        var gradient = new Half[500];
        gradient[400] = Half.PositiveInfinity;
        var optimizer = Optimizer.For([new Parameter<Half>("w", new Half[500], gradient)], new AdamW());
        optimizer.NonFinite = NonFiniteGradients.Skip;
        Assert.Equal((false, "w"), (optimizer.Step().Applied, optimizer.Step().NonFiniteParameter));
        gradient[400] = (Half)3;
        gradient[0] = (Half)4;
        Assert.Equal(5, optimizer.Step().GradientNorm, 1e-6);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Equal(
            "Parameter 'w' is of 64 bits, and its state can only be kept in full, but was to be EightBit; use parameters of 32 or 16 bits.",
            Refused(new Parameter<double>("w", new double[8], new double[8]), new Precision { State = StateFormat.EightBit, SmallestReduced = 0 }));
        Assert.Equal(
            "Precision.Weights is Stochastic, which is for parameters of 16 bits, but group 0 has none; leave it at Master.",
            Refused(new Parameter<float>("w", new float[8], new float[8]), new Precision { Weights = WeightFormat.Stochastic }));
        Assert.Equal("SmallestReduced must be at least 0, but was -1.", Assert.Throws<DescentException>(() => new Precision { SmallestReduced = -1 }).Message);

        static string Refused(Parameter parameter, Precision precision) =>
            Assert.Throws<DescentException>(() => Optimizer.For([parameter], [new ParameterGroup(new AdamW()) { Precision = precision }])).Message;
    }

    private static bool IsOffered(Method method) =>
        method.Rule is { MeasuresNothing: true } rule && (rule.Scalars.Count == 0 || rule.Scope == Scope.Tensor);

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
