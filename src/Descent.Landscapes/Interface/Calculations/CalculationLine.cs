namespace Descent.Landscapes.Interface.Calculations;

/// <summary>One line of arithmetic, or one result of a longer run.</summary>
/// <param name="Symbol">What is computed, as mathematics prints it; a few words where it is a result.</param>
/// <param name="Formula">The rule in symbols; null where the number comes from a run.</param>
/// <param name="Substituted">The rule with ⟦0⟧, ⟦1⟧, … in place of its numbers; null where there is no rule.</param>
/// <param name="Numbers">The numbers of <paramref name="Substituted"/>.</param>
/// <param name="Value">What it comes to; null where it is a word or never happens.</param>
/// <param name="Text">The word in place of a number; null where there is a number.</param>
/// <param name="Printed">What the text prints for it; null where it prints nothing.</param>
/// <param name="Agrees">Whether the printed figure is this one, rounded; null where nothing is printed.</param>
/// <param name="Misprint">Which discrepancy explains a printed figure that does not agree.</param>
public sealed record CalculationLine(
    string Symbol,
    string? Formula,
    string? Substituted,
    IReadOnlyList<double> Numbers,
    double? Value,
    string? Text,
    string? Printed,
    bool? Agrees,
    string? Misprint);

/// <summary>A number that a calculation begins with.</summary>
/// <param name="Symbol">Its symbol.</param>
/// <param name="Value">Its value.</param>
public sealed record CalculationGiven(string Symbol, double Value);

/// <summary>A printed figure or statement that does not hold.</summary>
/// <param name="Id">Its number, D01 to D43.</param>
/// <param name="Text">Which of the texts prints it.</param>
/// <param name="Kind">What kind of slip it is.</param>
/// <param name="Claim">What is claimed.</param>
/// <param name="Printed">As it is printed.</param>
/// <param name="Right">What is right.</param>
/// <param name="Reason">Why.</param>
/// <param name="Calculation">The calculation in which it is shown.</param>
public sealed record Misprint(string Id, string Text, string Kind, string Claim, string Printed, string Right, string Reason, string Calculation);

/// <summary>What <c>calculation</c> gives: one worked example, line by line.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Chapter">The chapter that it belongs to.</param>
/// <param name="What">What is calculated, in a sentence.</param>
/// <param name="Note">What else to know; null for nothing.</param>
/// <param name="Given">What it begins with.</param>
/// <param name="Lines">The lines.</param>
/// <param name="Misprints">What the texts print about it that does not hold.</param>
public sealed record CalculationReply(
    string Id,
    string Title,
    string Chapter,
    string What,
    string? Note,
    IReadOnlyList<CalculationGiven> Given,
    IReadOnlyList<CalculationLine> Lines,
    IReadOnlyList<Misprint> Misprints);
