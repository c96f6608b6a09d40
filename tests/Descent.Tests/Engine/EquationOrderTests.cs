using Descent.Optimizers;

namespace Descent.Tests.Engine;

/// <summary>How the printer orders and names what rules compute.</summary>
public class EquationOrderTests
{
    [Fact]
    public void A_state_that_takes_over_the_gradient_is_written_after_its_last_use_and_names_nothing() =>
        Assert.Equal(
            [
                "m ← β₁·m + (1 − β₁)·g",
                "v ← β₂·v + (1 − β₂)·g²",
                "ξ = 1 / (1 + exp(−|g_prev − g|))",
                "g_prev ← g",
                "m̂ = m·(1/(1 − β₁ᵗ))",
                "v̂ = v·(1/(1 − β₂ᵗ))",
                "u = m̂ / (√v̂ + ε)",
                "d = ξ·u",
                "θ ← θ − (η·d + η·λ·θ)",
            ],
            MethodEntry.EquationsOf(new DiffGrad { Decoupled = true }));

    [Fact]
    public void A_state_that_does_not_change_has_no_line_and_powers_of_fractions_have_parentheses() =>
        Assert.Equal(
            [
                "s ← s + (η·√t)·(g + λ·θ)",
                "v ← v + (η·√t)·(g + λ·θ)²",
                "z = x0 − s / (∛v + ε)",
                "d = c·(θ − z)",
                "θ ← θ − d",
            ],
            Catalogue.Find("madgrad").Equations);
}
