using Descent.Engine;
using Descent.TestSupport;
using Descent.Training.Data;
using Xunit.Abstractions;

namespace Descent.Training.Tests;

/// <summary>Training in fewer bits reaches the validation and the training loss of 32 bits within 2 %, in the mean over three seeds.</summary>
[Collection(OneRunAtATime.Name)]
public class PrecisionQualityTests(ITestOutputHelper output)
{
    private const double Bound = 0.02;

    private static readonly (string Name, Func<TrainingConfiguration, TrainingConfiguration> With)[] Formats =
    [
        ("bfloat16 with master weights", c => c with { Precision = ParameterPrecision.Parse("bfloat16") }),
        ("bfloat16, compensated", c => c with { Precision = ParameterPrecision.Parse("bfloat16+compensated") }),
        ("float16 with a scaled loss", c => c with { Precision = ParameterPrecision.Parse("float16") }),
        ("state of 8 bits", c => c with { StatePrecision = StateFormat.EightBit }),
    ];

    [Fact]
    public void On_generated_digits() => Compare(seed => DigitGenerator.Generate(3_000, seed), new TrainingConfiguration { Model = ModelSpecification.Parse("mlp:64"), Epochs = 4 });

    [MnistFact]
    public void On_MNIST() => Compare(_ => Dataset.Load(MnistFactAttribute.Folder!, new DataOptions()), new TrainingConfiguration { Model = ModelSpecification.Parse("cnn:16,32"), Augmentation = Augmentation.None, Epochs = 5 });

    private void Compare(Func<ulong, Dataset> data, TrainingConfiguration configuration)
    {
        ulong[] seeds = [1, 2, 3];
        Dataset[] sets = [.. seeds.Select(data)];
        var expected = Train(configuration);
        output.WriteLine($"32 bits: validation loss {expected.Validation:F5}, training loss {expected.Training:F5}");
        foreach (var (name, with) in Formats)
        {
            var actual = Train(with(configuration));
            output.WriteLine($"{name}: {(actual.Validation / expected.Validation) - 1:+0.00 %;-0.00 %}, training loss {(actual.Training / expected.Training) - 1:+0.00 %;-0.00 %}");
            Assert.InRange(actual.Validation / expected.Validation, 1 - Bound, 1 + Bound);
            Assert.True(actual.Training / expected.Training < 1 + Bound, $"{name}: {actual.Training:F5} is above {expected.Training:F5}");
        }

        (double Validation, double Training) Train(TrainingConfiguration how)
        {
            var (validation, training) = (0.0, 0.0);
            foreach (var (seed, set) in seeds.Zip(sets))
            {
                var session = new TrainingSession(how with { Seed = seed }, set, Workers.Sequential);
                for (var epoch = 0; epoch < session.Epochs; epoch++)
                {
                    while (session.Sampler.Position.Epoch == epoch)
                    {
                        var (loss, rows, _) = session.Step();
                        training += epoch == session.Epochs - 1 ? loss * rows / session.TrainingRows.Length / seeds.Length : 0;
                    }
                }

                validation += session.Evaluate(session.ValidationRows).Loss / seeds.Length;
            }

            return (validation, training);
        }
    }
}

/// <summary>Runs where the folder of shared data beside the repository has MNIST's images; a clone does without.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MnistFactAttribute : FactAttribute
{
    public MnistFactAttribute() => Skip = Folder is null ? "MNIST is not beside the repository" : null;

    public static string? Folder { get; } =
        new[] { Path.Combine(Golden.Root, "..", "shared", "data", "mnist"), Path.Combine(Golden.Root, "..", "data", "mnist") }.FirstOrDefault(Directory.Exists);
}
