namespace Descent.Lanes;

/// <summary>Where the lanes' exponential ends.</summary>
internal static class ExpLimit
{
    /// <summary>From here on eᵃ is ∞ in double lanes, and from its negative down 0; e⁷⁰⁸ is 3·10³⁰⁷.</summary>
    public const double OfDouble = 708;
}
