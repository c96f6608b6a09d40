namespace Descent.Lanes;

/// <summary>
/// A lane whose arithmetic builds the expression instead of a number. Running a rule on symbols gives the rule's
/// equation, so what is printed is what runs.
/// </summary>
public readonly struct Symbol : ILane<Symbol>
{
    private readonly Expression? expression;

    private Symbol(Expression expression) => this.expression = expression;

    /// <summary>A variable of the given name.</summary>
    public Symbol(string name)
        : this(new Expression(Form.Leaf, name))
    {
    }

    internal Expression Expression => expression ?? throw new InvalidOperationException("A rule read a state slot that it does not declare.");

    /// <inheritdoc/>
    public static Symbol operator +(Symbol a, Symbol b) => b.Is("0") ? a : a.Is("0") ? b : Make(Form.Sum, "+", a, b);

    /// <inheritdoc/>
    public static Symbol operator -(Symbol a, Symbol b) => b.Is("0") ? a : Make(Form.Sum, "−", a, b);

    /// <inheritdoc/>
    public static Symbol operator *(Symbol a, Symbol b) =>
        b.Is("1") || a.Is("0") ? a
        : a.Is("1") || b.Is("0") ? b
        : ReferenceEquals(a.Expression, b.Expression) ? Make(Form.Square, "²", a)
        : Make(Form.Product, "·", a, b);

    /// <inheritdoc/>
    public static Symbol operator /(Symbol a, Symbol b) => Make(Form.Product, "/", a, b);

    /// <inheritdoc/>
    public static Symbol operator -(Symbol a) => Make(Form.Negative, "−", a);

    /// <inheritdoc/>
    public static implicit operator Symbol(in Constant constant) => new(constant.Name);

    /// <inheritdoc/>
    public static Symbol Sqrt(Symbol a) => Make(Form.Root, "√", a);

    /// <inheritdoc/>
    public static Symbol Abs(Symbol a) => Make(Form.Absolute, "|", a);

    /// <inheritdoc/>
    public static Symbol Min(Symbol a, Symbol b) => Make(Form.Call, "min", a, b);

    /// <inheritdoc/>
    public static Symbol Max(Symbol a, Symbol b) => Make(Form.Call, "max", a, b);

    /// <inheritdoc/>
    public static Symbol Sign(Symbol a) => Make(Form.Call, "sign", a);

    /// <inheritdoc/>
    public static Symbol Select(Symbol test, Symbol positive, Symbol otherwise) => Make(Form.Choice, "?", test, positive, otherwise);

    /// <inheritdoc/>
    public static Symbol Exp(Symbol a) => Make(Form.Call, "exp", a);

    /// <inheritdoc/>
    public static Symbol CubeRoot(Symbol a) => Make(Form.Root, "∛", a);

    /// <inheritdoc/>
    public static Symbol Power(Symbol a, in Constant exponent) => Make(Form.Power, "^", a, exponent);

    /// <inheritdoc/>
    public static Symbol Named(string name, Symbol value) => Make(Form.Named, name, value);

    /// <inheritdoc/>
    public override string ToString() => Expression.ToString();

    private bool Is(string number) => Expression.Form == Form.Leaf && Expression.Text == number;

    private static Symbol Make(Form form, string text, params ReadOnlySpan<Symbol> operands)
    {
        var children = new Expression[operands.Length];
        for (var i = 0; i < operands.Length; i++)
        {
            children[i] = operands[i].Expression;
        }

        return new(new Expression(form, text, children));
    }
}
