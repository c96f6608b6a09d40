using Descent.Landscapes.Numbers;
using Descent.Landscapes.Surfaces;

namespace Descent.Landscapes.Formulas;

/// <summary>A formula as a list of operations on a stack, so that evaluating it neither recurses nor allocates.</summary>
internal readonly struct FormulaProgram : IFunction
{
    private readonly (Operation Operation, double Value)[] steps;
    private readonly int depth;

    private FormulaProgram((Operation, double)[] steps, int depth) => (this.steps, this.depth) = (steps, depth);

    public static FormulaProgram Of(Node root)
    {
        var operations = new List<(Operation, double)>();
        var height = Append(root, operations);
        return new FormulaProgram([.. operations], height);
    }

    public T Of<T>(T x, T y)
        where T : unmanaged, IScalar<T>
    {
        Span<T> stack = stackalloc T[depth];
        var top = -1;
        foreach (var (operation, value) in steps)
        {
            switch (operation)
            {
                case Operation.Number or Operation.Constant:
                    stack[++top] = value;
                    break;
                case Operation.X:
                    stack[++top] = x;
                    break;
                case Operation.Y:
                    stack[++top] = y;
                    break;
                case Operation.Add or Operation.Subtract or Operation.Multiply or Operation.Divide or Operation.Power or Operation.Min or Operation.Max:
                    top--;
                    stack[top] = Binary(operation, stack[top], stack[top + 1], value);
                    break;
                default:
                    stack[top] = Unary(operation, stack[top]);
                    break;
            }
        }

        return stack[0];
    }

    /// <summary>Appends the operations of a node; returns how high the stack grows.</summary>
    private static int Append(Node node, List<(Operation, double)> operations)
    {
        var left = node.Left is null ? 0 : Append(node.Left, operations);
        var right = node.Right is null ? 0 : 1 + Append(node.Right, operations);

        // A power with a constant exponent is told so: it is defined for negative bases too.
        var value = node is { Operation: Operation.Power, Right.IsConstant: true }
            ? Of(node.Right!).Of<Real>(0, 0).Value
            : node.Operation == Operation.Power ? double.NaN : node.Value;
        operations.Add((node.Operation, value));
        return Math.Max(1, Math.Max(left, right));
    }

    private static T Binary<T>(Operation operation, T a, T b, double constantExponent)
        where T : unmanaged, IScalar<T> => operation switch
        {
            Operation.Add => a + b,
            Operation.Subtract => a - b,
            Operation.Multiply => a * b,
            Operation.Divide => a / b,
            Operation.Min => Scalar.Min(a, b),
            Operation.Max => Scalar.Max(a, b),
            _ => double.IsNaN(constantExponent) ? Scalar.Power(a, b) : Scalar.Power(a, constantExponent),
        };

    private static T Unary<T>(Operation operation, T a)
        where T : unmanaged, IScalar<T> => operation switch
        {
            Operation.Negate => -a,
            Operation.Sin => Scalar.Sin(a),
            Operation.Cos => Scalar.Cos(a),
            Operation.Tan => Scalar.Tan(a),
            Operation.Exp => Scalar.Exp(a),
            Operation.Log => Scalar.Log(a),
            Operation.Sqrt => Scalar.Sqrt(a),
            Operation.Abs => Scalar.Abs(a),
            _ => Scalar.Tanh(a),
        };
}
