using Descent.Engine;
using Descent.Lanes;

namespace Descent.Tests.Engine;

/// <summary>What a method's author can do wrong when a rule is bound: refused at once, in a sentence.</summary>
public class RuleBindingTests
{
    [Fact]
    public void Scalars_have_the_scope_of_the_sums() =>
        Assert.StartsWith(
            "The scope of the scalars must be that of the sums, Row, but was Group.",
            Assert.Throws<ArgumentException>(() => Measured(Scope.Row).WithScalars(Scope.Group, (in _) => { }, "k")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Scalars_without_sums_have_any_scope() =>
        Assert.Equal(Scope.Group, RuleBinding.Recurrent((in _) => default(Gradient)).WithScalars(Scope.Group, (in _) => { }, "k").Scope);

    [Fact]
    public void The_largest_over_rows_needs_sums_over_rows()
    {
        Assert.Equal(
            "The largest over rows needs sums over rows, but the rule has sums over scope Tensor.",
            Assert.Throws<InvalidOperationException>(() => Measured(Scope.Tensor).WithLargestOverRows(sums => sums[0])).Message);
        Assert.Equal(
            "The largest over rows needs sums over rows, but the rule has none.",
            Assert.Throws<InvalidOperationException>(() => RuleBinding.Recurrent((in _) => default(Gradient)).WithLargestOverRows(_ => 0)).Message);
        Assert.NotNull(Measured(Scope.Row).WithLargestOverRows(sums => sums[0]));
    }

    [Fact]
    public void A_rule_has_at_most_four_slots() =>
        Assert.StartsWith(
            "A rule has 0 to 4 slots, and a measure 0 to 4 slots and terms, but the rule has 5, and the measure 0 and 0.",
            Assert.Throws<ArgumentException>(() => RuleBinding.ElementWise(_ => default(FiveSlots), "a", "b", "c", "d", "e")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_measure_has_at_most_four_terms() =>
        Assert.StartsWith(
            "A rule has 0 to 4 slots, and a measure 0 to 4 slots and terms, but the rule has 0, and the measure 0 and 5.",
            Assert.Throws<ArgumentException>(() => RuleBinding.LayerWise(Scope.Row, (in _) => default(FiveTerms), (in _) => default(Gradient))).Message,
            StringComparison.Ordinal);

    private static RuleBinding Measured(Scope scope) => RuleBinding.LayerWise(scope, (in _) => default(OneTerm), (in _) => default(Gradient));

    private readonly struct Gradient : IRule
    {
        public static int Slots => 0;

        public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
            where V : struct, ILane<V> => g;
    }

    private readonly struct FiveSlots : IRule
    {
        public static int Slots => 5;

        public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
            where V : struct, ILane<V> => g;
    }

    private readonly struct OneTerm : IMeasure
    {
        public static int Slots => 0;

        public static int Terms => 1;

        public void Measure<V>(V g, V theta, V s0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
            where V : struct, ILane<V> => t0 = g;
    }

    private readonly struct FiveTerms : IMeasure
    {
        public static int Slots => 0;

        public static int Terms => 5;

        public void Measure<V>(V g, V theta, V s0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
            where V : struct, ILane<V> => t0 = g;
    }
}
