namespace Descent.Landscapes.Listings;

/// <summary>A step of a program, for languages to say.</summary>
internal abstract record Statement;

/// <summary>A line for people.</summary>
internal sealed record Note(string Text) : Statement;

/// <summary>An empty line.</summary>
internal sealed record Gap : Statement;

/// <summary>A new number.</summary>
internal sealed record Let(string Symbol, Term Value) : Statement
{
    /// <summary>Whether it is set again.</summary>
    public bool Changes { get; init; }

    /// <summary>Whether it is known before the program runs.</summary>
    public bool IsConstant { get; init; }
}

/// <summary>A new vector.</summary>
internal sealed record Vector(string Symbol, IReadOnlyList<Term> Values) : Statement
{
    /// <summary>Whether its numbers are set again.</summary>
    public bool Changes { get; init; } = true;
}

/// <summary>Gives a number or an element of a vector another value.</summary>
internal sealed record Set(Term Target, Term Value) : Statement;

/// <summary>The body for every step from 1 on, or for every element from 0 on.</summary>
internal sealed record Repeat(string Counter, int Times, IReadOnlyList<Statement> Body) : Statement
{
    public bool CountsSteps => Counter == "t";
}

/// <summary>The body where the test holds.</summary>
internal sealed record When(Term Test, IReadOnlyList<Statement> Body) : Statement;

/// <summary>Leaves the repetition.</summary>
internal sealed record Leave : Statement;

/// <summary>Numbers with what they are called, on one line.</summary>
internal sealed record Print(IReadOnlyList<(string Label, Term Value)> Parts) : Statement;
