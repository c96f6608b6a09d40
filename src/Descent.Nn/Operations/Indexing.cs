using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The slices along an axis that are named, in that order and as often.</summary>
    /// <param name="axis">From −rank to rank − 1.</param>
    /// <param name="indices">Each from 0 to the axis's size − 1.</param>
    /// <exception cref="DescentException">The axis or a slice does not exist.</exception>
    public Tensor<T> IndexSelect(int axis, ReadOnlySpan<int> indices)
    {
        var position = Shapes.Axis("IndexSelect", axis, Rank);
        var (outer, size, inner) = Shapes.Around(shape, position);
        CheckIndices("IndexSelect", indices, size);
        var map = new int[outer * indices.Length];
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = (i / indices.Length * size) + indices[i % indices.Length];
        }

        return TakeOperation<T>.Apply(this, map, inner, Shapes.With(shape, position, indices.Length), "IndexSelect");
    }

    /// <summary>The element at every place of an index, with that place's coordinate along the axis replaced by what stands there.</summary>
    /// <param name="axis">From −rank to rank − 1.</param>
    /// <param name="index">Each from 0 to the axis's size − 1; row-major.</param>
    /// <param name="indexShape">The shape of the index and of the result: the rank of this tensor, and no larger along other axes.</param>
    /// <exception cref="DescentException">The axis or an element does not exist, or the shape does not fit.</exception>
    public Tensor<T> Gather(int axis, ReadOnlySpan<int> index, ReadOnlySpan<int> indexShape) =>
        TakeOperation<T>.Apply(this, Scatter("Gather", axis, index, indexShape), 1, indexShape.ToArray(), "Gather");

    /// <summary>This tensor with every element of a source added at its place, with the coordinate along the axis replaced by the index's.</summary>
    /// <param name="axis">From −rank to rank − 1.</param>
    /// <param name="index">Each from 0 to the axis's size − 1; row-major, of the source's shape.</param>
    /// <param name="source">What is added: the rank of this tensor, and no larger along other axes.</param>
    /// <exception cref="DescentException">The axis or an element does not exist, or the shape does not fit.</exception>
    public Tensor<T> ScatterAdd(int axis, ReadOnlySpan<int> index, Tensor<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return this + PutOperation<T>.Apply(source, Scatter("ScatterAdd", axis, index, source.shape), 1, shape, "ScatterAdd");
    }

    /// <summary>The rows of this table that are named: what an embedding layer computes.</summary>
    /// <param name="indices">Rows, each from 0 to the number of rows − 1; row-major.</param>
    /// <param name="indexShape">Their shape; the result's is this and the size of a row.</param>
    /// <param name="paddingIndex">A row that gets no gradient; none when null.</param>
    /// <exception cref="DescentException">The table is no matrix, a row does not exist, or the shape does not fit.</exception>
    public Tensor<T> Embedding(ReadOnlySpan<int> indices, ReadOnlySpan<int> indexShape, int? paddingIndex = null)
    {
        if (Rank != 2 || Shapes.Count(indexShape) != indices.Length)
        {
            throw new DescentException(
                $"Embedding needs a table of shape [rows, size] and as many indices as their shape says, but the table's shape is {Shapes.Describe(shape)} and there are {indices.Length} indices for shape {Shapes.Describe(indexShape)}.");
        }

        CheckIndices("Embedding", indices, shape[0]);
        int[] result = [.. indexShape, shape[1]];
        if (paddingIndex is not { } padding || !indices.Contains(padding))
        {
            return TakeOperation<T>.Apply(this, indices.ToArray(), shape[1], result, "Embedding");
        }

        var (trained, constant) = (indices.ToArray(), indices.ToArray());
        for (var i = 0; i < trained.Length; i++)
        {
            (trained[i], constant[i]) = trained[i] == padding ? (-1, padding) : (trained[i], -1);
        }

        return TakeOperation<T>.Apply(this, trained, shape[1], result, "Embedding") + TakeOperation<T>.Apply(Detach(), constant, shape[1], result, "Embedding");
    }

    private static void CheckIndices(string operation, ReadOnlySpan<int> indices, int size)
    {
        for (var i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)size)
            {
                throw new DescentException($"{operation} needs indices from 0 to {size - 1}, but index {i} is {indices[i]}.");
            }
        }
    }

    /// <summary>Where in this tensor each place of an index points.</summary>
    private int[] Scatter(string operation, int axis, ReadOnlySpan<int> index, ReadOnlySpan<int> indexShape)
    {
        var position = Shapes.Axis(operation, axis, Rank);
        var fits = indexShape.Length == Rank && Shapes.Count(indexShape) == index.Length;
        for (var i = 0; fits && i < Rank; i++)
        {
            fits = i == position || indexShape[i] <= shape[i];
        }

        if (!fits)
        {
            throw new DescentException(
                $"{operation} needs an index of the tensor's rank that is no larger along other axes than {axis}, but the shapes were {Shapes.Describe(shape)} and {Shapes.Describe(indexShape)} with {index.Length} elements.");
        }

        CheckIndices(operation, index, shape[position]);
        var strides = Shapes.DenseStrides(shape);
        var place = new int[Rank];
        var map = new int[index.Length];
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = index[i] * strides[position];
            for (var other = 0; other < Rank; other++)
            {
                map[i] += other == position ? 0 : place[other] * strides[other];
            }

            for (var last = Rank - 1; last >= 0 && ++place[last] == indexShape[last]; last--)
            {
                place[last] = 0;
            }
        }

        return map;
    }
}
