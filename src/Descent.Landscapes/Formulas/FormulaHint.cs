namespace Descent.Landscapes.Formulas;

/// <summary>A place where a formula is not smooth or not defined everywhere.</summary>
/// <param name="Column">Where, from 1.</param>
/// <param name="Sentence">What to know.</param>
public sealed record FormulaHint(int Column, string Sentence)
{
    internal static IReadOnlyList<FormulaHint> Of(Node node)
    {
        var hints = new List<FormulaHint>();
        Add(node, hints);
        hints.Sort((a, b) => a.Column - b.Column);
        return hints;
    }

    private static void Add(Node node, List<FormulaHint> hints)
    {
        if (!node.IsConstant)
        {
            var part = Text.Shown.Brief(FormulaPrinter.Print(node));
            var sentence = node.Operation switch
            {
                Operation.Abs => $"{part} has a kink where its argument is 0; the slope there is taken to be 0.",
                Operation.Min or Operation.Max => $"{part} has a kink where its arguments are equal; the slope there is that of the first.",
                Operation.Sqrt => $"{part} is defined where its argument is at least 0, and infinitely steep at 0.",
                Operation.Log => $"{part} is defined where its argument is above 0.",
                Operation.Tan => $"{part} jumps from ∞ to −∞ where the cosine of its argument is 0.",
                Operation.Divide when !node.Right!.IsConstant => $"{part} is not defined where the divisor is 0.",
                Operation.Power when !node.Right!.IsConstant => $"{part} is defined where the base is above 0.",
                Operation.Power when FormulaProgram.Of(node.Right!).Of<Numbers.Real>(0, 0).Value is var exponent && (exponent < 0 || exponent != Math.Floor(exponent)) =>
                    exponent < 0 ? $"{part} is not defined where the base is 0." : $"{part} is defined where the base is at least 0.",
                _ => null,
            };
            if (sentence is not null)
            {
                hints.Add(new FormulaHint(node.Column, sentence));
            }
        }

        foreach (var operand in new[] { node.Left, node.Right })
        {
            if (operand is not null)
            {
                Add(operand, hints);
            }
        }
    }
}
