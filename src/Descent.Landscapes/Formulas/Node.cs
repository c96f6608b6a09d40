namespace Descent.Landscapes.Formulas;

/// <summary>What a node of a formula is; also what the program of a formula does.</summary>
internal enum Operation : byte
{
    Number,
    X,
    Y,
    Constant,
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Power,
    Sin,
    Cos,
    Tan,
    Exp,
    Log,
    Sqrt,
    Abs,
    Tanh,
    Min,
    Max,
}

/// <summary>A part of a formula.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Column">Where it stands, from 1.</param>
/// <param name="Left">The first operand, or the only one.</param>
/// <param name="Right">The second operand.</param>
/// <param name="Value">Of numbers and constants.</param>
/// <param name="Name">Of constants.</param>
internal sealed record Node(Operation Operation, int Column, Node? Left = null, Node? Right = null, double Value = 0, string? Name = null)
{
    /// <summary>Whether it depends on neither x nor y.</summary>
    public bool IsConstant { get; } = Operation is not (Operation.X or Operation.Y) && Left is not { IsConstant: false } && Right is not { IsConstant: false };

    public bool Uses(Operation variable) => Operation == variable || Left?.Uses(variable) == true || Right?.Uses(variable) == true;

    public static Node Number(double value, int column) => new(Operation.Number, column, Value: value);
}
