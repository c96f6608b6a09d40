namespace Descent.Lanes;

/// <summary>How an expression is built; the order is the binding strength, weakest first.</summary>
internal enum Form
{
    Choice,
    Sum,
    Negative,
    Product,
    Root,
    Square,
    Power,
    Absolute,
    Call,
    Named,
    Leaf,
}

/// <summary>A node of an expression; two uses of one value are one node.</summary>
internal sealed class Expression(Form form, string text, params Expression[] operands)
{
    public Form Form { get; } = form;

    public string Text { get; } = text;

    public IReadOnlyList<Expression> Operands { get; } = operands;

    public override string ToString() => Print(NameItself);

    /// <summary>The name that a node was given, for expressions that stand alone.</summary>
    public static string? NameItself(Expression node) => node.Form == Form.Named ? node.Text : null;

    /// <summary>
    /// Prints the expression; <paramref name="nameOf"/> may give a node the name under which it was printed before. A named node
    /// that it gives no name prints as what it names.
    /// </summary>
    public string Print(Func<Expression, string?> nameOf)
    {
        return Node(this);

        Expression Seen(Expression node)
        {
            while (node.Form == Form.Named && nameOf(node) is null)
            {
                node = node.Operands[0];
            }

            return node;
        }

        string Node(Expression node)
        {
            var seen = Seen(node);
            return nameOf(seen) ?? Structure(seen);
        }

        string Structure(Expression node) => node.Form switch
        {
            Form.Leaf => node.Text,
            Form.Sum => $"{Operand(node, 0, tight: false)} {node.Text} {Operand(node, 1, tight: node.Text == "−")}",
            Form.Product when node.Text == "/" => $"{Operand(node, 0, tight: false)} / {Operand(node, 1, tight: true)}",
            Form.Product => $"{Operand(node, 0, tight: false)}·{Operand(node, 1, tight: false)}",
            Form.Negative => $"−{Operand(node, 0, tight: true)}",
            Form.Root => $"{node.Text}{Operand(node, 0, tight: true)}",
            Form.Square => $"{Operand(node, 0, tight: true)}²",
            Form.Power => $"{Operand(node, 0, tight: true)}^{Exponent(Node(node.Operands[1]))}",
            Form.Choice => $"{Condition(node)} ? {Operand(node, 1, tight: true)} : {Operand(node, 2, tight: true)}",
            Form.Absolute => $"|{Node(node.Operands[0])}|",
            _ => $"{node.Text}({string.Join(", ", node.Operands.Select(Node))})",
        };

        static string Exponent(string printed) => printed.AsSpan().ContainsAny(" ·/") ? $"({printed})" : printed;

        // What is tested against 0, as the comparison it stands for; a constant may be named as a comparison itself.
        string Condition(Expression choice)
        {
            var test = Seen(choice.Operands[0]);
            return nameOf(test) is not null ? $"{Operand(choice, 0, tight: true)} > 0"
                : test.Form == Form.Leaf && test.Text.AsSpan().ContainsAny("<>=≥≤") ? test.Text
                : test.Form == Form.Negative ? $"{Operand(test, 0, tight: true)} < 0"
                : test is { Form: Form.Sum, Text: "−" } ? $"{Operand(test, 0, tight: false)} > {Operand(test, 1, tight: false)}"
                : $"{Operand(choice, 0, tight: true)} > 0";
        }

        string Operand(Expression parent, int index, bool tight)
        {
            var operand = Seen(parent.Operands[index]);
            var name = nameOf(operand);
            var printed = name ?? Structure(operand);
            var (strength, divides) = name is null && operand.Form != Form.Leaf
                ? (operand.Form, operand is { Form: Form.Product, Text: "/" } && index == 0 && parent.Text == "·")
                : Binding(printed);
            return strength < parent.Form || (tight && strength == parent.Form) || (divides && parent.Form == Form.Product)
                ? $"({printed})"
                : printed;
        }
    }

    /// <summary>How strongly the parts of a name hold together, brackets aside, and whether it is a quotient.</summary>
    private static (Form Strength, bool Divides) Binding(string name)
    {
        var (depth, bars, strength, divides) = (0, false, Form.Leaf, false);
        foreach (var character in name)
        {
            switch (character)
            {
                case '(' or '[' or '⟨':
                    depth++;
                    break;
                case ')' or ']' or '⟩':
                    depth--;
                    break;
                case '‖' or '|':
                    bars = !bars;
                    break;
                case ' ' when depth == 0 && !bars:
                    return (Form.Sum, false);
                case '·' or '/' when depth == 0 && !bars:
                    strength = Form.Product;
                    divides |= character == '/';
                    break;
                default:
                    break;
            }
        }

        return (strength, divides);
    }

    /// <summary>Whether <paramref name="wanted"/> occurs, without looking inside nodes that <paramref name="isNamed"/> says are printed by name.</summary>
    public bool Contains(Expression wanted, Func<Expression, bool> isNamed) =>
        ReferenceEquals(this, wanted)
        || Operands.Any(operand => ReferenceEquals(operand, wanted) || (!isNamed(operand) && operand.Contains(wanted, isNamed)));
}
