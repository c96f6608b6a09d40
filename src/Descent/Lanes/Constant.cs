namespace Descent.Lanes;

/// <summary>
/// A number that a rule uses for all elements: its name in the paper, and its value in both precisions, converted once
/// before the loop (a conversion inside it was measured to cost a factor of three).
/// </summary>
/// <param name="name">As the equation prints it, e.g. <c>β₁</c> or <c>1 − β₁</c>.</param>
/// <param name="value">Any value; <see cref="AsSingle"/> is it rounded to nearest.</param>
public readonly struct Constant(string name, double value)
{
    /// <summary>1, which prints as nothing where it is a factor.</summary>
    public static Constant One { get; } = new("1", 1);

    /// <summary>0, which prints as nothing where it is added.</summary>
    public static Constant Zero { get; } = new("0", 0);

    /// <summary>The value as <see cref="double"/>.</summary>
    public double AsDouble { get; } = value;

    /// <summary>The value as <see cref="float"/>.</summary>
    public float AsSingle { get; } = (float)value;

    /// <summary>The name as the equation prints it.</summary>
    public string Name { get; } = name;

    /// <summary>An option that is added, which prints as nothing where it is 0.</summary>
    /// <param name="name">As the equation prints it.</param>
    /// <param name="value">Any value.</param>
    public static Constant Addend(string name, double value) => value == 0 ? Zero : new(name, value);
}
