using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Engine;

/// <summary>A number for each column of each slice, and one for each row, which is multiplied by a number for all; empty where elements stand alone.</summary>
internal readonly record struct Factors<T>(T[] Columns, T[] Rows, T Scale)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Where elements stand alone.</summary>
    public static Factors<T> None { get; } = new([], [], T.One);
}

/// <summary>
/// References to the first elements of a piece: what one loop reads and writes. Rules find the number of an element's column in their
/// first slot, that of its row in the second, and state in the others.
/// </summary>
internal ref struct FactoredRange<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ref T Theta;
    public ref T Gradient;
    public ref T S2;
    public ref T S3;
    public ref T Columns;
    public ref T Rows;
    public ref T Means;

    /// <summary>What the place in <see cref="Rows"/> is masked with: 0 where a row has one number, which is there often enough for a vector.</summary>
    public nuint RowMask;

    /// <summary>The same for <see cref="Means"/>, which the gradient is centralized by.</summary>
    public nuint MeanMask;

    /// <summary>What the gradient is multiplied by.</summary>
    public double Sigma;

    /// <summary>Whether rules see the gradient as it is, in rows that have one number each: loops for that do a third less.</summary>
    public bool IsGiven;

    /// <summary>The range from an element on, of a row that may have others above it.</summary>
    public readonly FactoredRange<T> From(nuint element, nuint column, nuint row) => new()
    {
        Theta = ref Unsafe.Add(ref Theta, element),
        Gradient = ref Unsafe.Add(ref Gradient, element),
        S2 = ref Unsafe.Add(ref S2, element),
        S3 = ref Unsafe.Add(ref S3, element),
        Columns = ref Unsafe.Add(ref Columns, column),
        Rows = ref Unsafe.Add(ref Rows, (row * PieceReader<T>.Copies) + (column & RowMask)),
        Means = ref Unsafe.Add(ref Means, (row * PieceReader<T>.Copies) + (column & MeanMask)),
        RowMask = RowMask,
        MeanMask = MeanMask,
        Sigma = Sigma,
        IsGiven = IsGiven,
    };
}

/// <summary>How a rule sees the gradient and the number of a row.</summary>
internal interface IView
{
    static abstract bool IsGiven { get; }
}

/// <summary>The gradient as it is; a number for the whole row.</summary>
internal readonly struct Given : IView
{
    public static bool IsGiven => true;
}

/// <summary>The gradient scaled and centralized; numbers for each element or the whole row.</summary>
internal readonly struct Changed : IView
{
    public static bool IsGiven => false;
}
