using System.Text;
using Descent.Landscapes.Formulas;
using Descent.Numerics;

namespace Descent.Landscapes.Tests;

public class FormulaTests
{
    private static readonly Dictionary<string, double> Constants = new() { ["a"] = 2, ["k_1"] = 0.5 };

    [Theory]
    [InlineData("1+2*3", 7)]
    [InlineData("-2^2", -4)]
    [InlineData("(-2)^2", 4)]
    [InlineData("2^-1", 0.5)]
    [InlineData("2^3^2", 512)]
    [InlineData("2x", 6)]
    [InlineData("2x y", -30)]
    [InlineData("2(x+1)(y-1)", -48)]
    [InlineData("x^2y", -45)]
    [InlineData("1/2x", 1.5)]
    [InlineData("6/x/2", 1)]
    [InlineData("2e3", 2000)]
    [InlineData("2e", 2 * Math.E)]
    [InlineData("2pi x", 6 * Math.PI)]
    [InlineData("2πx²", 18 * Math.PI)]
    [InlineData("x·y × 2 − 1", -31)]
    [InlineData("y³", -125)]
    [InlineData("a x + k_1", 6.5)]
    [InlineData("max(x, y) - min(x, y)", 8)]
    [InlineData("abs(y)", 5)]
    [InlineData("pow(x, 3)", 27)]
    [InlineData("pow(x, y)", 1.0 / 243)]
    [InlineData("x^0.5", 1.7320508075688772)]
    [InlineData("y^3", -125)]
    [InlineData("sin(x)+cos(x)+tan(x)+tanh(x)", 0.0036357220718744587)]
    [InlineData("exp(log(x))", 3)]
    [InlineData("sqrt(x+1)", 2)]
    [InlineData(".5x", 1.5)]
    [InlineData("+x - -y", -2)]
    public void Formulas_are_read_with_the_usual_precedence(string text, double value)
    {
        var formula = Formula.Parse(text, Constants);
        Assert.Equal(value, formula.Objective.Value(formula.Dimension == 1 ? [3] : [3, -5]), 1e-12 * Math.Max(1, Math.Abs(value)));
        var again = Formula.Parse(formula.ToString(), Constants);
        Assert.Equal(formula.ToString(), again.ToString());
        var point = new double[] { 3, -5 };
        Assert.Equal(value, again.Objective.Value(again.Dimension == 1 ? point[..1] : point), 1e-12 * Math.Max(1, Math.Abs(value)));
    }

    [Theory]
    [InlineData("x + 0", "x")]
    [InlineData("1*x - 0*y", "x")]
    [InlineData("2*3*x", "6*x")]
    [InlineData("x*2*3", "6*x")]
    [InlineData("x^1 + y^0", "x + 1")]
    [InlineData("--x", "x")]
    [InlineData("x - -y", "x + y")]
    [InlineData("a*x + 2 + 3", "a*x + 2 + 3")]
    [InlineData("(x+1)*(x-1)/(2*x)", "(x + 1)*(x - 1)/(2*x)")]
    [InlineData("x-(y-1)", "x - (y - 1)")]
    [InlineData("(-x)^2", "(-x)^2")]
    [InlineData("max(x,2*3)", "max(x, 6)")]
    public void Formulas_are_simplified(string text, string simple) => Assert.Equal(simple, Formula.Parse(text, Constants).ToString());

