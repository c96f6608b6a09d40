using Descent.Numerics;
using Descent.Training.Data;

namespace Descent.Training.Tests;

public class ModelSpecificationTests
{
    [Theory]
    [InlineData("linear")]
    [InlineData("mlp:1")]
    [InlineData("mlp:128,64")]
    [InlineData("mlp:128,64+batch_norm")]
    [InlineData("mlp:3,1000000,2")]
    [InlineData("cnn:3,4,5")]
    [InlineData("cnn:3,4+residual")]
    [InlineData("resnet-8")]
    [InlineData("lstm:7,2")]
    [InlineData("gru:7,2")]
    [InlineData("transformer:8,2,1")]
    [InlineData("transformer:8,2,1+dropout(0.1)")]
    [InlineData("mlp:8+batch_norm+dropout(0.25)")]
    public void The_text_comes_back(string text)
    {
        Assert.Equal(text, ModelSpecification.Parse(text).ToString());
        Assert.Equal(ModelSpecification.Parse(text), ModelSpecification.Parse(text));
        Assert.Equal(ModelSpecification.Parse(text).GetHashCode(), ModelSpecification.Parse(text).GetHashCode());
    }

    [Fact]
    public void Other_sizes_are_another_model()
    {
        Assert.NotEqual(ModelSpecification.Parse("mlp:2,3"), ModelSpecification.Parse("mlp:3,2"));
        Assert.NotEqual(ModelSpecification.Parse("mlp:2"), ModelSpecification.Parse("mlp:2+batch_norm"));
        Assert.NotEqual(ModelSpecification.Parse("mlp:2"), ModelSpecification.Parse("linear"));
        Assert.NotEqual(ModelSpecification.Parse("mlp:2"), ModelSpecification.Parse("mlp:2+dropout(0.5)"));
        Assert.NotEqual(ModelSpecification.Parse("cnn:2"), ModelSpecification.Parse("cnn:2+residual"));
    }

    [Theory]
    [InlineData("mlp:3+residual")]
    [InlineData("resnet-8+residual")]
    [InlineData("cnn:3+residual+residual")]
    public void Only_a_CNN_has_a_residual_and_once(string text) =>
        Says($"Only a CNN may end with '+residual', once, as in cnn:32,64+residual, but the model was '{text}'.", text);

