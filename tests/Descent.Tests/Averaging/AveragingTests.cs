using Descent.Averaging;
using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.State;

namespace Descent.Tests.Averaging;

public class AveragingTests
{
    private static readonly WeightAveraging[] All =
    [
        new ExponentialAverage(0.9), new ExponentialAverage(0.9) { Start = AverageStart.FirstUpdate }, new ExponentialAverage(0.9) { Start = AverageStart.ZeroCorrected },
        new ExponentialAverage(0.9) { Warmup = DecayWarmup.Fraction }, new ExponentialAverage(0.9) { Warmup = DecayWarmup.Power, CopiedUpdates = 1 }, new EqualAverage(), new EqualAverage(3),
        new StochasticWeightAverage(2, 2), new LatestWeightsAverage(3, 2),
    ];

    private const string ZeroTwice = "An exponential average that starts at zero corrects its start itself, so it takes neither a warmup nor copied updates; use one of both.";

    public static TheoryData<int> Kinds() => [.. Enumerable.Range(0, All.Length)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_average_is_that_of_the_weights_it_saw(int kind)
    {
        var seen = new List<double[]>();
        var (optimizer, parameter) = New<double>(All[kind]);
        seen.Add(parameter.Values.ToArray());
        for (var step = 0; step < 8; step++)
        {
            Step(optimizer, parameter, step);
            seen.Add(parameter.Values.ToArray());
        }

        optimizer.MoveTo(ParameterPoint.Evaluation);
        var expected = Expected(All[kind], seen);
        Assert.All(expected.Zip(parameter.Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        optimizer.MoveTo(ParameterPoint.Training);
        Assert.Equal(seen[^1], parameter.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Saved_and_restored_it_goes_on_with_the_same_bits(int kind)
    {
        foreach (var atEvaluation in new[] { false, true })
        {
            var (straight, expected) = New<float>(All[kind]);
            var (first, half) = New<float>(All[kind]);
            for (var step = 0; step < 9; step++)
            {
                Step(straight, expected, step);
                if (step < 5)
                {
                    Step(first, half, step);
                }
            }

            var file = new TensorFile();
            first.MoveTo(atEvaluation ? ParameterPoint.Evaluation : ParameterPoint.Training);
            OptimizerState.Save(first, file);
            var (second, rest) = New<float>(All[kind]);
            half.Values.CopyTo(rest.Values);
            OptimizerState.Load(second, file);
            Assert.Equal(atEvaluation ? ParameterPoint.Evaluation : ParameterPoint.Training, second.Point);
            second.MoveTo(ParameterPoint.Training);
            for (var step = 5; step < 9; step++)
            {
                Step(second, rest, step);
            }

            Assert.Equal(expected.Values.ToArray(), rest.Values.ToArray());
            straight.MoveTo(ParameterPoint.Evaluation);
            second.MoveTo(ParameterPoint.Evaluation);
            Assert.Equal(expected.Values.ToArray(), rest.Values.ToArray());
        }
    }

    [Fact]
    public void Threads_do_not_change_a_bit_and_a_step_allocates_nothing()
    {
        foreach (var averaging in All)
        {
            float[] Train(Workers workers)
            {
                Parameter<float>[] parameters = [.. Enumerable.Range(0, 3).Select(i => new Parameter<float>($"p{i}", Enumerable.Range(0, 100_003).Select(j => (float)Math.Sin(j + i)).ToArray(), new float[100_003]))];
                var optimizer = Optimizer.For(parameters, new Adam(), workers);
                optimizer.Averaging = averaging;
                for (var step = 0; step < 5; step++)
                {
                    parameters[1].Gradient.Span.Fill(step);
                    optimizer.Step();
                }

                var allocated = Enumerable.Range(0, 4).Min(_ =>
                {
                    var before = GC.GetAllocatedBytesForCurrentThread();
                    for (var i = 0; i < 6; i++)
                    {
                        optimizer.Step();
                    }

                    return GC.GetAllocatedBytesForCurrentThread() - before;
                });
                Assert.Equal(0, allocated);
                optimizer.MoveTo(ParameterPoint.Evaluation);
                return [.. parameters.SelectMany(parameter => parameter.Values.ToArray())];
            }

            using var workers = new Workers(3);
            Assert.Equal(Train(Workers.Sequential), Train(workers));
        }
    }

    [Fact]
    public void Parameters_of_16_bits_are_averaged_in_32()
    {
        var values = new BFloat16[] { (BFloat16)1f, (BFloat16)2f };
        var average = new WeightAverage([new Parameter<BFloat16>("w", values)], new EqualAverage());
        for (var i = 0; i < 300; i++)
        {
            values[0] = (BFloat16)(i % 2 == 0 ? 1f : 1.0078125f);
            average.Update();
        }

        average.MoveTo(ParameterPoint.Evaluation);
        Assert.Equal([1f, 2f], values.Select(value => (float)value));
        average.MoveTo(ParameterPoint.Training);
        Assert.Equal(1.0078125f, (float)values[0]);
    }

    [Theory]
    [InlineData(WeightFormat.Master)]
    [InlineData(WeightFormat.Compensated)]
    public void What_moves_is_averaged_and_not_what_parameters_of_16_bits_show_of_it(WeightFormat format)
    {
        float[] Train<T>(T[] values, T[] gradient, Func<T, float> widen)
            where T : unmanaged
        {
            var optimizer = Optimizer.For([new Parameter<T>("w", values, gradient)], [new ParameterGroup(new Sgd { LearningRate = 1e-3 }) { Precision = new Precision { Weights = typeof(T) == typeof(float) ? WeightFormat.Master : format } }]);
            optimizer.Averaging = new ExponentialAverage(0.9);
            var file = new TensorFile();
            for (var i = 0; i < 12; i++)
            {
                optimizer.Step();
                if (i == 5)
                {
                    // Saved and loaded, the average goes on from what moves.
                    OptimizerState.Save(optimizer, file);
                    OptimizerState.Load(optimizer, file);
                }
            }

            optimizer.MoveTo(ParameterPoint.Evaluation);
            return [.. values.Select(widen)];
        }

        // A step is a quarter of the last bit: what is shown of a weight stands still at first.
        var exact = Train([1f, -3f], [0.5f, 1f], value => value);
        var shown = Train([(BFloat16)1f, (BFloat16)(-3f)], [(BFloat16)0.5f, (BFloat16)1f], value => (float)value);
        Assert.Equal(exact.Select(value => (float)(BFloat16)value), shown);
        Assert.NotEqual(1f, shown[0]);
    }

    [Fact]
    public void A_swapped_in_average_is_neither_trained_nor_averaged()
    {
        var (optimizer, _) = New<float>(new ExponentialAverage());
        optimizer.MoveTo(ParameterPoint.Evaluation);
        Assert.Contains("Steps are taken at the training point", Assert.Throws<DescentException>(() => optimizer.Step()).Message, StringComparison.Ordinal);
        Assert.Equal(
            "The averaging of weights can be changed at the training point only, but the parameters are at the evaluation point; call MoveTo(ParameterPoint.Training) first.",
            Assert.Throws<DescentException>(() => optimizer.Averaging = null).Message);
        var average = new WeightAverage([new Parameter<float>("w", new float[1])], new EqualAverage());
        average.MoveTo(ParameterPoint.Evaluation);
        Assert.Equal("The average is in the parameters, so that it would be averaged with itself; call MoveTo(ParameterPoint.Training) first.", Assert.Throws<DescentException>(average.Update).Message);
    }

    [Fact]
    public void Methods_with_an_average_of_their_own_refuse_another()
    {
        var optimizer = Optimizer.For([new Parameter<float>("w", new float[2], new float[2])], Catalogue.Parse("lookahead"));
        Assert.Equal(
            "lookahead keeps an average of its own, so that another one would average its training point; use one of both.",
            Assert.Throws<DescentException>(() => optimizer.Averaging = new EqualAverage()).Message);
    }

    [Fact]
    public void Another_kind_of_average_is_not_restored()
    {
        var (optimizer, _) = New<float>(new ExponentialAverage());
        var file = new TensorFile();
        OptimizerState.Save(optimizer, file);
        var (other, _) = New<float>(new EqualAverage());
        Assert.Equal(
            "The saved optimizer state is damaged: its field 'kind' must be 'EqualAverage', as it is set up here, but was \"ExponentialAverage\".",
            Assert.Throws<DescentException>(() => OptimizerState.Load(other, file)).Message);
    }

    [Fact]
    public void The_phase_of_stochastic_weight_averaging_goes_to_its_rate_and_stays()
    {
        var average = new StochasticWeightAverage(100, 10) { Rate = 0.05, Anneal = 20 };
        var before = Schedule.Linear(1, 0, 200);
        var phase = average.Phase(before);
        Assert.Equal([1, 0.505, 0.5, 0.275, 0.05, 0.05], new long[] { 0, 99, 100, 110, 120, 500 }.Select(update => Math.Round(phase.At(update), 12)));
        Assert.Equal(0.3875, (average with { IsLinear = true }).Phase(before).At(105), 1e-12);
        Assert.Equal(0.05, (average with { Anneal = null }).Phase(before).At(110), 1e-12);
        Assert.Equal(Schedule.Cosine(1, 0.05, 20), (average with { After = 0 }).Phase(before));
        Assert.Same(before, (average with { Rate = null }).Phase(before));
        Assert.Same(before, new ExponentialAverage().Phase(before));
    }

    public static TheoryData<string, Func<object>> Refusals() => new()
    {
        { "The decay of an exponential average must be in [0, 1), but was 1.", () => new ExponentialAverage(1) },
        { "The gamma of the decay's warmup must be a number above 0, but was 0.", () => new ExponentialAverage { WarmupGamma = 0 } },
        { "The power of the decay's warmup must be a number above 0, but was 0.", () => new ExponentialAverage { WarmupPower = 0 } },
        { "The smallest decay of an exponential average must be in [0, 1), but was -1.", () => new ExponentialAverage { MinimumDecay = -1 } },
        { "The start of the decay's warmup must be at least 0, but was -1.", () => new ExponentialAverage { WarmupStart = -1 } },
        { ZeroTwice, () => new ExponentialAverage { Start = AverageStart.ZeroCorrected, Warmup = DecayWarmup.Fraction } },
        { ZeroTwice, () => new ExponentialAverage { Warmup = DecayWarmup.Power, Start = AverageStart.ZeroCorrected } },
        { ZeroTwice, () => new ExponentialAverage { Start = AverageStart.ZeroCorrected, CopiedUpdates = 2 } },
        { "The learning rate of stochastic weight averaging must be a number of at least 0, but was -1.", () => new StochasticWeightAverage(0, 1) { Rate = -1 } },
        { "The annealing of stochastic weight averaging must be at least 1 update, but was 0.", () => new StochasticWeightAverage(0, 1) { Anneal = 0 } },
        { "The updates that are copied must be at least 0, but were -1.", () => new ExponentialAverage { CopiedUpdates = -1 } },
        { "The updates before averaging must be at least 0, but were -1.", () => new EqualAverage(-1) },
        { "The cycle of stochastic weight averaging must be at least 1 update, but was 0.", () => new StochasticWeightAverage(0, 0) },
        { "The weights that are kept must be at least 1, but were 0.", () => new LatestWeightsAverage(0, 1) },
        { "The distance between kept weights must be at least 1 update, but was 0.", () => new LatestWeightsAverage(1, 0) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_is_out_of_range_is_refused_with_a_sentence(string message, Func<object> make) =>
        Assert.Equal(message, Assert.Throws<DescentException>(make).Message);

    public static TheoryData<string, string> Changes() => new()
    {
        { "ema(0.9)", "ema(0.91)" },
        { "ema(0.9)", "ema(0.9, start=first)" },
        { "ema(0.9)", "ema(0.9, start=zero)" },
        { "ema(0.9)", "ema(0.9, warmup=fraction)" },
        { "ema(0.9)", "ema(0.9, warmup=power)" },
        { "ema(0.9)", "ema(0.9, copied=2)" },
        { "ema(0.9, warmup=fraction)", "ema(0.9, warmup=fraction, warmup_start=0)" },
        { "ema(0.9, warmup=power)", "ema(0.9, warmup=power, gamma=2)" },
        { "ema(0.9, warmup=power)", "ema(0.9, warmup=power, power=0.5)" },
        { "ema(0.9, warmup=power)", "ema(0.9, warmup=power, minimum=0.5)" },
        { "polyak(0)", "polyak(1)" },
        { "swa(2, 2)", "swa(3, 2)" },
        { "swa(2, 2)", "swa(2, 3)" },
        { "lawa(2, 2)", "lawa(3, 2)" },
        { "lawa(2, 2)", "lawa(2, 3)" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Every_option_moves_the_average(string one, string other)
    {
        double[] After(string text)
        {
            var (optimizer, parameter) = New<double>(WeightAveraging.Parse(text));
            for (var step = 0; step < 8; step++)
            {
                Step(optimizer, parameter, step);
            }

            optimizer.MoveTo(ParameterPoint.Evaluation);
            return parameter.Values.ToArray();
        }

        Assert.InRange(After(one).Zip(After(other), (a, b) => Math.Abs(a - b)).Max(), 1e-3, 10);
    }

    [Theory]
    [InlineData("ema(0.999)")]
    [InlineData("ema(0.5, start=first, warmup=power, warmup_start=0, gamma=2, power=0.5, minimum=0.25, copied=7)")]
    [InlineData("ema(0.5, start=zero)")]
    [InlineData("ema(0.5, warmup=fraction)")]
    [InlineData("polyak()")]
    [InlineData("polyak(12)")]
    [InlineData("swa(100, 10)")]
    [InlineData("swa(100, 10, rate=0.05, anneal=20, linear=true)")]
    [InlineData("lawa(6, 1000)")]
    public void The_text_form_comes_back(string text)
    {
        Assert.Equal(text, WeightAveraging.Parse(text).ToString());
        Assert.Equal(WeightAveraging.Parse(text), WeightAveraging.Parse(text.ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_alone_and_percentages_are_understood()
    {
        Assert.Equal(new ExponentialAverage(0.999), WeightAveraging.Parse("ema"));
        Assert.Equal(new EqualAverage(), WeightAveraging.Parse("polyak"));
        Assert.Equal(new EqualAverage(250), WeightAveraging.Parse("polyak(25%)", 1_000));
        Assert.Equal(new StochasticWeightAverage(750, 5) { Rate = 0.1, Anneal = 25 }, WeightAveraging.Parse("swa(75%, 0.5%, rate=0.1, anneal=2.5%)", 1_000));
        Assert.All(WeightAveraging.Usages, usage => Assert.EndsWith(")", usage, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("The average must be ema(DECAY, start=initial|first|zero, warmup=none|fraction|power, warmup_start=N, gamma=G, power=P, minimum=M, copied=UPDATES) or polyak(AFTER) or swa(AFTER, EVERY, rate=R, anneal=UPDATES, linear=true|false) or lawa(COUNT, EVERY), but was 'mean'.", "mean")]
    [InlineData("The average 'lawa(3' must end with ')', as in lawa(COUNT, EVERY).", "lawa(3")]
    [InlineData("The average 'lawa(3)' has no EVERY; write it as lawa(COUNT, EVERY).", "lawa(3)")]
    [InlineData("The average 'lawa(x, 3)' has 'x' where a whole number must be; write it as lawa(COUNT, EVERY).", "lawa(x, 3)")]
    [InlineData("The average 'lawa(3, 4, 5)' has '5', which is not one of its arguments; write it as lawa(COUNT, EVERY).", "lawa(3, 4, 5)")]
    [InlineData("The average 'lawa(3, 4, every=5)' has 'every', which is not one of its arguments; write it as lawa(COUNT, EVERY).", "lawa(3, 4, every=5)")]
    [InlineData("The average 'polyak(x)' has 'x' where a whole number must be; write it as polyak(AFTER).", "polyak(x)")]
    [InlineData("The average 'polyak(5%)' has the percentage '5%', but there is no number of updates that it could refer to; write it as polyak(AFTER).", "polyak(5%)")]
    [InlineData("The average 'swa(1, 1, linear=2)' has '2' where true or false must be; write it as swa(AFTER, EVERY, rate=R, anneal=UPDATES, linear=true|false).", "swa(1, 1, linear=2)")]
    [InlineData("The average 'swa(1, 1, rate=1, rate=2)' has 'rate' twice; write it as swa(AFTER, EVERY, rate=R, anneal=UPDATES, linear=true|false).", "swa(1, 1, rate=1, rate=2)")]
    [InlineData("The average 'ema(0.9, start=last)' has 'last' where initial or first or zero must be; write it as ema(DECAY, start=initial|first|zero, warmup=none|fraction|power, warmup_start=N, gamma=G, power=P, minimum=M, copied=UPDATES).", "ema(0.9, start=last)")]
    [InlineData("The average 'ema(big)' has 'big' where a number must be; write it as ema(DECAY, start=initial|first|zero, warmup=none|fraction|power, warmup_start=N, gamma=G, power=P, minimum=M, copied=UPDATES).", "ema(big)")]
    [InlineData("Lookahead changes the training itself, so it is not an average but a method: write the optimizer as lookahead(inner=adamw), which is evaluated at its slow weights.", "lookahead(6, 0.5)")]
    public void A_text_that_is_no_average_is_refused(string message, string text) =>
        Assert.Equal(message, Assert.Throws<DescentException>(() => WeightAveraging.Parse(text)).Message);

    /// <summary>The definitions, by hand, over the weights before the first update and after each.</summary>
    private static double[] Expected(WeightAveraging averaging, List<double[]> seen)
    {
        double[] Mean(IEnumerable<double[]> weights) => [.. Enumerable.Range(0, seen[0].Length).Select(i => weights.Average(theta => theta[i]))];
        switch (averaging)
        {
            case EqualAverage equal:
                return Mean(seen.Skip((int)equal.After + 1));
            case StochasticWeightAverage:
                return Mean([seen[4], seen[6], seen[8]]);
            case LatestWeightsAverage:
                return Mean([seen[4], seen[6], seen[8]]);
            default:
                var exponential = (ExponentialAverage)averaging;
                var average = exponential.Start == AverageStart.ZeroCorrected ? new double[seen[0].Length] : seen[0];
                var product = 1.0;
                for (var n = 1; n < seen.Count; n++)
                {
                    var decay = exponential.Warmup switch
                    {
                        DecayWarmup.Fraction => Math.Min(0.9, (1.0 + n) / (10 + n)),
                        DecayWarmup.Power => n <= 2 ? 0 : Math.Min(0.9, 1 - Math.Pow(n - 1, -2.0 / 3)),
                        _ => exponential.Start == AverageStart.FirstUpdate && n == 1 ? 0 : 0.9,
                    };
                    product *= decay;
                    average = [.. average.Zip(seen[n], (a, theta) => (decay * a) + ((1 - decay) * theta))];
                }

                return exponential.Start == AverageStart.ZeroCorrected ? [.. average.Select(a => a / (1 - product))] : average;
        }
    }

    private static (Optimizer Optimizer, Parameter<T> Parameter) New<T>(WeightAveraging averaging)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var parameter = new Parameter<T>("w", Enumerable.Range(0, 37).Select(i => T.CreateTruncating(Math.Sin(i))).ToArray(), new T[37]);
        var optimizer = Optimizer.For([parameter], new Sgd { LearningRate = 0.1, Momentum = 0.9 });
        optimizer.Averaging = averaging;
        Assert.Equal(averaging, optimizer.Averaging);
        return (optimizer, parameter);
    }

    private static void Step<T>(Optimizer optimizer, Parameter<T> parameter, int step)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < parameter.Length; i++)
        {
            parameter.Gradient.Span[i] = T.CreateTruncating(Math.Cos(i * (step + 2)));
        }

        optimizer.Step();
    }
}