    [Theory]
    [InlineData("", 1, "a number, a name or '(' was expected, but the formula ends")]
    [InlineData("x+", 3, "a number, a name or '(' was expected, but the formula ends")]
    [InlineData("x**2", 3, "a number, a name or '(' was expected, but there is '*'")]
    [InlineData("(x", 1, "this '(' is not closed")]
    [InlineData("sin(x", 4, "this '(' is not closed")]
    [InlineData("x)", 2, "this ')' has no '('")]
    [InlineData("x $ y", 3, "'$' was not expected")]
    [InlineData("sin x", 5, "'(' was expected after sin")]
    [InlineData("pow(x)", 6, "pow takes two arguments, as in pow(x, 2)")]
    [InlineData("sin(x, y)", 6, "sin takes one argument")]
    [InlineData("min(x, y, 1)", 9, "min takes two arguments")]
    [InlineData("1/0", 2, "'1/0' has no finite value")]
    [InlineData("x + sqrt(-1)", 5, "'sqrt(-1)' has no finite value")]
    [InlineData("log(0) x", 1, "'log(0)' has no finite value")]
    [InlineData("3xy", 2, "there is no 'xy'; write a space or * between names, as in x y")]
    [InlineData("1 + foo", 5, "there is no 'foo'; the names are a, k_1, x, y, pi, e, and the functions sin, cos, tan, exp, log, sqrt, abs, tanh, pow, min, max")]
    [InlineData("alert(1)", 1, "there is no 'alert'")]
    [InlineData("1e999", 1, "'1e999' is not a finite number")]
    [InlineData(".", 1, "'.' is not a finite number")]
    public void Mistakes_point_at_the_column(string text, int column, string what)
    {
        var mistake = Assert.Throws<FormulaException>(() => Formula.Parse(text, Constants));
        Assert.Equal(column, mistake.Column);
        Assert.StartsWith($"The formula is not understood at column {column}: {what}", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_depth_and_constants_are_bounded()
    {
        Assert.StartsWith("The formula is not understood at column 1001: it must have at most 1000 characters, but has 1001", Refused(new string('x', 1001)), StringComparison.Ordinal);
        Assert.Contains("it is nested more than 64 levels deep", Refused(new string('(', 500) + "x"), StringComparison.Ordinal);
        Assert.Contains("it is nested more than 64 levels deep", Refused(new string('-', 500) + "x"), StringComparison.Ordinal);
        Assert.Contains("it is nested more than 64 levels deep", Refused(string.Join('^', Enumerable.Repeat("x", 200))), StringComparison.Ordinal);
        Assert.Equal(500, Formula.Parse(string.Join('+', Enumerable.Repeat("x", 500))).Objective.Value([1]));
        Assert.Equal("A constant's name must be of letters and digits, begin with a letter, and be neither x, y nor a function, but was 'sin'.", Named("sin", 1));
        Assert.Equal("The constant b must be a finite number, but was NaN.", Named("b", double.NaN));

        static string Refused(string text) => Assert.Throws<FormulaException>(() => Formula.Parse(text)).Message;

        static string Named(string name, double value) => Assert.Throws<DescentException>(() => Formula.Parse("x", new Dictionary<string, double> { [name] = value })).Message;
    }

    [Theory]
    [InlineData("sin(x)*cos(y) + tan(x/4)*exp(-y^2/9)")]
    [InlineData("log(x^2+1)*sqrt(y^2+2) - tanh(x*y/5)")]
    [InlineData("pow(x^2+1, y/5) + (x^2+3)^1.5/(y^2+1)")]
    [InlineData("abs(x-y)^3 + max(x^3, y) * min(x, 0.3y)")]
    [InlineData("x^-3 + 1/(x^2+y^2+1)")]
    public void Derivatives_agree_with_central_differences(string text) =>
        Differences.Check(Formula.Parse(text).Objective, new Box(0.5, 4, -3, 3), text, 1e-6);

    [Fact]
    public void Kinks_and_holes_are_told()
    {
        Assert.Empty(Formula.Parse("x^2 + exp(y)/2 + abs(-3)").Hints);
        Assert.Equal([1, 10, 20, 30], Formula.Parse("abs(x) + sqrt(y) + log(x) + 1/x").Hints.Select(hint => hint.Column));
        Assert.Equal("abs(x) has a kink where its argument is 0; the slope there is taken to be 0.", Formula.Parse("abs(x)").Hints[0].Sentence);
        Assert.Equal("x^0.5 is defined where the base is at least 0.", Formula.Parse("x^0.5").Hints[0].Sentence);
    }

    [Fact]
    public void Anything_at_all_is_a_formula_or_a_sentence()
    {
        string[] pieces = ["x", "y", "1", "2.5", "e", "pi", "+", "-", "*", "/", "^", "(", ")", ",", " ", "sin(", "pow(", "max(x,", "abs", "1e", ".", "²", "π", "q", "\0", "é", "−", "min(", "log(", "{", "\"", "=>", "eval("];
        var (random, text) = (new SeededRandom(5), new StringBuilder());
        var inputs = Environment.GetEnvironmentVariable("DESCENT_LONG_TESTS") == "1" ? 100_000 : 2_000;
        var understood = 0;
        double[] gradient = new double[2], hessian = new double[4];
        for (var i = 0; i < inputs; i++)
        {
            text.Clear();
            for (var length = random.NextInt32(random.NextInt32(20) == 0 ? 300 : 14); length >= 0; length--)
            {
                text.Append(random.NextInt32(30) == 0 ? (char)random.NextInt32(0x3000) : pieces[random.NextInt32(pieces.Length)]);
            }

            try
            {
                var formula = Formula.Parse(text.ToString());
                understood++;
                formula.Objective.Hessian(formula.Dimension == 1 ? [0.7] : [0.7, -1.3], gradient, hessian);
                Assert.Equal(formula.ToString(), Formula.Parse(formula.ToString()).ToString());
                Assert.NotNull(formula.Hints);
            }
            catch (FormulaException mistake)
            {
                Assert.InRange(mistake.Column, 1, Math.Max(1, text.Length + 1));
                Assert.EndsWith(".", mistake.Message, StringComparison.Ordinal);
            }
        }

        Assert.True(understood > inputs / 100, $"Only {understood} of {inputs} inputs were formulas.");
    }
}
