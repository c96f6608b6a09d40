using System.Runtime.InteropServices;
using Descent.Averaging;
using Descent.Engine;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.State;
using static Descent.Tests.State.StateSamples;

namespace Descent.Tests.State;

/// <summary>State that is moved to another method, which goes on with it.</summary>
public class StateConversionTests
{
    public static TheoryData<string, string> Moves()
    {
        var data = new TheoryData<string, string>();
        foreach (var from in StateConversion.Methods)
        {
            foreach (var to in StateConversion.Methods.Concat(["adamw(ams_grad=true)", "adam(ams_grad=true, ams_grad_on_corrected=true)", "cautious(inner=adamw)", "gradient_centralization(inner=lion)"]))
            {
                data.Add(from, to);
            }
        }

        return data;
    }

    /// <summary>Slots of the same name mean the same; what is left is at 0, or the average where a largest one is not known.</summary>
    [Theory]
    [MemberData(nameof(Moves))]
    public void Every_move_either_loads_and_goes_on_or_says_why_not(string from, string to)
    {
        var saved = New(Catalogue.Parse(from), "w", "w.m");
        saved.Step();
        saved.Step();
        var (source, method) = (Saved(saved), Catalogue.Parse(to));
        string[] theirs = [.. Catalogue.Parse(from).Rule.State.Select(slot => slot.Name)], ours = [.. method.Rule.State.Select(slot => slot.Name)];
        if (!theirs.Intersect(ours).Any() || (ours.Contains("v") && !theirs.Contains("v")))
        {
            var message = Assert.Throws<DescentException>(() => StateConversion.Convert(source, method)).Message;
            Assert.StartsWith($"State of {from} has no ", message, StringComparison.Ordinal);
            return;
        }

        var (file, report) = StateConversion.Convert(source, method);
        var loaded = New(method, "w", "w.m");
        Assert.Equal(["w", "w.m"], OptimizerState.Load(loaded, TensorFile.Parse(new MemoryStream(Bytes(file)), "x")).Loaded);
        Assert.Equal(saved.Updates, loaded.Updates);
        var after = Saved(loaded);
        foreach (var parameter in new[] { "w", "w.m" })
        {
            foreach (var slot in ours)
            {
                var origin = theirs.Contains(slot) && !(slot == "v_max" && to.Contains("corrected", StringComparison.Ordinal)) ? slot : slot == "v_max" ? "v" : null;
                var expected = origin is null ? new float[3] : MemoryMarshal.Cast<byte, float>(source[$"optimizer.{parameter}.{origin}"].Bytes.Span).ToArray();
                Assert.Equal(expected, MemoryMarshal.Cast<byte, float>(after[$"optimizer.{parameter}.{slot}"].Bytes.Span).ToArray());
            }
        }

        Assert.Equal(ours.Length + theirs.Except(ours).Count(), report.Count);
        Assert.True(loaded.Step().Applied);
    }

    /// <summary>AdamW goes on from Adam's averages and counts exactly as its equations say.</summary>
    [Fact]
    public void AdamW_goes_on_as_if_it_had_been_given_the_averages()
    {
        const int Before = 5, After = 5;
        double[] theta = [1.0, -2, 3], gradient = [0.5, -1, 0.25], m = new double[3], v = new double[3];
        double[] trained = [.. theta], given = [.. gradient];
        Parameter<double>[] parameters = [new("w", trained, given)];
        var adam = Optimizer.For(parameters, new Adam { LearningRate = 0.01 });
        for (var t = 1; t <= Before; t++)
        {
            Gradients(t);
            adam.Step();
            Reference(t, decay: 0);
        }

        var adamW = Optimizer.For(parameters, new AdamW { LearningRate = 0.01, WeightDecay = 0.1 });
        var (file, report) = StateConversion.Convert(Saved(adam), new AdamW { LearningRate = 0.01, WeightDecay = 0.1 });
        Assert.Equal(["m, the average of gradients, is taken over.", "v, the average of squared gradients, is taken over."], report);
        OptimizerState.Load(adamW, file);
        for (var t = Before + 1; t <= Before + After; t++)
        {
            Gradients(t);
            adamW.Step();
            Reference(t, decay: 0.1);
        }

        var largest = theta.Zip(trained, (expected, actual) => Math.Abs(expected - actual)).Max();
        Assert.True(largest <= 1e-14, $"largest difference {largest:E3}");

        void Gradients(int t)
        {
            for (var i = 0; i < 3; i++)
            {
                gradient[i] = given[i] = Math.Sin((3 * t) + i);
            }
        }

        void Reference(int t, double decay)
        {
            for (var i = 0; i < 3; i++)
            {
                m[i] = (0.9 * m[i]) + ((1 - 0.9) * gradient[i]);
                v[i] = (0.999 * v[i]) + ((1 - 0.999) * gradient[i] * gradient[i]);
                var direction = m[i] / (1 - Math.Pow(0.9, t)) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
                theta[i] -= 0.01 * (direction + (decay * theta[i]));
            }
        }
    }

