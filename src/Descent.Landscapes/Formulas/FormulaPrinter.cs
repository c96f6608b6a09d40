namespace Descent.Landscapes.Formulas;

/// <summary>Writes a formula so that it is read back as the same one.</summary>
internal static class FormulaPrinter
{
    private const int SumLevel = 0;
    private const int ProductLevel = 1;
    private const int SignLevel = 2;
    private const int PowerLevel = 3;
    private const int AtomLevel = 4;

    public static string Print(Node node) => node.Operation switch
    {
        Operation.Number => Words.Number(node.Value),
        Operation.X => "x",
        Operation.Y => "y",
        Operation.Constant => node.Name!,
        Operation.Add => $"{Within(node.Left!, SumLevel)} + {Within(node.Right!, ProductLevel)}",
        Operation.Subtract => $"{Within(node.Left!, SumLevel)} - {Within(node.Right!, ProductLevel)}",
        Operation.Multiply => $"{Within(node.Left!, ProductLevel)}*{Within(node.Right!, SignLevel)}",
        Operation.Divide => $"{Within(node.Left!, ProductLevel)}/{Within(node.Right!, SignLevel)}",
        Operation.Negate => $"-{Within(node.Left!, SignLevel)}",
        Operation.Power => $"{Within(node.Left!, AtomLevel)}^{Within(node.Right!, SignLevel)}",
        _ => $"{node.Operation.ToString().ToLowerInvariant()}({Print(node.Left!)}{(node.Right is null ? "" : $", {Print(node.Right)}")})",
    };

    private static string Within(Node node, int level) => LevelOf(node) < level ? $"({Print(node)})" : Print(node);

    private static int LevelOf(Node node) => node.Operation switch
    {
        Operation.Add or Operation.Subtract => SumLevel,
        Operation.Multiply or Operation.Divide => ProductLevel,
        Operation.Negate => SignLevel,
        Operation.Number when double.IsNegative(node.Value) => SignLevel,
        Operation.Power => PowerLevel,
        _ => AtomLevel,
    };
}
