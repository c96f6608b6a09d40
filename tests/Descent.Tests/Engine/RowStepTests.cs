using Descent.Engine;
using Descent.Gradients;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.TestSupport;

namespace Descent.Tests.Engine;

/// <summary>Steps on the rows that have a gradient.</summary>
public class RowStepTests
{
    private const int Rows = 23;
    private const int Width = 5;
    private const int Steps = 12;

    /// <summary>Element-wise methods, one of each kind of state: first and second moments, maxima, signs, averages, recurrences of the step.</summary>
    public static TheoryData<string> Methods => new(
        "sgd", "sgd(momentum=0.9, nesterov=true, weight_decay=0.1)", "adagrad", "adagrad(learning_rate_decay=0.1)", "adam", "adam(ams_grad=true)", "adamw(weight_decay=0.1)", "rmsprop", "adadelta", "lion", "adamax", "radam", "yogi");

    /// <summary>Where a row has a gradient in every step, it moves as in a dense step, to the bit; others stay where they are.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void Rows_that_are_touched_at_every_step_move_as_in_a_dense_step(string method)
    {
        int[] touched = [0, 3, 4, 5, 11, 21, 22];
        var start = Start();
        var sparse = Run(method, _ => touched);
        var dense = Run(method, _ => touched, isDense: true);
        for (var row = 0; row < Rows; row++)
        {
            Assert.Equal(touched.Contains(row) ? Row(dense, row) : Row(start, row), Row(sparse, row));
        }
    }

    /// <summary>AdaGrad's state follows from the gradients alone: a gradient of 0 changes nothing.</summary>
    [Theory]
    [InlineData("adagrad")]
    [InlineData("adagrad(learning_rate_decay=0.1, initial_accumulator=0.5)")]
    [InlineData("sgd")]
    public void Without_decay_AdaGrad_is_the_same_as_dense_whatever_rows_are_touched(string method) =>
        Assert.Equal(Run(method, Touched, isDense: true), Run(method, Touched));