    [Fact]
    public void There_and_back_is_the_same_state()
    {
        var adam = New(new Adam(), "w");
        adam.Step();
        var there = StateConversion.Convert(Saved(adam), new AmsGrad()).File;
        var (back, report) = StateConversion.Convert(there, new Adam());
        Assert.Equal(Bytes(Saved(adam)), Bytes(back));
        Assert.Contains("v_max, the largest average of squared gradients, is left behind.", report);
        Assert.Contains("v_max, the largest average of squared gradients, starts as v.", StateConversion.Convert(Saved(adam), new AmsGrad()).Report);
        Assert.Contains("v, the average of squared gradients, is left behind.", StateConversion.Convert(Saved(adam), new Lion()).Report);
        var rms = New(new RmsProp(), "w");
        Assert.Contains("m, the average of gradients, starts at 0.", StateConversion.Convert(Saved(rms), new Adam()).Report);
    }

    [Theory]
    [InlineData(StateFormat.EightBit)]
    [InlineData(StateFormat.BFloat16)]
    public void State_of_fewer_bits_and_master_weights_move_too(StateFormat format)
    {
        static Optimizer New(Method method, StateFormat format) => Optimizer.For(
            [new Parameter<Numerics.BFloat16>("w", new Numerics.BFloat16[300], Enumerable.Range(0, 300).Select(i => (Numerics.BFloat16)(i * 0.01f)).ToArray())],
            [new ParameterGroup(method) { Precision = new Precision { State = format, SmallestReduced = 1 } }]);
        var adam = New(new Adam(), format);
        adam.Step();
        foreach (var to in new Method[] { new AdamW(), new AmsGrad(), new Lion() })
        {
            var loaded = New(to, format);
            OptimizerState.Load(loaded, StateConversion.Convert(Saved(adam), to).File);
            Assert.Equal(Saved(adam)["optimizer.w.m"].Bytes.ToArray(), Saved(loaded)["optimizer.w.m"].Bytes.ToArray());
            Assert.Equal(Saved(adam)["optimizer.w.master"].Bytes.ToArray(), Saved(loaded)["optimizer.w.master"].Bytes.ToArray());
        }
    }

    [Fact]
    public void Averages_stay_and_schedules_that_follow_a_metric_are_those_of_the_new_method()
    {
        var plateau = Schedule.ReduceOnPlateau(0.1, 0.5, patience: 1);
        var (plain, following) = (New(new Adam(), "w"), New(new Adam { LearningRate = plateau }, "w"));
        plain.Averaging = new ExponentialAverage(0.5);
        plain.Step();
        following.Step();
        following.Observe(1);

        var begun = New(new AdamW { LearningRate = plateau }, "w");
        begun.Averaging = new ExponentialAverage(0.5);
        OptimizerState.Load(begun, StateConversion.Convert(Saved(plain), new AdamW { LearningRate = plateau }).File);
        Assert.Equal($"{plateau}", $"{begun.LearningRateOf().Schedule}");

        var ended = New(new AdamW(), "w");
        OptimizerState.Load(ended, StateConversion.Convert(Saved(following), new AdamW()).File);
        var kept = New(new AdamW { LearningRate = plateau }, "w");
        OptimizerState.Load(kept, StateConversion.Convert(Saved(following), new AdamW { LearningRate = plateau }).File);
        Assert.Equal(following.LearningRateOf(), kept.LearningRateOf());
    }

    [Theory]
    [InlineData("adam", "sgd", "State of adam has no meaning for sgd; it can be moved between adam, adamw, amsgrad, padam, nadamw, radam, lamb, adabound, qhadam, grams, lion, sgd_ema, rmsprop, where they have slots in common.")]
    [InlineData("adafactor", "adam", "State of adafactor has no meaning for adam; it can be moved between adam,")]
    [InlineData("rmsprop(momentum=0.9)", "adam", "State of rmsprop(momentum=0.9) has no meaning for adam; it can be moved between adam,")]
    [InlineData("rmsprop", "lion", "State of rmsprop has no meaning for lion;")]
    [InlineData("lion", "adamw", "State of lion has no average of squared gradients, which adamw divides by: steps would be far too large until it has grown; start adamw anew.")]
    public void A_move_without_meaning_is_refused(string from, string to, string message) =>
        Assert.StartsWith(message, Assert.Throws<DescentException>(() => StateConversion.Convert(Saved(New(Catalogue.Parse(from), "w")), Catalogue.Parse(to))).Message, StringComparison.Ordinal);

    [Fact]
    public void State_of_several_methods_or_with_more_than_slots_is_refused()
    {
        Assert.Equal(
            "State can be moved from one method for all groups, but the file has prodigy and adamw and lion.",
            Assert.Throws<DescentException>(() => StateConversion.Convert(Saved(Everything()), new Adam())).Message);
        var file = Saved(New(new Adam(), "w"));
        file.Add<float>("optimizer.w.u", [3], new float[3]);
        Assert.Equal(
            "State of adam is moved by the slots m and v, but the file also has 'optimizer.w.u'; save it with plain options first.",
            Assert.Throws<DescentException>(() => StateConversion.Convert(file, new AdamW())).Message);
        Assert.Equal("The file holds no optimizer state.", Assert.Throws<DescentException>(() => StateConversion.Convert(new TensorFile(), new AdamW())).Message);
        Assert.Equal("Beta1 must be in [0, 1), but was 1.", Assert.Throws<DescentException>(() => StateConversion.Convert(file, new AdamW { Beta1 = 1 })).Message);
    }
}
