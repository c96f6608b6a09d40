using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Storage;

/// <summary>Who is offered reduced precision, and who is told why not.</summary>
public class PrecisionOfferTests
{
    [Fact]
    public void It_is_offered_for_most_methods()
    {
        string[] names = [.. Catalogue.All.Select(entry => entry.Name).Where(ReducedPrecision.IsOffered)];
        Assert.True(names.Length >= 38, $"{names.Length} methods");
        Assert.Contains("nadam", names);
        Assert.Contains("schedule_free_adamw", names);
    }

    [Theory]
    [MemberData(nameof(ReducedPrecision.OtherMethods), MemberType = typeof(ReducedPrecision))]
    public void Methods_that_look_beyond_the_element_are_refused(string name)
    {
        var parameter = new Parameter<BFloat16>("w", new BFloat16[100], new BFloat16[100], [10, 10]);
        var message = Assert.Throws<DescentException>(() => Optimizer.For([parameter], Catalogue.Parse(name))).Message;
        Assert.Matches("^State of less than 32 bits and parameters of 16 bits need an element-wise method, but [a-z0-9_]+ looks at whole rows or tensors; keep its numbers in 32 bits, or choose another method.$", message);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Equal(
            "Parameter 'w' is of 64 bits, and its state can only be kept in full, but was to be EightBit; use parameters of 32 or 16 bits.",
            Refused(new Parameter<double>("w", new double[8], new double[8]), new Precision { State = StateFormat.EightBit, SmallestReduced = 0 }));
        Assert.Equal(
            "Precision.Weights is Stochastic, which is for parameters of 16 bits, but group 0 has none; leave it at Master.",
            Refused(new Parameter<float>("w", new float[8], new float[8]), new Precision { Weights = WeightFormat.Stochastic }));
        Assert.Equal("SmallestReduced must be at least 0, but was -1.", Assert.Throws<DescentException>(() => new Precision { SmallestReduced = -1 }).Message);

        static string Refused(Parameter parameter, Precision precision) =>
            Assert.Throws<DescentException>(() => Optimizer.For([parameter], [new ParameterGroup(new AdamW()) { Precision = precision }])).Message;
    }
}