    /// <summary>Departs from the dense step as PyTorch's SparseAdam does: the moments of other rows do not decay, and t counts the parameter's steps.</summary>
    [Fact]
    public void Adam_steps_lazily()
    {
        var theta = Start();
        var (m, v) = (new double[theta.Length], new double[theta.Length]);
        for (var t = 1; t <= Steps; t++)
        {
            foreach (var i in Touched(t - 1).SelectMany(row => Enumerable.Range(row * Width, Width)))
            {
                var g = Gradient(t - 1, i);
                m[i] = (0.9 * m[i]) + (0.1 * g);
                v[i] = (0.999 * v[i]) + (0.001 * g * g);
                theta[i] -= 0.001 * (m[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
            }
        }

        var stepped = Run("adam", Touched);
        var difference = stepped.Zip(theta).Max(pair => Math.Abs(pair.First - pair.Second));
        Assert.True(difference < 1e-14, $"The largest difference is {difference}.");
        Assert.True(Run("adam", Touched, isDense: true).Zip(theta).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-5);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(7, 2)]
    [InlineData(8, 3)]
    [InlineData(1000, 2)]
    public void Blocks_and_threads_do_not_matter(int chunk, int threads)
    {
        using var workers = new Workers(threads);
        Assert.Equal(Run("adamw(weight_decay=0.1)", Touched), Run("adamw(weight_decay=0.1)", Touched, workers: workers, chunk: chunk));
    }

    [Fact]
    public void A_clipped_step_sees_the_norm_of_all_rows_and_micro_batches_add_up()
    {
        var (dense, byRows) = (Parameter(isDense: true), Parameter());
        foreach (var parameter in new[] { dense, byRows })
        {
            var accumulator = new GradientAccumulator([parameter]);
            var optimizer = Optimizer.For([parameter], Catalogue.Parse("adagrad"));
            optimizer.Clipping = new ClipByNorm(0.1);
            for (var step = 0; step < 4; step++)
            {
                foreach (var micro in new[] { 2 * step, (2 * step) + 1 })
                {
                    parameter.ZeroGradient();
                    Fill(parameter, micro, Touched(micro));
                    accumulator.Add(micro + 1);
                }

                accumulator.Finish();
                Assert.InRange(optimizer.Step().ClipFactor, 0.001, 0.999);
            }
        }

        Assert.Equal(dense.Values.ToArray(), byRows.Values.ToArray());
        Assert.Equal(Touched(6).Union(Touched(7)).Order(), byRows.GradientRows!.Ascending().ToArray());
        byRows.ZeroGradient();
        Assert.All(byRows.Gradient.ToArray(), number => Assert.Equal(0, number));
        Assert.Equal(0, byRows.GradientRows.Count);
    }

    [Fact]
    public void Noise_reaches_all_rows()
    {
        var parameter = Parameter();
        new GradientNoise(0.1, 1).Add([parameter], 0);
        Assert.Equal(Rows, parameter.GradientRows!.Count);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var parameter = Parameter();
        var optimizer = Optimizer.For([parameter], Catalogue.Parse("adam"));
        Assert.Equal(0, Allocation.Least(Steps));

        void Steps()
        {
            for (var step = 0; step < 50; step++)
            {
                Step();
            }
        }

        void Step()
        {
            parameter.ZeroGradient();
            parameter.GradientRows!.Add(20);
            parameter.GradientRows.Add(3);
            parameter.Gradient.Span[(20 * Width) + 1] = 1;
            optimizer.Step();
        }
    }

    [Theory]
    [InlineData("lamb", "lamb cannot, because it looks at whole tensors or keeps numbers for them; choose a method such as adagrad, adam or sgd")]
    [InlineData("nadam", "nadam cannot, because it looks at whole tensors or keeps numbers for them; choose a method such as adagrad, adam or sgd")]
    [InlineData("adafactor", "adafactor cannot, because it looks at whole tensors or keeps numbers for them; choose a method such as adagrad, adam or sgd")]
    [InlineData("cautious(inner=adamw)", "cautious cannot, because it looks at whole tensors or keeps numbers for them; choose a method such as adagrad, adam or sgd")]
    public void A_method_that_looks_at_whole_tensors_is_refused(string method, string why) =>
        Says($"Parameter 'table' is to be stepped row by row, which {why}, or give it a dense gradient (GradientRows = null).", () => Optimizer.For([Parameter()], Catalogue.Parse(method)));

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Says(
            "Parameter 'table' is to be stepped row by row, which needs state and weights in full precision; keep them so, or give it a dense gradient (GradientRows = null).",
            () => Optimizer.For(
                [new Parameter<float>("table", new float[8192], new float[8192], [8, 1024]) { GradientRows = new RowSet(8) }],
                [new ParameterGroup(new Adam()) { Precision = new Precision { State = StateFormat.EightBit } }]));
        Says("A row must be in [0, 4), but was 4.", () => new RowSet(4).Add(4));
        Says("The rows of parameter 'table' of shape [23, 5] must be chosen from its 23, but the set is of 4.", () => Parameter().GradientRows = new RowSet(4));
        var later = Parameter(isDense: true);
        var optimizer = Optimizer.For([later], Catalogue.Parse("lamb"));
        later.GradientRows = new RowSet(Rows);
        Assert.Throws<DescentException>(() => optimizer.Step());
        Assert.Equal(Start(), later.Values.ToArray());
    }

    [Fact]
    public void A_set_has_each_row_once_and_in_order()
    {
        var set = new RowSet(6);
        foreach (var row in new[] { 4, 1, 4, 0, 5, 1 })
        {
            set.Add(row);
        }

        Assert.Equal([0, 1, 4, 5], set.Ascending().ToArray());
        set.Add(2);
        Assert.Equal([0, 1, 2, 4, 5], set.Ascending().ToArray());
        set.Clear();
        Assert.Equal(0, set.Count);
        set.AddAll();
        Assert.Equal([0, 1, 2, 3, 4, 5], set.Ascending().ToArray());
    }

    private static int[] Touched(int step) => [.. Enumerable.Range(0, Rows).Where(row => (((row * 7) + (step * 5)) % 11) < 4)];

    private static double[] Start() => [.. Enumerable.Range(0, Rows * Width).Select(i => Math.Sin(i + 1))];

    private static double Gradient(int step, int element) => new SeededRandom(5, (ulong)step, (ulong)(2 * element)).NextNormal() + 0.01;

    private static double[] Row(double[] values, int row) => values[(row * Width)..((row + 1) * Width)];

    private static Parameter<double> Parameter(bool isDense = false) =>
        new("table", Start(), new double[Rows * Width], [Rows, Width]) { GradientRows = isDense ? null : new RowSet(Rows) };

    private static void Fill(Parameter<double> parameter, int step, int[] rows)
    {
        foreach (var row in rows.Reverse())
        {
            parameter.GradientRows?.Add(row);
            for (var i = row * Width; i < (row + 1) * Width; i++)
            {
                parameter.Gradient.Span[i] = Gradient(step, i);
            }
        }
    }

    private static double[] Run(string method, Func<int, int[]> touched, bool isDense = false, Workers? workers = null, int chunk = Partition.DefaultChunk)
    {
        var parameter = Parameter(isDense);
        var optimizer = Optimizer.WithChunks([parameter], Catalogue.Parse(method), workers ?? Workers.Sequential, chunk);
        for (var step = 0; step < Steps; step++)
        {
            parameter.ZeroGradient();
            Fill(parameter, step, touched(step));
            optimizer.Step();
        }

        return parameter.Values.ToArray();
    }

    private static void Says(string sentence, Action action) => Assert.Equal(sentence, Assert.Throws<DescentException>(action).Message);
}
