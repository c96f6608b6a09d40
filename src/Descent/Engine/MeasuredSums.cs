namespace Descent.Engine;

/// <summary>The sums of one parameter: per leaf, per row, and over the tensor; added up in one fixed order.</summary>
internal sealed class MeasuredSums(int rows, int rowLength, int stride)
{
    private readonly double[] perRow = new double[rows * stride];
    private readonly int leavesPerRow = LeavesOf(rowLength);

    public int Rows { get; } = rows;

    public int RowLength { get; } = rowLength;

    public double[] Partial { get; } = new double[rows * LeavesOf(rowLength) * stride];

    public double[] Tensor { get; } = new double[stride];

    public double LargestOverRows { get; private set; }

    public static int LeavesOf(int length) => Math.Max(1, (length + MeasureLoop.Leaf - 1) / MeasureLoop.Leaf);

    public Span<double> OfRow(int row) => perRow.AsSpan(row * stride, stride);

    public void TakeLargest(NumberOfRow ofRow, int terms)
    {
        LargestOverRows = double.NegativeInfinity;
        for (var row = 0; row < Rows; row++)
        {
            LargestOverRows = Math.Max(LargestOverRows, ofRow(OfRow(row)[..terms]));
        }
    }

    public void AddUp(int first, int count)
    {
        for (var term = first; term < first + count; term++)
        {
            var tensor = 0.0;
            for (var row = 0; row < Rows; row++)
            {
                var sum = 0.0;
                for (var leaf = row * leavesPerRow; leaf < (row + 1) * leavesPerRow; leaf++)
                {
                    sum += Partial[(leaf * stride) + term];
                }

                perRow[(row * stride) + term] = sum;
                tensor += sum;
            }

            Tensor[term] = tensor;
        }
    }
}

/// <summary>The sums and scalars of the parameters that one method moves together.</summary>
internal sealed class GroupState(IReadOnlyList<StateSlot> scalars)
{
    public List<BoundParameter> Members { get; } = [];

    public IReadOnlyList<StateSlot> Names { get; } = scalars;

    public double[] Scalars { get; } = [.. scalars.Select(slot => slot.Initial)];

    public double[] Sums { get; } = new double[4];

    /// <summary>How many elements have a gradient in this step.</summary>
    public long Length { get; private set; }

    public Optimizers.StepPoint At { get; private set; }

    public void AddUp(int terms)
    {
        Array.Clear(Sums);
        Length = 0;
        At = default;
        foreach (var member in Members)
        {
            if (member.Parameter.HasGradient)
            {
                Length += member.Parameter.Length;
                At = member.At.Step > At.Step ? member.At : At;
                for (var term = 0; term < terms; term++)
                {
                    Sums[term] += member.Sums!.Tensor[term];
                }
            }
        }
    }
}