    /// <summary>After each pooling there are two more convolutions of 9·c² weights, with batch norm, beside which the numbers pass.</summary>
    [Fact]
    public void A_residual_adds_two_convolutions_to_each()
    {
        var (plain, residual) = (Parameters("cnn:3,5"), Parameters("cnn:3,5+residual"));
        Assert.Equal(2 * ((9 * (9 + 25)) + (2 * (3 + 5))), residual - plain);

        static int Parameters(string model) => ModelSpecification.Parse(model).Create(LearningTask.Classification, [8, 8], 2, new SeededRandom(1)).Parameters.Sum(parameter => parameter.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Linear")]
    [InlineData("mlp")]
    [InlineData("cnn3")]
    [InlineData("resnet-8:3")]
    [InlineData(" mlp:3")]
    public void A_text_that_is_no_model_is_refused(string text) =>
        Says($"The model must be linear, mlp:128,64, cnn:32,64, resnet-8, lstm:128,1, gru:128,1 or transformer:64,4,2, with sizes of your own, but was '{text}'.", text);

    [Fact]
    public void A_text_of_several_lines_is_shown_on_one() =>
        Says("The model must be linear, mlp:128,64, cnn:32,64, resnet-8, lstm:128,1, gru:128,1 or transformer:64,4,2, with sizes of your own, but was ' mlp:7'.", "\nmlp:7");

    [Theory]
    [InlineData("mlp:", "")]
    [InlineData("mlp:3,", "")]
    [InlineData("mlp:3,,4", "")]
    [InlineData("mlp:0", "0")]
    [InlineData("mlp:-3", "-3")]
    [InlineData("mlp:3, 4", " 4")]
    [InlineData("mlp:1.5", "1.5")]
    [InlineData("mlp:1000001", "1000001")]
    [InlineData("mlp:99999999999999", "99999999999999")]
    [InlineData("mlp:big", "big")]
    public void A_size_that_is_not_allowed_is_named(string text, string part) =>
        Says($"The sizes of hidden layers must be whole numbers from 1 to 1000000, as in mlp:128,64, but '{text}' has '{part}'.", text);

    [Theory]
    [InlineData("mlp:3+batchnorm")]
    [InlineData("mlp:3+batch_norm,4")]
    [InlineData("mlp:3+")]
    public void An_addition_that_there_is_not_is_refused(string text) =>
        Says($"The model may end with '+batch_norm' after its sizes, as in mlp:128,64+batch_norm, but was '{text}'.", text);

    [Theory]
    [InlineData("mlp:3+dropout(1)")]
    [InlineData("mlp:3+dropout(0)")]
    [InlineData("mlp:3+dropout(0.1")]
    [InlineData("mlp:3+dropout(0.1)+batch_norm")]
    [InlineData("linear+dropout(0.1)")]
    [InlineData("cnn:3+dropout(0.1)")]
    public void A_dropout_that_is_not_allowed_is_refused(string text) =>
        Says($"An MLP or a Transformer may end with a dropout of a probability in (0, 1), as in mlp:128,64+dropout(0.2), but the model was '{text}'.", text);

    [Fact]
    public void The_model_has_the_layers_asked_for()
    {
        Assert.Equal(
            ["fc1.weight [5, 4]", "fc1.bias [5]", "bn1.weight [5]", "bn1.bias [5]", "fc2.weight [3, 5]", "fc2.bias [3]"], Describe("mlp:5+batch_norm"));
        Assert.Equal(["fc.weight [3, 4]", "fc.bias [3]"], Describe("linear"));
        Assert.Equal(["fc1.weight [5, 4]", "fc1.bias [5]", "fc2.weight [2, 5]", "fc2.bias [2]", "fc3.weight [3, 2]", "fc3.bias [3]"], Describe("mlp:5,2"));
    }

    [Fact]
    public void A_model_for_other_data_is_refused()
    {
        Assert.Equal("The model 'lstm' has 2 sizes, as in lstm:128,1, but was 'lstm:7'.", Assert.Throws<DescentException>(() => ModelSpecification.Parse("lstm:7")).Message);
        Assert.Equal("The model 'cnn:32,64' is for images, but the data are a table; choose another model.", Assert.Throws<DescentException>(() => ModelSpecification.Parse("cnn").Create(4, 3, new SeededRandom(1))).Message);
        Assert.Equal(
            "The model 'gru:128,1' is for text, but the data are images of 8×8; choose another model.",
            Assert.Throws<DescentException>(() => ModelSpecification.Parse("gru").Create(LearningTask.Classification, [8, 8], 3, new SeededRandom(1))).Message);
        Assert.Equal(
            "The model 'mlp:3' is for tables and images, but the data are text; choose another model.",
            Assert.Throws<DescentException>(() => ModelSpecification.Parse("mlp:3").Create(LearningTask.Text, [8], 3, new SeededRandom(1))).Message);
    }

    [Fact]
    public void A_model_too_large_for_memory_is_refused()
    {
        var error = Assert.Throws<DescentException>(() => ModelSpecification.Parse("mlp:1000000,1000000").Create(1, 1, new SeededRandom(1)));
        Assert.Contains("1000000", error.Message, StringComparison.Ordinal);
    }

    private static string[] Describe(string text) =>
        [.. ModelSpecification.Parse(text).Create(4, 3, new SeededRandom(1)).Parameters.Select(p => $"{p.Name} [{string.Join(", ", p.Shape.ToArray())}]")];

    private static void Says(string message, string text) =>
        Assert.Equal(message, Assert.Throws<DescentException>(() => ModelSpecification.Parse(text)).Message);
}
