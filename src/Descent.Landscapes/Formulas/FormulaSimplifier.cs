using Descent.Landscapes.Numbers;

namespace Descent.Landscapes.Formulas;

/// <summary>Makes a formula shorter to read: numbers are folded, and 0 and 1 are left out where they do nothing.</summary>
internal static class FormulaSimplifier
{
    public static Node Simplify(Node node) => Combine(node with
    {
        Left = node.Left is null ? null : Simplify(node.Left),
        Right = node.Right is null ? null : Simplify(node.Right),
    });

    /// <summary>Simplifies a node whose operands are simple.</summary>
    private static Node Combine(Node node)
    {
        var (left, right) = (node.Left, node.Right);

        // Names of constants stay readable; only plain numbers are folded.
        if (left is { Operation: Operation.Number } && right is null or { Operation: Operation.Number })
        {
            var value = FormulaProgram.Of(node).Of<Real>(0, 0).Value;
            return double.IsFinite(value) ? Node.Number(value, node.Column) : node;
        }

        return (node.Operation, left, right) switch
        {
            (Operation.Add, _, _) when IsNumber(left, 0) => right!,
            (Operation.Add or Operation.Subtract, _, _) when IsNumber(right, 0) => left!,
            (Operation.Subtract, _, _) when IsNumber(left, 0) => Combine(new Node(Operation.Negate, node.Column, right)),
            (Operation.Add, _, { Operation: Operation.Negate }) => new Node(Operation.Subtract, node.Column, left, right.Left),
            (Operation.Subtract, _, { Operation: Operation.Negate }) => new Node(Operation.Add, node.Column, left, right.Left),
            (Operation.Multiply, _, _) when IsNumber(left, 0) || IsNumber(right, 0) => Node.Number(0, node.Column),
            (Operation.Multiply, _, _) when IsNumber(left, 1) => right!,
            (Operation.Multiply, _, _) when IsNumber(right, 1) => left!,
            (Operation.Multiply, { Operation: Operation.Number }, { Operation: Operation.Multiply, Left: { Operation: Operation.Number } inner }) =>
                Combine(new Node(Operation.Multiply, node.Column, Node.Number(left.Value * inner.Value, node.Column), right.Right)),
            (Operation.Multiply, { Operation: not Operation.Number }, { Operation: Operation.Number }) => Combine(new Node(Operation.Multiply, node.Column, right, left)),
            (Operation.Divide, _, _) when IsNumber(right, 1) => left!,
            (Operation.Divide, _, _) when IsNumber(left, 0) => Node.Number(0, node.Column),
            (Operation.Power, _, _) when IsNumber(right, 1) => left!,
            (Operation.Power, _, _) when IsNumber(right, 0) => Node.Number(1, node.Column),
            (Operation.Negate, { Operation: Operation.Negate }, _) => left.Left!,
            _ => node,
        };
    }

    private static bool IsNumber(Node? node, double value) => node is { Operation: Operation.Number } && node.Value == value;
}
