using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Tests;

/// <summary>The rules of a run's status at their edges.</summary>
public class StatusTests
{
    private static readonly Objective Bowl = LandscapeCatalogue.Find("bowl").Objective();
    private static readonly Objective SaddleOf = LandscapeCatalogue.Find("saddle").Objective();
    private static readonly Box Unit = new(-1, 1, -1, 1);

    [Theory]
    [InlineData(double.NaN, 0, RunStatus.Diverged)]
    [InlineData(double.PositiveInfinity, 0, RunStatus.Diverged)]
    [InlineData(1, 1e12, RunStatus.LeftDomain)]
    [InlineData(1, 1.0000001e12, RunStatus.Diverged)]
    [InlineData(1e6, 0, RunStatus.Moving)]
    [InlineData(1.0000001e6, 0, RunStatus.Diverged)]
    public void Not_finite_far_or_huge_is_diverged(double loss, double x, RunStatus status) =>
        Assert.Equal(status, Last([0.5, loss], [0, x], gradient: 1));

    [Fact]
    public void The_huge_loss_is_measured_against_the_start() => Assert.Equal(RunStatus.Moving, Last([10, 1e7], [0, 0.1], gradient: 1));

    [Theory]
    [InlineData(new[] { 1.0, 1.1, 1.2, 1.3 }, RunStatus.Diverged)]
    [InlineData(new[] { 1.0, 1.1, 1.2 }, RunStatus.Moving)]
    [InlineData(new[] { 1.0, 1.1, 1.1, 1.2 }, RunStatus.Moving)]
    [InlineData(new[] { 1.0, 0.2, 0.3, 0.4, 0.5 }, RunStatus.Moving)]
    [InlineData(new[] { 1.0, 0.8, 0.9, 1.0, 1.1 }, RunStatus.Diverged)]
    public void Rising_in_each_of_three_steps_above_the_start_is_diverged(double[] losses, RunStatus status) =>
        Assert.Equal(status, Last(losses, [.. losses.Select((_, i) => 0.01 * i)], gradient: 1));

    [Fact]
    public void A_small_gradient_is_converged_in_a_valley_and_stalled_on_a_saddle()
    {
        Assert.Equal(RunStatus.Converged, Last([1, 0.5], [0.1, 0], gradient: 1e-6));
        Assert.Equal(RunStatus.Moving, Last([1, 0.5], [0.1, 0], gradient: 1.0000001e-6));
        Assert.Equal(RunStatus.Stalled, Last([1, 0.5], [0.1, 0], gradient: 1e-6, objective: SaddleOf));
    }

    [Fact]
    public void Outside_three_times_the_box_is_out_of_the_domain()
    {
        Assert.Equal(RunStatus.Moving, Last([1, 0.5], [0, 3], gradient: 1));
        Assert.Equal(RunStatus.LeftDomain, Last([1, 0.5], [0, 3.0000001], gradient: 1));
        Assert.Equal(RunStatus.Moving, Last([1, 0.5], [0, 100], gradient: 1, box: null));
    }

    [Theory]
    [InlineData(new[] { 0, 1, 0, 1, 0.0 }, RunStatus.Oscillating)]
    [InlineData(new[] { 0, 1, 0, 1.0 }, RunStatus.Moving)]
    [InlineData(new[] { 0, 1, 0, 1, 1.0 }, RunStatus.Moving)]
    [InlineData(new[] { 0, 1, 2, 1, 2, 1.0 }, RunStatus.Oscillating)]
    public void Alternating_in_each_of_three_steps_is_oscillating(double[] xs, RunStatus status) =>
        Assert.Equal(status, Last([.. xs.Select((_, i) => 1 - (0.01 * i))], [.. xs.Select(x => x / 10)], gradient: 1));

    [Fact]
    public void Eight_of_ten_changes_are_oscillating_and_seven_are_not()
    {
        // Steps up and down, with two, then three, steps in the same direction; the last step never alternates.
        Assert.Equal(RunStatus.Oscillating, Path([1, -1, 1, -1, 1, -1, 1, -1, 1, 1, 1]));
        Assert.Equal(RunStatus.Moving, Path([1, -1, 1, -1, 1, -1, 1, -1, -1, -1, -1]));

        static RunStatus Path(double[] moves)
        {
            var xs = new double[moves.Length + 1];
            for (var i = 0; i < moves.Length; i++)
            {
                xs[i + 1] = xs[i] + (0.1 * moves[i]);
            }

            return Last([.. xs.Select((_, i) => 1 - (0.01 * i))], xs, gradient: 1);
        }
    }

    [Theory]
    [InlineData(50, 0.0009, RunStatus.Crawling)]
    [InlineData(50, 0.0011, RunStatus.Moving)]
    [InlineData(49, 0.0009, RunStatus.Moving)]
    public void Less_than_a_thousandth_in_fifty_steps_is_crawling(int steps, double share, RunStatus status) => Assert.Equal(
        status,
        Last([.. Enumerable.Range(0, steps + 1).Select(i => 2 * (1 - (share * i / steps)))], [.. Enumerable.Range(0, steps + 1).Select(i => 0.001 * i)], gradient: 1));

    [Fact]
    public void A_lost_run_ends_where_it_is_lost()
    {
        var run = Runner.Run(RunTests.Request("square1d", "sgd", 1e6, 1000)).Entries[0].Trajectory;
        Assert.InRange(run.Updates, 1, 10);
        Assert.Equal((run.Updates + 1, RunStatus.Diverged), (run.Loss.Length, run.Status));
        Assert.Equal(run.Theta.Length, run.Loss.Length);
    }

    [Fact]
    public void Every_status_has_its_word_and_its_sentence()
    {
        foreach (var status in Enum.GetValues<RunStatus>())
        {
            Assert.NotEmpty(RunStatusWords.Of(status));
            Assert.NotEqual(RunStatusWords.Sentence(status, "a", several: false), RunStatusWords.Sentence(status, "a", several: true));
        }
    }

    private static RunStatus Last(double[] losses, double[] xs, double gradient, Objective? objective = null, Box? box = null)
    {
        var run = new Trajectory(2, losses.Length - 1);
        for (var i = 0; i < losses.Length; i++)
        {
            (run.Loss[i], run.Theta[2 * i], run.GradientNorm[i]) = (losses[i], xs[i], gradient);
            run.Add();
        }

        var rules = new StatusRules(run, objective ?? Bowl, box ?? (xs[^1] == 100 ? null : Unit));
        return Array.ConvertAll(losses, _ => rules.Next())[^1];
    }
}
