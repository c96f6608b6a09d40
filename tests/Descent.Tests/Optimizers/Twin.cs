using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.TestSupport;

namespace Descent.Tests.Optimizers;

/// <summary>Marks a test that compares a method with an independent, scalar transcription of its paper.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TwinOfAttribute(string method) : Attribute
{
    public string Method { get; } = method;
}

/// <summary>One step of a transcription, in plain loops over one tensor.</summary>
/// <param name="t">The step, 1 at the first.</param>
/// <param name="theta">The parameter, changed in place.</param>
/// <param name="g">The gradient.</param>
public delegate void TwinStep(int t, double[] theta, double[] g);

/// <summary>Runs a method beside its transcription for 100 steps of drawn gradients.</summary>
internal static class Twin
{
    public static void Follow(string text, int[] shape, TwinStep twin, double tolerance = 1e-12, Action<Parameter<double>, Optimizer, int>? before = null)
    {
        var random = new SeededRandom(20_221_107);
        var length = shape.Aggregate(1, (product, size) => product * size);
        var expected = Enumerable.Range(0, length).Select(_ => random.NextNormal()).ToArray();
        var parameter = new Parameter<double>("theta", expected.ToArray(), shape: shape);
        var optimizer = Optimizer.For([parameter], Catalogue.Parse(text));
        var differ = new Differ(tolerance);
        for (var t = 1; t <= 100; t++)
        {
            // A zero, a tiny entry, a spike, and sign changes.
            var g = Enumerable.Range(0, length).Select(i => i == 1 ? 1e-7 * random.NextNormal() : (t + i) % 7 == 0 ? 0 : (t == 30 ? 50 : 1) * random.NextNormal()).ToArray();
            parameter.Gradient = g;
            before?.Invoke(parameter, optimizer, t);
            optimizer.Step();
            twin(t, expected, g.ToArray());
            differ.Compare(expected, parameter.Values.ToArray(), $"{text}, step {t}");
        }

        differ.AssertClose();
    }
}

public class TwinCoverageTests
{
    public static TheoryData<string> Names() => [.. Catalogue.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_method_has_a_golden_file_or_a_transcription(string name)
    {
        var golden = Directory.GetFiles(Path.Combine(TestSupport.Golden.Folders[0], "optimizers"), "*.json")
            .Select(Path.GetFileName)
            .Any(file => Golden.GoldenMethods.NameOf(file![..file!.IndexOf("__", StringComparison.Ordinal)]) == name);
        var twin = typeof(Twin).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes(typeof(TwinOfAttribute), inherit: false))
            .Any(attribute => ((TwinOfAttribute)attribute).Method == name);
        Assert.True(golden || twin, $"{name} has neither.");
    }
}
