using Descent.Engine;
using Descent.Gradients;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.Text;
using Descent.Training.Data;

namespace Descent.Training.Tests;

public class ConfigurationTests
{
    private static readonly TrainingConfiguration Full = new()
    {
        Data = "folder/\"data\" ü.csv",
        DataOptions = new DataOptions { Target = "kind of", Task = LearningTask.Regression, Header = false, Separator = '\t', Context = 9, Vocabulary = 777 },
        Model = new ModelSpecification([3, 1_000_000, 1], BatchNorm: true),
        Optimizer = new Adam
        {
            LearningRate = 1.0 / 3,
            WeightDecay = Schedule.Warmup(10).Then(Schedule.Cosine(from: 0.1, to: 1e-300, steps: 77)),
            Beta1 = Schedule.Linear(0.8, 0.95, 100),
            AmsGrad = true,
            Maximize = true,
        },
        Schedule = "warmup(7, from 0.1) then linear(1..0, 50)",
        BatchSize = int.MaxValue,
        Epochs = 123,
        Augmentation = new Augmentation(2, true, 8),
        Clipping = new ClipByNorm(double.Epsilon, double.PositiveInfinity),
        Accumulate = 3,
        Precision = new ParameterPrecision(ParameterFormat.BFloat16, WeightFormat.Stochastic),
        StatePrecision = StateFormat.EightBit,
        LossScale = new HystereticLossScaling { InitialScale = 0.1, IsConsecutive = true },
        Average = "swa(75%, 1%, rate=0.1)",
        ReestimateStatistics = true,
        Seed = ulong.MaxValue,
        ValidationFraction = 1.0 / 7,
        Patience = 9,
    };

    private static readonly TrainingConfiguration Empty = new()
    {
        Data = null,
        DataOptions = new DataOptions(),
        Model = new ModelSpecification([]),
        Epochs = null,
        Seed = 0,
        Patience = null,
    };

