using System.Globalization;

namespace Descent.Landscapes.Listings;

/// <summary>A line of a method's equations: what is computed, and of what.</summary>
/// <param name="Target">The symbol that it is called by.</param>
/// <param name="Value">What it is; what is summed over the elements, where it is a sum.</param>
internal sealed record Equation(string Target, Term Value)
{
    /// <summary>Whether the target has a value already, which the equation replaces.</summary>
    public bool IsUpdate { get; init; }

    public bool IsSum { get; init; }

    /// <summary>Whether what is given is the square of the target.</summary>
    public bool IsSquare { get; init; }
}

/// <summary>An equation that says something in words.</summary>
internal sealed class WordsInEquationException(string line) : Exception($"'{line}' is not arithmetic alone.")
{
    public string Line { get; } = line;
}

/// <summary>Reads the equations that the library prints of its rules.</summary>
internal sealed class EquationReader
{
    private const string Superscripts = "²³ᵗᵖʳᵏ";
    private static readonly string[] Functions = ["min", "max", "sign", "exp", "log", "cos", "floor"];
    private readonly string line;
    private int at;

    private EquationReader(string line) => this.line = line;

    private char Now => at < line.Length ? line[at] : '\0';

    /// <summary>The equations of a line, definitions first.</summary>
    /// <exception cref="WordsInEquationException">The line is no arithmetic.</exception>
    public static IReadOnlyList<Equation> Read(string line)
    {
        var reader = new EquationReader(line);
        var equations = new List<Equation> { reader.ReadOne() };
        while (reader.Take(','))
        {
            equations.Insert(equations.Count - 1, reader.ReadOne());
        }

        return reader.at == line.Length ? equations : throw reader.Words();
    }

    private Equation ReadOne()
    {
        Skip();
        var target = Symbol();
        var isSquare = Take('²');
        var isUpdate = Take('←');
        if (!isUpdate && !Take('='))
        {
            throw Words();
        }

        Skip();
        var isSum = Now == 'Σ' && at + 1 < line.Length && line[at + 1] == ' ';
        at += isSum ? 1 : 0;
        return new Equation(target, Whole()) { IsUpdate = isUpdate, IsSum = isSum, IsSquare = isSquare };
    }

    private Term Whole()
    {
        var first = Sum();
        foreach (var sign in "<>≤≥=")
        {
            if (Take(sign))
            {
                first = new Pair(sign, first, Sum());
                break;
            }
        }

        if (!Take('?'))
        {
            return first;
        }

        var then = Whole();
        Expect(':');
        return new Choice(first, then, Whole());
    }

    private Term Sum() => Chain("+−", Product);

    private Term Product() => Chain("·/", Signed);

    private Term Chain(string signs, Func<Term> part)
    {
        var all = part();
        Skip();
        while (Now != '\0' && signs.Contains(Now, StringComparison.Ordinal))
        {
            var sign = line[at++];
            all = new Pair(sign, all, part());
            Skip();
        }

        return all;
    }

    private Term Signed() => Take('−') ? new Negative(Signed())
        : Take('√') ? new Call("√", [Signed()])
        : Take('∛') ? new Call("∛", [Signed()])
        : Raised();

    private Term Raised()
    {
        var raised = Atom();
        for (; ; at++)
        {
            switch (Now)
            {
                case '²':
                    raised = new Power(raised, new Literal("2"));
                    break;
                case '³':
                    raised = new Power(raised, new Literal("3"));
                    break;
                case 'ᵗ' or 'ᵖ' or 'ʳ' or 'ᵏ':
                    raised = new Power(raised, new Name(Now switch { 'ᵗ' => "t", 'ᵖ' => "p", 'ʳ' => "r", _ => "k" }));
                    break;
                case '^':
                    at++;
                    raised = new Power(raised, Atom());
                    at--;
                    break;
                default:
                    return raised;
            }
        }
    }

    private Term Atom()
    {
        Skip();
        if (char.IsAsciiDigit(Now))
        {
            var from = at;
            while (char.IsAsciiDigit(Now) || (Now == '.' && char.IsAsciiDigit(line[at + 1])) || (Now == 'e' && at + 1 < line.Length && (line[at + 1] == '-' || char.IsAsciiDigit(line[at + 1]))) || (Now == '-' && line[at - 1] == 'e'))
            {
                at++;
            }

            return new Literal(line[from..at]);
        }

        if (Take('('))
        {
            return Closed(')');
        }

        if (Take('|'))
        {
            return new Call("|", [Closed('|')]);
        }

        var symbol = Symbol();
        return Functions.Contains(symbol) && Take('(') ? new Call(symbol, Arguments()) : new Name(symbol);
    }

    private List<Term> Arguments()
    {
        var arguments = new List<Term>();
        do
        {
            arguments.Add(Whole());
        }
        while (Take(','));
        Expect(')');
        return arguments;
    }

    private Term Closed(char end)
    {
        var inside = Whole();
        Expect(end);
        return inside;
    }

    /// <summary>A letter with what belongs to it, or a norm or a product of vectors, which is a name for a number.</summary>
    private string Symbol()
    {
        Skip();
        var from = at;
        if (Now is '‖' or '⟨')
        {
            var end = line.IndexOf(Now == '‖' ? '‖' : '⟩', at + 1);
            at = end < 0 ? throw Words() : end + 1;
        }
        else if (!char.IsLetter(Now) || Superscripts.Contains(Now, StringComparison.Ordinal))
        {
            throw Words();
        }

        while (Continues(Now))
        {
            at++;
        }

        return line[from..at];
    }

    private static bool Continues(char character) =>
        !Superscripts.Contains(character, StringComparison.Ordinal)
        && (char.IsLetterOrDigit(character) || character is '_' or '′' or '∞' or '*' or (>= '₀' and <= '₎') || char.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark);

    private void Skip()
    {
        while (Now == ' ')
        {
            at++;
        }
    }

    private bool Take(char wanted)
    {
        var before = at;
        Skip();
        if (Now != wanted)
        {
            at = before;
            return false;
        }

        at++;
        return true;
    }

    private void Expect(char wanted)
    {
        if (!Take(wanted))
        {
            throw Words();
        }
    }

    private WordsInEquationException Words() => new(line);
}
