using Descent.Text;

namespace Descent.Landscapes.Formulas;

/// <summary>
/// Reads a formula: <c>+ − · / ^</c> with the usual precedence (<c>−x^2</c> is −(x²), <c>^</c> groups to the right), multiplication also by standing
/// side by side (<c>2x y</c>, <c>3(x-1)</c>), names and functions. Nothing is executed; length and depth are bounded.
/// </summary>
internal sealed partial class FormulaParser
{
    public const int MostCharacters = 1_000;
    public const int MostLevels = 64;

    private static readonly Dictionary<string, (Operation Operation, int Arguments)> Functions = new(StringComparer.Ordinal)
    {
        ["sin"] = (Operation.Sin, 1),
        ["cos"] = (Operation.Cos, 1),
        ["tan"] = (Operation.Tan, 1),
        ["exp"] = (Operation.Exp, 1),
        ["log"] = (Operation.Log, 1),
        ["sqrt"] = (Operation.Sqrt, 1),
        ["abs"] = (Operation.Abs, 1),
        ["tanh"] = (Operation.Tanh, 1),
        ["pow"] = (Operation.Power, 2),
        ["min"] = (Operation.Min, 2),
        ["max"] = (Operation.Max, 2),
    };

    private readonly string text;
    private readonly IReadOnlyDictionary<string, double> constants;
    private int position;
    private int level;

    private FormulaParser(string text, IReadOnlyDictionary<string, double> constants) => (this.text, this.constants) = (text, constants);

    public static Node Parse(string text, IReadOnlyDictionary<string, double> constants)
    {
        if (text.Length > MostCharacters)
        {
            throw new FormulaException(MostCharacters + 1, $"it must have at most {MostCharacters} characters, but has {text.Length}");
        }

        foreach (var (name, value) in constants)
        {
            if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') || char.IsAsciiDigit(name[0]) || Functions.ContainsKey(name) || name is "x" or "y")
            {
                throw new DescentException($"A constant's name must be of letters and digits, begin with a letter, and be neither x, y nor a function, but was '{Shown.Brief(name)}'.");
            }

            if (!double.IsFinite(value))
            {
                throw new DescentException($"The constant {Shown.Brief(name)} must be a finite number, but was {Words.Number(value)}.");
            }
        }

        var parser = new FormulaParser(text, constants);
        var whole = parser.Sum();
        parser.Skip();
        return parser.position == text.Length ? whole : throw parser.Mistake(parser.text[parser.position] == ')' ? "this ')' has no '('" : $"'{parser.text[parser.position]}' was not expected");
    }

    private char Current => position < text.Length ? text[position] : '\0';

    private Node Sum()
    {
        Enter();
        var left = Product();
        while (true)
        {
            Skip();
            var column = position + 1;
            if (Take('+'))
            {
                left = new Node(Operation.Add, column, left, Product());
            }
            else if (Take('-') || Take('−'))
            {
                left = new Node(Operation.Subtract, column, left, Product());
            }
            else
            {
                level--;
                return left;
            }
        }
    }

    private Node Product()
    {
        var left = Signed();
        while (true)
        {
            Skip();
            var column = position + 1;
            if (Take('*') || Take('·') || Take('×'))
            {
                left = new Node(Operation.Multiply, column, left, Signed());
            }
            else if (Take('/') || Take('÷'))
            {
                left = new Node(Operation.Divide, column, left, Signed());
            }
            else if (Current == '(' || Current == '.' || char.IsAsciiLetterOrDigit(Current) || Current is 'π' or '_')
            {
                left = new Node(Operation.Multiply, column, left, Raised());
            }
            else
            {
                return left;
            }
        }
    }

    private Node Signed()
    {
        Skip();
        var column = position + 1;
        if (Take('-') || Take('−'))
        {
            Enter();
            var inner = Signed();
            level--;
            return new Node(Operation.Negate, column, inner);
        }

        if (Take('+'))
        {
            Enter();
            var inner = Signed();
            level--;
            return inner;
        }

        return Raised();
    }

    private Node Raised()
    {
        var @base = Atom();
        Skip();
        var column = position + 1;
        if (Take('²'))
        {
            return new Node(Operation.Power, column, @base, Node.Number(2, column));
        }

        if (Take('³'))
        {
            return new Node(Operation.Power, column, @base, Node.Number(3, column));
        }

        if (!Take('^'))
        {
            return @base;
        }

        Enter();
        var exponent = Signed();
        level--;
        return new Node(Operation.Power, column, @base, exponent);
    }

    private Node Atom()
    {
        Skip();
        var column = position + 1;
        if (Take('('))
        {
            var inner = Sum();
            Close(column);
            return inner;
        }

        if (char.IsAsciiDigit(Current) || Current == '.')
        {
            return Number();
        }

        if (Take('π'))
        {
            return new Node(Operation.Constant, column, Value: Math.PI, Name: "pi");
        }

        return char.IsAsciiLetter(Current) || Current == '_' ? Named() : throw Mistake(position == text.Length
            ? "a number, a name or '(' was expected, but the formula ends"
            : $"a number, a name or '(' was expected, but there is '{Current}'");
    }
}
