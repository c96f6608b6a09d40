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
    public void A_state_that_does_not_change_has_no_line_nor_has_a_direction_that_is_all_of_the_step() =>
        Assert.Equal(
            [
                "s ← s + η·√t·(g + λ·θ)",
                "v ← v + η·√t·(g + λ·θ)²",
                "z = x₀ − s / (∛v + ε)",
                "c = 1 − momentum",
                "θ ← θ − c·(θ − z)",
            ],
            Catalogue.Find("madgrad").Equations);

    [Fact]
    public void Definitions_stand_before_their_first_use_and_sums_behind_what_they_run_over() =>
        Assert.Equal(
            [
                "⟨g, θ⟩ = Σ g·θ",
                "‖g‖² = Σ g²",
                "‖θ‖² = Σ θ²",
                "u = μ·b + (1 − τ)·g",
                "⟨θ, u⟩ = Σ θ·u",
                "cos = |⟨g, θ⟩|/((‖g‖ + ε)·(‖θ‖ + ε))",
                "κ = ⟨θ, u⟩/(‖θ‖ + ε)² where cos < δ/√N, for all rows or else for the tensor; elsewhere κ = 0 and ρ = 1",
                "b ← u − κ·θ",
                "d = b + (λ·ρ/(1 − μ))·θ",
                "θ ← θ − η·d",
            ],
            Catalogue.Find("sgdp").Equations);

    [Theory]
    [InlineData("gradient_centralization", "b ← μ·b + (1 − τ)·g")]
    [InlineData("dog", "‖g‖² = Σ (g + λ·θ)²")]
    [InlineData("rprop", "φ = s > 0 ? η₊ : (s < 0 ? η₋ : 1)")]
    [InlineData("radam", "d = ρ > ρ₀ ? r·√(1 − β₂ᵗ)·m̂ / (√v + ε) : m̂")]
    [InlineData("cautious(inner=diffgrad)", "u′ = ξ·u")]
    [InlineData("aggmo", "θ ← θ − (η/K)·d")]
    [InlineData("lookahead", "every k steps: slow ← slow + α·(θ − slow); θ ← slow")]
    [InlineData("schedule_free_adamw", "evaluate at: x = θ + (1 − 1/β₁)·(z − θ)")]
    public void Lines_say_what_is_computed(string name, string line) => Assert.Contains(line, MethodEntry.EquationsOf(Catalogue.Parse(name)));
}
