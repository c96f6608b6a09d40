using Descent.Landscapes.Numbers;

namespace Descent.Landscapes.Formulas;

/// <summary>A function of x, or of x and y, that a person wrote: parsed, never executed as script, with exact derivatives.</summary>
public sealed class Formula
{
    private readonly Node root;

    private Formula(Node root)
    {
        this.root = root;
        Dimension = root.Uses(Operation.Y) ? 2 : 1;
        Objective = new FunctionObjective<FormulaProgram>(FormulaProgram.Of(root), Dimension);
    }

    /// <summary>How many variables: 2 where y occurs, else 1.</summary>
    public int Dimension { get; }

    /// <summary>The function with its derivatives.</summary>
    public Objective Objective { get; }

    /// <summary>Reads a formula.</summary>
    /// <param name="text">
    /// Numbers, x, y, constants, <c>pi</c> and <c>e</c>; <c>+ - * / ^</c>, parentheses, multiplication also by standing side by side; sin, cos, tan, exp, log, sqrt, abs,
    /// tanh, pow, min, max. At most 1000 characters and 64 levels.
    /// </param>
    /// <param name="constants">Values by name; none when not given.</param>
    /// <exception cref="FormulaException">It is not understood, or a part of it has no finite value; the message points at the column.</exception>
    public static Formula Parse(string text, IReadOnlyDictionary<string, double>? constants = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var whole = FormulaParser.Parse(text, constants ?? new Dictionary<string, double>());
        RefuseUndefined(whole);
        return new Formula(whole);
    }

    /// <summary>The formula with numbers folded and neutral parts left out.</summary>
    public override string ToString() => FormulaPrinter.Print(FormulaSimplifier.Simplify(root));

    /// <summary>Where the formula has kinks or is not defined everywhere; empty when it is smooth.</summary>
    public IReadOnlyList<FormulaHint> Hints => FormulaHint.Of(root);

    private static void RefuseUndefined(Node node)
    {
        if (node.Left is not null)
        {
            RefuseUndefined(node.Left);
        }

        if (node.Right is not null)
        {
            RefuseUndefined(node.Right);
        }

        if (node.IsConstant && FormulaProgram.Of(node).Of<Real>(0, 0).Value is var value && !double.IsFinite(value))
        {
            throw new FormulaException(node.Column, $"'{Text.Shown.Brief(FormulaPrinter.Print(node))}' has no finite value");
        }
    }
}
