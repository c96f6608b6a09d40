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

    public override string ToString() => Print(_ => null);

    /// <summary>Prints the expression; <paramref name="nameOf"/> may give a node the name under which it was printed before.</summary>
    public string Print(Func<Expression, string?> nameOf)
    {
        return Node(this);

        string Node(Expression node) => nameOf(node) ?? Structure(node);

        string Structure(Expression node) => node.Form switch
        {
            Form.Leaf => node.Text,
            Form.Named => node.Text,
            Form.Sum => $"{Operand(node, 0, tight: false)} {node.Text} {Operand(node, 1, tight: node.Text == "−")}",
            Form.Product when node.Text == "/" => $"{Operand(node, 0, tight: false)} / {Operand(node, 1, tight: true)}",
            Form.Product => $"{Operand(node, 0, tight: false)}·{Operand(node, 1, tight: false)}",
            Form.Negative => $"−{Operand(node, 0, tight: true)}",
            Form.Root => $"{node.Text}{Operand(node, 0, tight: true)}",
            Form.Square => $"{Operand(node, 0, tight: true)}²",
            Form.Power => $"{Operand(node, 0, tight: true)}^{Exponent(Node(node.Operands[1]))}",
            Form.Choice => $"{Operand(node, 0, tight: true)} > 0 ? {Operand(node, 1, tight: true)} : {Operand(node, 2, tight: true)}",
            Form.Absolute => $"|{Node(node.Operands[0])}|",
            _ => $"{node.Text}({string.Join(", ", node.Operands.Select(Node))})",
        };

        static string Exponent(string printed) => printed.AsSpan().ContainsAny(" ·/") ? $"({printed})" : printed;

        string Operand(Expression parent, int index, bool tight)
        {
            var operand = parent.Operands[index];
            var name = nameOf(operand);
            var printed = name ?? Structure(operand);
            var strength = name is not null ? Form.Leaf : operand.Form;
            if (strength == Form.Leaf && printed.Contains(' ') && printed[0] != '(')
            {
                strength = Form.Sum;
            }

            return strength < parent.Form || (tight && strength == parent.Form) ? $"({printed})" : printed;
        }
    }

    /// <summary>Whether <paramref name="wanted"/> occurs, without looking inside nodes that <paramref name="isNamed"/> says are printed by name.</summary>
    public bool Contains(Expression wanted, Func<Expression, bool> isNamed) =>
        ReferenceEquals(this, wanted)
        || Operands.Any(operand => ReferenceEquals(operand, wanted) || (!isNamed(operand) && operand.Contains(wanted, isNamed)));
}
