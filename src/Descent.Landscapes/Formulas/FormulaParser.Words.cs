using System.Globalization;
using Descent.Text;

namespace Descent.Landscapes.Formulas;

/// <content>How numbers, names and signs are read.</content>
internal sealed partial class FormulaParser
{
    private Node Number()
    {
        var start = position;
        Digits();
        if (Take('.'))
        {
            Digits();
        }

        // 2e3 is a number, but 2e is two times e.
        var beforeExponent = position;
        if (Take('e') || Take('E'))
        {
            _ = Take('+') || Take('-');
            var digits = position;
            Digits();
            position = position == digits ? beforeExponent : position;
        }

        return double.TryParse(text.AsSpan(start, position - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? Node.Number(value, start + 1)
            : throw new FormulaException(start + 1, $"'{Shown.Brief(text[start..position])}' is not a finite number");
    }

    private Node Named()
    {
        var start = position;
        while (char.IsAsciiLetterOrDigit(Current) || Current == '_')
        {
            position++;
        }

        var (name, column) = (text[start..position], start + 1);
        if (Functions.TryGetValue(name, out var function))
        {
            return Call(name, function.Operation, function.Arguments, column);
        }

        return name switch
        {
            "x" => new Node(Operation.X, column),
            "y" => new Node(Operation.Y, column),
            _ when constants.TryGetValue(name, out var value) => new Node(Operation.Constant, column, Value: value, Name: name),
            "pi" => new Node(Operation.Constant, column, Value: Math.PI, Name: name),
            "e" => new Node(Operation.Constant, column, Value: Math.E, Name: name),
            _ => throw new FormulaException(column, Unknown(name)),
        };
    }

    private Node Call(string name, Operation operation, int arguments, int column)
    {
        Skip();
        var open = position + 1;
        if (!Take('('))
        {
            throw Mistake($"'(' was expected after {name}");
        }

        var first = Sum();
        Node? second = null;
        if (arguments == 2)
        {
            Skip();
            second = Take(',') ? Sum() : throw Mistake($"{name} takes two arguments, as in {name}(x, 2)");
        }

        Skip();
        if (Current == ',')
        {
            throw Mistake($"{name} takes {(arguments == 1 ? "one argument" : "two arguments")}");
        }

        Close(open);
        return new Node(operation, column, first, second);
    }

    private string Unknown(string name)
    {
        var known = constants.Keys.Concat(["x", "y", "pi", "e"]).ToArray();
        return name.All(letter => known.Contains(letter.ToString(), StringComparer.Ordinal))
            ? $"there is no '{Shown.Brief(name)}'; write a space or * between names, as in {Shown.Brief(string.Join(' ', name.AsEnumerable()))}"
            : $"there is no '{Shown.Brief(name)}'; the names are {string.Join(", ", known.Distinct(StringComparer.Ordinal))}, and the functions {string.Join(", ", Functions.Keys)}";
    }

    private void Close(int open)
    {
        Skip();
        if (!Take(')'))
        {
            throw position == text.Length
                ? new FormulaException(open, "this '(' is not closed")
                : Mistake($"')' was expected, but there is '{Current}'");
        }
    }

    private void Digits()
    {
        while (char.IsAsciiDigit(Current))
        {
            position++;
        }
    }

    private void Enter()
    {
        if (++level > MostLevels)
        {
            throw Mistake($"it is nested more than {MostLevels} levels deep");
        }
    }

    private void Skip()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }
    }

    private bool Take(char wanted)
    {
        if (Current != wanted || position == text.Length)
        {
            return false;
        }

        position++;
        return true;
    }

    private FormulaException Mistake(string what) => new(position + 1, char.IsControl(Current) && position < text.Length ? what.Replace(Current, '?') : what);
}
