using System.Text;
using Descent.Numerics;
using Descent.Schedules;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Tests.Fuzzing;

/// <summary>Damaged texts of schedules give a schedule that prints and reads back the same and has values, or one sentence.</summary>
public class ScheduleFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Seeds =
    [
        "constant(0.1)", "warmup(500) then cosine(3e-4..3e-5, 9500)", "warmup(5%, from 0.1, one-based) then linear", "step(0.1, 30, 0.5)", "multi-step(0.1, 0.1, 30, 60, 90)",
        "exponential(0.1, 0.99)", "polynomial(0.1..0, 100, power 2)", "geometric(1e-5..1, 100)", "one-minus-sqrt(0.1..0, 100)", "rex(0.1..0, 100)", "warm-restarts(0.1..0, 50, multiplier 2, decay 0.9)",
        "inverse-square-root(0.1, 100)", "inverse-time(0.1, power 0.7)", "noam(512, 4000)", "one-cycle(0.1, 1000)", "cyclical(0.001..0.1, 200)", "piecewise(0: 0.1, 100: 0.01, 200: 0)",
        "plateau(0.1, factor 0.5, patience 3)", "(cosine(0.1..0, 50) then constant(0.01) for 10) repeat 3 * constant(0.5)", "linear(0.1..0.01, 90) scale 0.5 clamp 0.02..0.08 offset 5 restart 30",
    ];

    private static readonly string[] Tokens =
    [
        .. ScheduleForm.All.Select(form => form.Name), .. ScheduleForm.All.Select(form => form.Text), "then", "for", "scale", "clamp", "offset", "repeat", "restart", "warmup(10)", "from", "power", "(", ")", ",", "..", "*", "%", ":",
        "0", "1", "-1", "1e308", "1e-320", "1e999", "NaN", "Infinity", "999999999999999", "9223372036854775807", "0.5", "50%", " ", "\t", "\n", "é", "\0", "\"",
    ];

    [Fact]
    public void Mutated_texts_are_read_or_refused()
    {
        var random = new SeededRandom(42);
        ScheduleContext? context = null;
        var (accepted, summary) = Fuzz.Run(
            i =>
            {
                context = random.NextInt32(2) == 0 ? null : new ScheduleContext(0.1, 1_000);
                return Encoding.UTF8.GetBytes(Fuzz.Mutate(Seeds[i % Seeds.Length], Tokens, random));
            },
            input =>
            {
                var schedule = Schedule.Parse(Encoding.UTF8.GetString(input), context);
                var text = schedule.ToString();
                Assert.Equal(text, Schedule.Parse(text).ToString());
                foreach (var update in new[] { 0, 1, 99, 1_000_000, long.MaxValue })
                {
                    schedule.At(update);
                }
            },
            constant: 200_000);
        output.WriteLine(summary);
        Assert.InRange(accepted, Fuzz.Inputs / 50, Fuzz.Inputs);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("constant(1) then ")]
    [InlineData("constant(1) * ")]
    [InlineData("warmup(1) then ")]
    [InlineData("multi-step(")]
    [InlineData("1")]
    [InlineData(" ")]
    public void A_long_text_neither_overflows_the_stack_nor_costs_more_than_itself(string repeated)
    {
        var text = string.Concat(Enumerable.Repeat(repeated, 1_000_000 / repeated.Length));
        var allocated = Allocation.Of(() => Assert.Throws<DescentException>(() => Schedule.Parse(text)));
        Assert.InRange(allocated, 0, (2 * text.Length) + 200_000);
    }
}
