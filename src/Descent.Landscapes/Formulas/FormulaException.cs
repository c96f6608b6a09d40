namespace Descent.Landscapes.Formulas;

/// <summary>A mistake in a formula: one sentence, and the column that it points at.</summary>
/// <param name="column">Where, from 1.</param>
/// <param name="what">What is wrong there, without the full stop.</param>
public sealed class FormulaException(int column, string what) : DescentException($"The formula is not understood at column {column}: {what}.")
{
    /// <summary>Where the mistake is, from 1.</summary>
    public int Column { get; } = column;
}