    public static TheoryData<string> Optimizers() =>
    [
        .. Catalogue.All.Select(entry => entry.Name),
        "sgd(momentum=linear(0.5..0.9, 10), nesterov=true)",
        "adamw(weight_decay=cosine(0.1..0, 50, cycles 2), decay_scaled_by_learning_rate=false)",
        "lion(learning_rate=3.3333333333333335e-5)",
        "adamw(beta1=linear(0.85..0.95, 50%), weight_decay=linear(0.1..0))",
        "lookahead(inner=sgd(momentum=linear(0.5..0.9, 20%)))",
    ];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_method_comes_back_from_JSON(string optimizer) => AssertComesBack(Empty with { Optimizer = Catalogue.Parse(optimizer) });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue + 1UL)]
    [InlineData(ulong.MaxValue - 1)]
    public void Every_seed_comes_back_from_JSON(ulong seed) => AssertComesBack(Empty with { Seed = seed });

    [Fact]
    public void Every_field_comes_back_from_JSON()
    {
        AssertComesBack(Full);
        AssertComesBack(Empty);
        AssertComesBack(new TrainingConfiguration());
        AssertComesBack(new TrainingConfiguration { DataOptions = new DataOptions { Task = LearningTask.Classification, Header = true, Separator = ';' } });
    }

    [Fact]
    public void Every_property_is_written()
    {
        // Two configurations that differ in one property must differ as JSON.
        TrainingConfiguration[] others =
        [
            Full with { Data = "other" },
            Full with { DataOptions = Full.DataOptions with { Target = "other" } },
            Full with { DataOptions = Full.DataOptions with { Task = null } },
            Full with { DataOptions = Full.DataOptions with { Header = null } },
            Full with { DataOptions = Full.DataOptions with { Context = 7 } },
            Full with { DataOptions = Full.DataOptions with { Vocabulary = null } },
            Full with { DataOptions = Full.DataOptions with { Separator = null } },
            Full with { Model = new ModelSpecification([3]) },
            Full with { Optimizer = Full.Optimizer with { Maximize = false } },
            Full with { Schedule = "constant" },
            Full with { BatchSize = 1 },
            Full with { Epochs = null },
            Full with { Augmentation = null },
            Full with { Augmentation = Augmentation.None },
            Full with { Clipping = GradientClipping.None },
            Full with { Accumulate = 2 },
            Full with { Precision = new ParameterPrecision(ParameterFormat.BFloat16) },
            Full with { StatePrecision = StateFormat.BFloat16 },
            Full with { LossScale = null },
            Full with { Average = null },
            Full with { ReestimateStatistics = false },
            Full with { Seed = 1 },
            Full with { ValidationFraction = 0.5 },
            Full with { Patience = null },
        ];
        Assert.All(others, other => Assert.NotEqual(Full.ToJson().ToJsonString(), other.ToJson().ToJsonString()));
        Assert.All(others, AssertComesBack);
        // All but what follows from the others.
        Assert.Equal(nameof(TrainingConfiguration.LossScaleInForce), typeof(TrainingConfiguration).GetProperties().Single(property => property.SetMethod is null).Name);
        Assert.Equal(
            typeof(TrainingConfiguration).GetProperties().Length - 1 + typeof(DataOptions).GetProperties().Length - 1,
            others.Length - 1);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Says("BatchSize must be at least 1, but was 0.", () => _ = new TrainingConfiguration { BatchSize = 0 });
        Says("BatchSize must be at least 1, but was -2147483648.", () => _ = new TrainingConfiguration { BatchSize = int.MinValue });
        Says("Accumulate must be at least 1, but was 0.", () => _ = new TrainingConfiguration { Accumulate = 0 });
        Says("Epochs must be at least 1, but was 0.", () => _ = new TrainingConfiguration { Epochs = 0 });
        Says("Patience must be at least 1, but was -1.", () => _ = new TrainingConfiguration { Patience = -1 });
        Says("ValidationFraction must be in (0, 1), but was 0.", () => _ = new TrainingConfiguration { ValidationFraction = 0 });
        Says("ValidationFraction must be in (0, 1), but was 1.", () => _ = new TrainingConfiguration { ValidationFraction = 1 });
        Says("ValidationFraction must be in (0, 1), but was NaN.", () => _ = new TrainingConfiguration { ValidationFraction = double.NaN });
        Says("LearningRate must be in [0, ∞), but was -1.", () => new TrainingConfiguration { Optimizer = new Sgd { LearningRate = -1 } }.MethodFor(10));
        Says(
            "The schedule 'warmup' is not understood at character 7: expected the length of the warmup, as in warmup(500) or warmup(5%), but found the end of the text.",
            () => new TrainingConfiguration { Schedule = "warmup" }.MethodFor(10));
    }

    [Fact]
    public void A_learning_rate_that_is_a_schedule_is_refused_because_the_run_has_its_own() => Says(
        "LearningRate must be a number in a training run, but was the schedule 'warmup(10) then constant(0.1)'; write it as the schedule of the run.",
        () => new TrainingConfiguration { Optimizer = new Sgd { LearningRate = Schedule.Warmup(10).Then(Schedule.Constant(0.1)) } }.MethodFor(100));

    [Theory]
    [InlineData("8")]
    [InlineData("constant(2.5)")]
    [InlineData("linear(32..256, 50%), in multiples of 32")]
    public void Every_batch_size_comes_back_from_JSON(string size) => AssertComesBack(Empty with { BatchSize = BatchSize.Parse(size) });

    [Fact]
    public void Shares_in_options_are_those_of_the_run()
    {
        var method = Catalogue.Parse("lookahead(inner=adamw(beta1=linear(0.85..0.95, 50%), weight_decay=linear(0.1..0)))");
        var bound = new TrainingConfiguration { Optimizer = method, Schedule = "constant" }.MethodFor(200);
        var inner = Assert.IsType<AdamW>(Assert.IsType<Lookahead>(bound).Inner);
        Assert.Equal((Schedule.Linear(0.85, 0.95, 100), Schedule.Linear(0.1, 0, 200)), (inner.Beta1.Schedule, inner.WeightDecay.Schedule));
        Assert.Equal("lookahead(inner=adamw(weight_decay=linear(0.1..0), beta1=linear(0.85..0.95, 50%)))", method.ToString());
    }

    [Fact]
    public void A_constant_schedule_is_a_number() => Assert.Equal(
        Schedule.Cosine(0.5, 0, 100),
        new TrainingConfiguration { Optimizer = new Sgd { LearningRate = Schedule.Constant(0.5) }, Schedule = "cosine" }.MethodFor(100).LearningRate.Schedule);

    [Theory]
    [InlineData("\"batch_size\":0", "BatchSize must be at least 1, but was 0.")]
    [InlineData("\"batch_size\":1.5", "The saved configuration is damaged: its field 'batch_size' must be an integer, but was 1.5.")]
    [InlineData("\"batch_size\":99999999999", "The saved configuration is damaged: its field 'batch_size' must be an integer, but was 99999999999.")]
    [InlineData("\"seed\":-1", "The saved configuration is damaged: its field 'seed' must be an integer of at least 0, but was -1.")]
    [InlineData("\"seed\":18446744073709551616", "The saved configuration is damaged: its field 'seed' must be an integer of at least 0, but was 18446744073709551616.")]
    [InlineData("\"task\":\"both\"", "The saved configuration is damaged: its field 'task' must be 'classification', 'regression' or 'text', but was \"both\".")]
    [InlineData("\"header\":1", "The saved configuration is damaged: its field 'header' must be true or false, but was 1.")]
    [InlineData("\"separator\":\"ab\"", "The saved configuration is damaged: its field 'separator' must be one character, but was \"ab\".")]
    [InlineData("\"separator\":\"\"", "The saved configuration is damaged: its field 'separator' must be one character, but was \"\".")]
    [InlineData("\"model\":7", "The saved configuration is damaged: its field 'model' must be a text, but was 7.")]
    [InlineData("\"model\":\"cnm\"", "The model must be linear, mlp:128,64, cnn:32,64, resnet-8, lstm:128,1, gru:128,1 or transformer:64,4,2, with sizes of your own, but was 'cnm'.")]
    [InlineData("\"optimizer\":\"adam\"", "The saved configuration is damaged: its field 'optimizer' must be an object, but was \"adam\".")]
    [InlineData("\"clipping\":\"norm(-1)\"", "The largest norm of clipping must be a number of at least 0, but was -1.")]
    [InlineData("\"precision\":\"float64\"", "The precision must be float32, bfloat16 or float16, the latter two also with +compensated, +stochastic or +nearest instead of master weights, but was 'float64'.")]
    [InlineData("\"state_precision\":\"4bit\"", "The precision of the state must be float32 or bfloat16 or bfloat16+stochastic or 8bit, but was '4bit'.")]
    [InlineData("\"loss_scale\":\"0\"", "The loss scale must be a number above 0, but was 0.")]
    [InlineData("\"validation_fraction\":null", "The saved configuration is damaged: its field 'validation_fraction' must be a number, but was absent.")]
    [InlineData("\"validation_fraction\":1e999", "The saved configuration is damaged: its field 'validation_fraction' must be a finite number, but was 1e999.")]
    public void A_damaged_field_is_reported(string field, string message)
    {
        var json = new TrainingConfiguration().ToJson();
        var name = field.Split('"')[1];
        json[name] = System.Text.Json.Nodes.JsonNode.Parse("{" + field + "}")![name]?.DeepClone();
        Says(message, () => TrainingConfiguration.FromJson(JsonFields.Parse(json.ToJsonString(), "configuration")));
    }

    [Theory]
    [InlineData("", "The saved configuration is damaged: it is not readable JSON (")]
    [InlineData("[]", "The saved configuration is damaged: it is not a JSON object.")]
    [InlineData("null", "The saved configuration is damaged: it is not a JSON object.")]
    [InlineData("{\"seed\":1", "The saved configuration is damaged: it is not readable JSON (")]
    [InlineData("{\"seed\":1,\"seed\":2}", "The saved configuration is damaged: it is not readable JSON (")]
    public void A_text_that_is_no_JSON_object_is_reported(string text, string message) => Assert.StartsWith(
        message,
        Assert.Throws<DescentException>(() => TrainingConfiguration.FromJson(JsonFields.Parse(text, "configuration"))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(null, 1, 400)]
    [InlineData(null, 12, 400)]
    [InlineData(null, 13, 385)]
    [InlineData("mlp:128,64", 50, 100)]
    [InlineData("transformer", 51, 99)]
    [InlineData("linear", 250, 20)]
    [InlineData(null, 100_000, 10)]
    [InlineData("cnn:32,64", 1, 400)]
    [InlineData("cnn:32,64", 99, 31)]
    [InlineData("resnet-8", 250, 12)]
    [InlineData("cnn:32,64", 100_000, 8)]
    public void Without_a_number_of_epochs_there_are_about_5000_updates_or_with_convolutions_3000(string? model, int updatesPerEpoch, int epochs)
    {
        var configuration = new TrainingConfiguration { Model = model is null ? null : ModelSpecification.Parse(model) };
        Assert.Equal(epochs, configuration.EpochsFor(updatesPerEpoch));
        Assert.Equal(3, (configuration with { Epochs = 3 }).EpochsFor(updatesPerEpoch));
        Assert.Equal(epochs, BatchPlan.Of(configuration, 32 * updatesPerEpoch).Epochs);
        if (updatesPerEpoch < 1_000)
        {
            Assert.InRange(BatchPlan.Of(configuration with { BatchSize = BatchSize.Parse("constant(32) for 1% then constant(32)") }, 32 * updatesPerEpoch).Epochs, epochs - 1, epochs + 1);
        }
    }

    [Theory]
    [InlineData("mlp:32", LearningTask.Regression, 999, 5)]
    [InlineData("mlp:128,64", LearningTask.Regression, 1_000, 5)]
    [InlineData("mlp:128,64", LearningTask.Classification, 100, 784)]
    [InlineData("cnn:32,64", LearningTask.Classification, 100, 28, 28)]
    [InlineData("cnn:32,64", LearningTask.Classification, 100, 3, 4, 5)]
    [InlineData("mlp:128,64", LearningTask.Classification, 100, 28, 3)]
    [InlineData("mlp:128,64", LearningTask.Classification, 100, 2, 3, 4, 5)]
    [InlineData("transformer:64,4,2", LearningTask.Text, 100, 64)]
    public void Without_a_model_the_kind_of_data_chooses_one(string model, LearningTask task, int rows, params int[] shape)
    {
        Assert.Equal(model, new TrainingConfiguration().ModelFor(task, shape, rows).ToString());
        Assert.Equal("linear", new TrainingConfiguration { Model = new ModelSpecification([]) }.ModelFor(task, shape, rows).ToString());
    }

    [Theory]
    [InlineData("shift(2)", "cnn:32,64", 28, 30)]
    [InlineData("shift(1)", "resnet-8", 3, 40, 14)]
    [InlineData("none", "cnn:32,64", 13, 100)]
    [InlineData("none", "mlp:8", 28, 28)]
    [InlineData("none", "mlp:8", 784)]
    [InlineData("none", "transformer", 64)]
    public void Without_an_augmentation_convolutions_see_images_shifted(string augmentation, string model, params int[] shape)
    {
        Assert.Equal(augmentation, new TrainingConfiguration().AugmentationFor(ModelSpecification.Parse(model), shape).ToString());
        Assert.Equal("flip", new TrainingConfiguration { Augmentation = Augmentation.Parse("flip") }.AugmentationFor(ModelSpecification.Parse(model), shape).ToString());
        Assert.Equal("none", new TrainingConfiguration { Augmentation = Augmentation.None }.AugmentationFor(ModelSpecification.Parse(model), shape).ToString());
    }

    private static void AssertComesBack(TrainingConfiguration configuration)
    {
        var text = configuration.ToJson().ToJsonString();
        var again = TrainingConfiguration.FromJson(JsonFields.Parse(text, "configuration"));
        Assert.Equal(configuration, again);
        Assert.Equal(configuration.GetHashCode(), again.GetHashCode());
        Assert.Equal(text, again.ToJson().ToJsonString());
    }

    private static void Says(string message, Action action) => Assert.Equal(message, Assert.Throws<DescentException>(action).Message);
}
