namespace Descent.Nn;

/// <summary>
/// What is done with one run of elements. In dense tensors they lie side by side (step 1) or are one repeated element (step 0);
/// in views that were given as strides they may be any step apart.
/// </summary>
internal interface IRunBody
{
    /// <summary>Handles <paramref name="length"/> elements of the two operands, from the given offsets on.</summary>
    void Run(int first, int firstStep, int second, int secondStep, int length);
}

/// <summary>
/// Walks over two operands of one shape, either of them broadcast, in row-major order. Axes that lie side by side in both
/// are merged first, so that equal shapes are one run and a bias is one run per row.
/// </summary>
internal static class Runs
{
    public static void ForEach<TBody>(
        scoped ReadOnlySpan<int> shape, scoped ReadOnlySpan<int> firstShape, scoped ReadOnlySpan<int> secondShape, ref TBody body)
        where TBody : struct, IRunBody, allows ref struct
    {
        ForEach(shape.ToArray(), Shapes.Strides(firstShape, shape), Shapes.Strides(secondShape, shape), 0, ref body);
    }

    /// <summary>The same for operands given by their strides, the second from an offset on. The arrays are consumed.</summary>
    public static void ForEach<TBody>(int[] sizes, int[] first, int[] second, int secondOffset, ref TBody body)
        where TBody : struct, IRunBody, allows ref struct
    {
        var total = Shapes.Count(sizes);
        if (total == 0)
        {
            return;
        }

        var rank = Merge(sizes, first, second);
        var (length, firstStep, secondStep) = rank == 0 ? (1, 1, 1) : (sizes[rank - 1], first[rank - 1], second[rank - 1]);
        var index = new int[rank];
        var firstOffset = 0;
        for (var done = 0; done < total; done += length)
        {
            body.Run(firstOffset, firstStep, secondOffset, secondStep, length);
            for (var axis = rank - 2; axis >= 0; axis--)
            {
                firstOffset += first[axis];
                secondOffset += second[axis];
                if (++index[axis] < sizes[axis])
                {
                    break;
                }

                firstOffset -= first[axis] * sizes[axis];
                secondOffset -= second[axis] * sizes[axis];
                index[axis] = 0;
            }
        }
    }

    /// <summary>Drops axes of size 1 and joins neighbours that both operands walk evenly; returns how many axes remain.</summary>
    private static int Merge(int[] sizes, int[] first, int[] second)
    {
        var rank = 0;
        for (var axis = 0; axis < sizes.Length; axis++)
        {
            if (sizes[axis] == 1)
            {
                continue;
            }

            if (rank > 0 && first[rank - 1] == first[axis] * sizes[axis] && second[rank - 1] == second[axis] * sizes[axis])
            {
                sizes[rank - 1] *= sizes[axis];
                (first[rank - 1], second[rank - 1]) = (first[axis], second[axis]);
                continue;
            }

            (sizes[rank], first[rank], second[rank]) = (sizes[axis], first[axis], second[axis]);
            rank++;
        }

        return rank;
    }
}
