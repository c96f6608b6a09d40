using Descent.Optimizers;
using Descent.Schedules;
using Descent.Text;

namespace Descent.Tests.Optimizers;

public class CatalogueTests
{
    public static TheoryData<string> Names() => [.. Catalogue.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_entry_says_all_that_a_reader_needs(string name)
    {
        var entry = Catalogue.Find(name);
        Assert.NotEmpty(entry.Purpose);
        Assert.StartsWith("https://", entry.Paper.Link, StringComparison.Ordinal);
        Assert.NotEmpty(entry.Paper.Authors);
        Assert.NotEmpty(entry.Paper.Place);
        Assert.All(entry.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Meaning), option.Name));
        Assert.Contains(entry.Equations, line => line.StartsWith("θ ← θ − ", StringComparison.Ordinal) || line.StartsWith("θ ← (θ − ", StringComparison.Ordinal));
        Assert.NotEmpty(entry.Heritage.Adds);
        Assert.All(entry.Heritage.Parents, parent => Assert.NotSame(entry, Catalogue.Find(parent)));
        Assert.Equal(name, entry.Name);
        Assert.Same(entry, Catalogue.Find(entry.Default));
    }

    /// <summary>Parents exist and are not later than their children, so the tree has no circle; every method is reached once.</summary>
    [Fact]
    public void The_family_is_a_tree()
    {
        Assert.All(Catalogue.All, entry => Assert.All(entry.Heritage.Parents, parent => Assert.True(Catalogue.Find(parent).Year <= entry.Year, $"{entry.Name} from {parent}")));
        var reached = new List<MethodEntry>(FamilyTree.Roots);
        for (var i = 0; i < reached.Count; i++)
        {
            reached.AddRange(FamilyTree.ChildrenOf(reached[i]));
        }

        Assert.Equal(Catalogue.All.Select(entry => entry.Name).Order(), reached.Select(entry => entry.Name).Order());
    }

    [Fact]
    public void Equations_are_those_of_the_papers()
    {
        Assert.Equal(
            [
                "m ← β₁·m + (1 − β₁)·g",
                "v ← β₂·v + (1 − β₂)·g²",
                "m̂ = m·(1/(1 − β₁ᵗ))",
                "v̂ = v·(1/(1 − β₂ᵗ))",
                "d = m̂ / (√v̂ + ε)",
                "θ ← θ − (η·d + η·λ·θ)",
            ],
            Catalogue.Find("adamw").Equations);
        Assert.Equal(
            [
                "c = β₁·m + (1 − β₁)·g",
                "m ← β₂·m + (1 − β₂)·g",
                "d = sign(c)",
                "θ ← θ − (η·d + η·λ·θ)",
            ],
            Catalogue.Find("lion").Equations);
        Assert.Equal(
            ["b ← μ·b + g + λ·θ", "d = g + λ·θ + μ·b", "θ ← θ − η·d"],
            MethodEntry.EquationsOf(new Sgd { Momentum = 0.9, Nesterov = true }));
    }

    [Theory]
    [InlineData("adamw(bias_correction=false)", "d = m / (√v + ε)")]
    [InlineData("adamw(epsilon_inside_root=1e-12, epsilon=0)", "d = m̂ / √(v̂ + εᵣ)")]
    [InlineData("adam(epsilon_before_correction=true)", "d = m̂ / (√v̂ + ε/√(1 − β₂ᵗ))")]
    [InlineData("adam(ams_grad=true)", "v̂ = v_max·(1/(1 − β₂ᵗ))")]
    [InlineData("adam(ams_grad=true, ams_grad_on_corrected=true)", "v_max ← max(v_max, v·(1/(1 − β₂ᵗ)))")]
    [InlineData("adamw(maximize=true)", "g ← −g")]
    [InlineData("adagrad(learning_rate_decay=0.1)", "θ ← θ − (η/(1 + (t − 1)·κ))·d")]
    [InlineData("adamw(decay_scaled_by_learning_rate=false)", "θ ← θ − (η·d + λ·θ)")]
    public void Equations_are_those_of_the_options(string text, string line) =>
        Assert.Contains(line, MethodEntry.EquationsOf(Catalogue.Parse(text)));

    /// <summary>State is saved, and asked for, under names that any keyboard has; letters are for equations.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void State_has_names_in_ASCII(string name)
    {
        var rule = Catalogue.Find(name).Default.Rule;
        Assert.All(rule.State.Concat(rule.Scalars), slot => Assert.Matches("^[A-Za-z][A-Za-z0-9_]*$", slot.Name));
    }

    [Fact]
    public void State_per_parameter_is_what_the_rule_keeps()
    {
        Assert.Equal(0, Catalogue.Find("sgd").StatePerParameter);
        Assert.Equal(2, Catalogue.Find("adamw").StatePerParameter);
        Assert.Equal(1, Catalogue.Find("lion").StatePerParameter);
    }

    [Fact]
    public void An_option_can_be_a_schedule_in_text_and_json()
    {
        var method = Catalogue.Parse("sgd(learning_rate=cosine(0.1..0.01, 100), momentum=0.9)");
        Assert.Equal(new Sgd { LearningRate = Schedule.Cosine(0.1, 0.01, 100), Momentum = 0.9 }, method);
        Assert.Equal(method, Catalogue.FromJson(JsonFields.Parse(Catalogue.ToJson(method).ToJsonString(), "method")));
    }

    [Fact]
    public void A_method_is_shown_as_it_is_written()
    {
        Assert.Equal("cautious(inner=lion(beta1=0.5))", new Cautious(new Lion { Beta1 = 0.5 }).ToString());
        Assert.Equal("adan(maximum_gradient_norm=1)", new Adan { MaximumGradientNorm = 1 }.ToString());
    }

    [Fact]
    public void An_infinite_number_is_shown_and_read_as_a_sign()
    {
        var growth = Catalogue.Find("prodigy").Options.Single(option => option.Name == "growth_rate");
        Assert.Equal("∞", growth.Text(new Prodigy()));
        Assert.Equal(new Prodigy(), Catalogue.Parse("prodigy(growth_rate=∞)"));
        Assert.Equal(new Prodigy(), Catalogue.FromJson(JsonFields.Parse(Catalogue.ToJson(new Prodigy()).ToJsonString(), "method")));
    }

    [Fact]
    public void Names_are_found_in_any_case_and_spelling() =>
        Assert.Same(Catalogue.Find("rmsprop"), Catalogue.Find("RMS-Prop"));
}
