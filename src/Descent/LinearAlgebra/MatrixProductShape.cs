namespace Descent.LinearAlgebra;

/// <summary>The sizes of a matrix product and which operands are stored transposed.</summary>
internal readonly record struct MatrixProductShape(int Rows, int Columns, int Inner, bool TransposeLeft, bool TransposeRight);
