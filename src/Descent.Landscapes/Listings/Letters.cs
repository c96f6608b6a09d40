using System.Globalization;

namespace Descent.Landscapes.Listings;

/// <summary>The letters of equations as words that every language takes for a name.</summary>
internal static class Letters
{
    private static readonly Dictionary<char, string> Words = new()
    {
        ['α'] = "alpha",
        ['β'] = "beta",
        ['γ'] = "gamma",
        ['δ'] = "delta",
        ['Δ'] = "delta",
        ['ε'] = "epsilon",
        ['η'] = "rate",
        ['θ'] = "theta",
        ['κ'] = "kappa",
        ['λ'] = "decay",
        ['μ'] = "mu",
        ['ν'] = "nu",
        ['ξ'] = "xi",
        ['Π'] = "product",
        ['ρ'] = "rho",
        ['σ'] = "sigma",
        ['Σ'] = "sum",
        ['τ'] = "tau",
        ['φ'] = "phi",
        ['ψ'] = "psi",
        ['ω'] = "omega",
        ['∞'] = "infinity",
        ['‖'] = "norm",
        ['⟨'] = "dot",
        ['*'] = "final",
        ['₊'] = "plus",
        ['₋'] = "minus",
        ['\u0302'] = "hat",
        ['\u0304'] = "bar",
        ['′'] = "prime",
        ['−'] = "minus",
        ['ĥ'] = "estimate",
        ['ₜ'] = "t",
        ['ₖ'] = "k",
        ['ᵣ'] = "r",
    };

    /// <summary>The words of a symbol: <c>m̂₁</c> is m, hat1.</summary>
    public static IReadOnlyList<string> Of(string symbol)
    {
        var words = new List<string>();
        var fresh = true;
        foreach (var character in symbol)
        {
            if (character is >= '₀' and <= '₉')
            {
                words[^1] += (char)('0' + (character - '₀'));
            }
            else if (Words.TryGetValue(character, out var word))
            {
                if (character != '‖' || words.Count == 0)
                {
                    words.Add(word);
                }

                fresh = true;
            }
            else if (!char.IsAsciiLetterOrDigit(character))
            {
                fresh = true;
            }
            else if (fresh)
            {
                words.Add(character.ToString(CultureInfo.InvariantCulture));
                fresh = false;
            }
            else
            {
                words[^1] += character;
            }
        }

        return words;
    }
}
