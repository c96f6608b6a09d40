using System.Numerics;
using System.Numerics.Tensors;
using Descent.LinearAlgebra;

namespace Descent.Nn;

/// <summary>Adds a number of each column to a product's results.</summary>
/// <param name="bias">One for each column.</param>
internal sealed class BiasFinish<T>(ReadOnlyMemory<T> bias) : IProductFinish<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public void Finish(Span<T> values, int item, int row, int column) => TensorPrimitives.Add(values, bias.Span.Slice(column, values.Length), values);
}
