using System.Numerics;
using Descent.Engine;
using Descent.Optimizers;
using Descent.TestSupport;

namespace Descent.Tests.Engine;

/// <summary>The longest part of the contract, in <see cref="float"/>: a class of its own, so that both cores have something to do.</summary>
public class LengthInFloatTests
{
    [Theory]
    [MemberData(nameof(ContractRuns.Methods), MemberType = typeof(ContractRuns))]
    public void Every_length_gives_the_numbers_of_the_elements_alone_in_float(string text) => Lengths.Check<float>(text);
}

/// <summary>The same in <see cref="double"/>.</summary>
public class LengthInDoubleTests
{
    [Theory]
    [MemberData(nameof(ContractRuns.Methods), MemberType = typeof(ContractRuns))]
    public void Every_length_gives_the_numbers_of_the_elements_alone_in_double(string text) => Lengths.Check<double>(text);
}

internal static class Lengths
{
    /// <summary>
    /// Every length 0…257 against each element stepped alone, so that a lane, a rest and a single element agree; for methods
    /// that look beyond the element, float against double, whose lanes and rests are others.
    /// </summary>
    public static void Check<T>(string text)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var method = Catalogue.Parse(text);
        if (method.MethodFor([2]) is var bound && (!bound.Rule.IsElementWise || bound.GradientFactor is not null))
        {
            Assert.Empty(ContractRuns.Train<T>(method, 0, Workers.Sequential, 32_768, steps: 3, clip: null));
            for (var length = 1; length <= 257; length++)
            {
                var differ = new Differ(1e-4);
                var wide = ContractRuns.Train<double>(method, length, Workers.Sequential, 32_768, steps: 3, clip: null);
                differ.Compare(wide, [.. ContractRuns.Train<float>(method, length, Workers.Sequential, 32_768, steps: 3, clip: null).Select(value => (double)value)], $"length {length}");
                differ.AssertClose();
            }

            return;
        }

        const int Longest = 257;
        const int Steps = 3;
        var alone = new T[Longest];
        for (var i = 0; i < Longest; i++)
        {
            alone[i] = ContractRuns.Train<T>(method, 1, Workers.Sequential, 1, Steps, clip: null, offset: i)[0];
        }

        for (var length = 0; length <= Longest; length++)
        {
            Assert.Equal(alone[..length], ContractRuns.Train<T>(method, length, Workers.Sequential, 100, Steps, clip: null));
        }
    }
}
