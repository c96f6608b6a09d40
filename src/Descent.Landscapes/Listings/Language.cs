using System.Text;

namespace Descent.Landscapes.Listings;

/// <summary>How a programming language says what a program does.</summary>
internal abstract class Language
{
    public static IReadOnlyList<Language> All { get; } = [new CSharp(), new Python(), new Julia(), new Rust()];

    /// <summary>The name in addresses.</summary>
    public abstract string Id { get; }

    /// <summary>What begins a comment.</summary>
    protected abstract string Comment { get; }

    /// <summary>What ends a statement.</summary>
    protected abstract string End { get; }

    /// <summary>What ends a block; null where nothing does.</summary>
    protected abstract string? Close { get; }

    /// <summary>How deep the program stands.</summary>
    protected virtual int Depth => 0;

    /// <summary>The program as text, with a line of comment above.</summary>
    public string Write(string about, IEnumerable<Statement> program)
    {
        var body = new StringBuilder();
        Write(body, program, Depth);
        return $"{Comment} {about}\n{Around(body.ToString())}";
    }

    private void Write(StringBuilder text, IEnumerable<Statement> body, int depth)
    {
        foreach (var statement in body)
        {
            switch (statement)
            {
                case Gap:
                    text.Append('\n');
                    break;
                case Note note:
                    Line($"{Comment} {note.Text}");
                    break;
                case Let let:
                    Line($"{New(let)} = {Say(let.Value)}{End}");
                    break;
                case Vector vector:
                    Line($"{New(vector)} = [{string.Join(", ", vector.Values.Select(Entry))}]{End}");
                    break;
                case Set set:
                    Line($"{Say(set.Target)} = {Say(set.Value)}{End}");
                    break;
                case Leave:
                    Line($"break{End}");
                    break;
                case Print print:
                    Line($"{Say(print)}{End}");
                    break;
                case Repeat repeat:
                    Block(Head(repeat), repeat.Body);
                    break;
                case When branch:
                    Block(Head(branch), branch.Body);
                    break;
                default:
                    throw new InvalidOperationException($"There are no words for {statement}.");
            }
        }

        void Block(IEnumerable<string> head, IReadOnlyList<Statement> inside)
        {
            foreach (var line in head)
            {
                Line(line);
            }

            Write(text, inside, depth + 1);
            if (Close is { } end)
            {
                Line(end);
            }
        }

        void Line(string line) => text.Append(' ', 4 * depth).Append(line).Append('\n');
    }

    /// <summary>What a program needs around it.</summary>
    protected abstract string Around(string body);

    protected abstract string New(Let let);

    protected abstract string New(Vector vector);

    protected abstract string[] Head(Repeat repeat);

    protected abstract string[] Head(When branch);

    protected abstract string Say(Print print);

    protected abstract string Raised(Power power);

    protected abstract string Chosen(Choice choice);

    /// <summary>The name of a function that equations use.</summary>
    protected abstract string Function(string function);

    protected abstract string Pi { get; }

    protected virtual string Number(string text) => text;

    /// <summary>The place in a vector, counted from 0 in programs.</summary>
    protected virtual string Place(string index) => index;

    /// <summary>An entry of a new vector, which must be no whole number where those are of another kind.</summary>
    protected virtual string Entry(Term term) => Say(term);

    protected virtual string Named(string symbol) => string.Join('_', Letters.Of(symbol));

    protected string Say(Term term) => Say(term, Strength.Choice);

    /// <summary>The term, in brackets where it holds together less than it must.</summary>
    protected string Say(Term term, Strength least)
    {
        var (text, strength) = term switch
        {
            Literal literal => (Number(literal.Text), Strength.Atom),
            Name { Symbol: "π" } => (Pi, Strength.Atom),
            Name name => (Named(name.Symbol), Strength.Atom),
            Element element => ($"{Named(element.Symbol)}[{Place(element.Index)}]", Strength.Atom),
            Negative negative => ($"-{Say(negative.Value, Strength.Sign)}", Strength.Sign),
            Call call => ($"{Function(call.Function)}({string.Join(", ", call.Arguments.Select(Say))})", Strength.Atom),
            Power power => (Raised(power), Strength.Power),
            Choice choice => (Chosen(choice), Strength.Choice),
            Pair pair => Between(pair),
            _ => throw new InvalidOperationException($"There are no words for {term}."),
        };
        return strength < least ? $"({text})" : text;
    }

    /// <summary>A number that is not taken for a whole one.</summary>
    protected static string Fraction(string text) => text.All(letter => char.IsAsciiDigit(letter) || letter == '-') ? $"{text}.0" : text;

    private (string Text, Strength Strength) Between(Pair pair)
    {
        var (sign, strength) = pair.Sign switch
        {
            '+' => ("+", Strength.Sum),
            '−' => ("-", Strength.Sum),
            '·' => ("*", Strength.Product),
            '/' => ("/", Strength.Product),
            '=' => ("==", Strength.Test),
            '≥' => (">=", Strength.Test),
            '≤' => ("<=", Strength.Test),
            var other => (other.ToString(), Strength.Test),
        };
        return ($"{Say(pair.Left, pair.Compares ? Strength.Sum : strength)} {sign} {Say(pair.Right, pair.Compares ? Strength.Sum : strength + 1)}", strength);
    }

    /// <summary>How strongly the parts of a term hold together, weakest first.</summary>
    protected enum Strength
    {
        Choice,
        Test,
        Sum,
        Product,
        Sign,
        Power,
        Atom,
    }
}
