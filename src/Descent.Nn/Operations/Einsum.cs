using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The sum of products that an equation names, such as <c>bhqd,bhkd-&gt;bhqk</c>: a letter for every axis of every operand, and
    /// those of the result after the arrow; letters that the result does not have are summed over.
    /// </summary>
    /// <param name="equation">Letters, commas and an arrow; every operand and the result have a letter once at most.</param>
    /// <param name="operands">One for each group of letters.</param>
    /// <exception cref="DescentException">The equation cannot be read, or does not fit the shapes.</exception>
    public static Tensor<T> Einsum(string equation, params ReadOnlySpan<Tensor<T>> operands)
    {
        ArgumentNullException.ThrowIfNull(equation);
        var sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->");
        var groups = sides[0].Split(',');
        var sizes = new Dictionary<char, int>();
        var fits = sides.Length == 2 && groups.Length == operands.Length && IsGroup(sides[1]);
        for (var i = 0; fits && i < groups.Length; i++)
        {
            fits = IsGroup(groups[i]) && groups[i].Length == operands[i].Rank;
            for (var axis = 0; fits && axis < groups[i].Length; axis++)
            {
                fits = sizes.TryAdd(groups[i][axis], operands[i].shape[axis]) || sizes[groups[i][axis]] == operands[i].shape[axis];
            }
        }

        if (!fits || !sides[1].All(sizes.ContainsKey))
        {
            throw new DescentException(
                $"Einsum needs an equation such as 'ij,jk->ik' whose letters have one size each, but it was '{equation}' for shapes {string.Join(" and ", operands.ToArray().Select(operand => Shapes.Describe(operand.shape)))}.");
        }

        var (letters, result) = (groups[0], operands[0]);
        for (var i = 1; i < groups.Length; i++)
        {
            // A letter lives on when a later operand or the result has it.
            var later = string.Concat(groups[(i + 1)..]) + sides[1];
            (letters, result) = Contract(letters, result, groups[i], operands[i], later);
        }

        (letters, result) = SumAway(letters, result, sides[1].Contains);
        return result.Permute([.. sides[1].Select(letter => letters.IndexOf(letter, StringComparison.Ordinal))]);

        static bool IsGroup(string group) => group.All(char.IsAsciiLetter) && group.Distinct().Count() == group.Length;
    }

    /// <summary>Two operands as a batch of matrices: [both and kept, left only, summed]·[both and kept, summed, right only].</summary>
    private static (string Letters, Tensor<T> Result) Contract(string leftLetters, Tensor<T> left, string rightLetters, Tensor<T> right, string later)
    {
        (leftLetters, left) = SumAway(leftLetters, left, letter => later.Contains(letter) || rightLetters.Contains(letter));
        (rightLetters, right) = SumAway(rightLetters, right, letter => later.Contains(letter) || leftLetters.Contains(letter));
        var both = leftLetters.Where(rightLetters.Contains).ToArray();
        var batch = string.Concat(both.Where(later.Contains));
        var summed = string.Concat(both.Where(letter => !later.Contains(letter)));
        var rows = string.Concat(leftLetters.Except(both));
        var columns = string.Concat(rightLetters.Except(both));
        var (a, b) = (Order(left, leftLetters, batch, rows, summed), Order(right, rightLetters, batch, summed, columns));
        var letters = batch + rows + columns;
        int[] sizes = [.. letters.Select(letter => leftLetters.Contains(letter) ? left.shape[leftLetters.IndexOf(letter, StringComparison.Ordinal)] : right.shape[rightLetters.IndexOf(letter, StringComparison.Ordinal)])];
        return (letters, a.MatrixMultiply(b).Reshape(sizes));
    }

    private static Tensor<T> Order(Tensor<T> tensor, string letters, params ReadOnlySpan<string> groups)
    {
        var axes = new List<int>();
        var sizes = new List<int>();
        foreach (var group in groups)
        {
            int[] own = [.. group.Select(letter => letters.IndexOf(letter, StringComparison.Ordinal))];
            axes.AddRange(own);
            sizes.Add(own.Aggregate(1, (size, axis) => size * tensor.shape[axis]));
        }

        return tensor.Permute(axes.ToArray()).Reshape(sizes.ToArray());
    }

    private static (string Letters, Tensor<T> Result) SumAway(string letters, Tensor<T> tensor, Func<char, bool> isKept)
    {
        int[] axes = [.. Enumerable.Range(0, letters.Length).Where(axis => !isKept(letters[axis]))];
        return axes.Length == 0 ? (letters, tensor) : (string.Concat(letters.Where(isKept)), tensor.Sum(axes));
    }
}
