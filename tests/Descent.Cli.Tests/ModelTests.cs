using System.Text;

namespace Descent.Cli.Tests;

/// <summary>Models of images and of texts, from the command line.</summary>
[Collection(OneCommandAtATime.Name)]
public sealed class ModelTests : IDisposable
{
    private readonly Place place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("cnn:4")]
    [InlineData("resnet-8")]
    public void Images_are_learned_by_convolutions_and_predicted(string model)
    {
        Samples.Images(place);
        place.Succeed("train", "@images", "--model", model, "--out", "@run", "--epochs", "2", "--batch-size", "8", "--quiet");
        Assert.Equal(41, place.Succeed("predict", "@run", "@images").Lines.Length);
        Assert.Contains("continues no text", place.Refuse("sample", "@run"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("transformer:8,2,1")]
    [InlineData("lstm:8,2")]
    [InlineData("gru:8,1")]
    public void A_text_is_learned_and_continued_and_an_interrupted_run_goes_on_with_the_same_bits(string model)
    {
        WriteText();
        string[] train = ["train", "@abc.txt", "--model", model, "--context", "6", "--epochs", "12", "--batch-size", "8", "--learning-rate", "0.03", "--quiet", "--threads", "1"];
        place.Succeed([.. train, "--out", "@run"]);
        var written = place.Succeed("sample", "@run", "--prompt", "abc", "--length", "12", "--temperature", "0").Output;
        Assert.Equal("abcdabcdabcdabc\n", written);
        Assert.Equal(place.Succeed("sample", "@run", "--seed", "5", "--length", "20").Output, place.Succeed("sample", "@run", "--seed", "5", "--length", "20", "--threads", "2").Output);
        place.Succeed([.. train, "--out", "@other", "--max-steps", "7"]);
        place.Succeed("train", "--resume", "@other", "--quiet", "--threads", "1");
        Assert.Equal(File.ReadAllBytes(place["run/model.safetensors"]), File.ReadAllBytes(place["other/model.safetensors"]));
    }

    [Fact]
    public void Mistakes_with_texts_are_explained()
    {
        WriteText();
        place.Write("short.txt", "abc");
        place.Write("latin.txt", [.. Encoding.UTF8.GetBytes("abcdef"), 0xE4, 0x61]);
        Assert.EndsWith("short.txt has 3 characters, but training with a context of 64 needs at least 129; use a longer text or a shorter context.", place.Refuse("train", "@short.txt").Trim(), StringComparison.Ordinal);
        Assert.EndsWith("latin.txt is not UTF-8 text: byte 6 is none; convert it, or name a text file.", place.Refuse("train", "@latin.txt").Trim(), StringComparison.Ordinal);
        Assert.EndsWith("abc.txt is read as text, which has no columns; leave out the target, the header and the separator.", place.Refuse("train", "@abc.txt", "--task", "text", "--target", "x").Trim(), StringComparison.Ordinal);
        Assert.EndsWith("The model 'mlp:3' is for tables and images, but the data are text; choose another model.", place.Refuse("train", "@abc.txt", "--model", "mlp:3").Trim(), StringComparison.Ordinal);
        place.Succeed("train", "@abc.txt", "--model", "gru:4,1", "--epochs", "1", "--context", "6", "--out", "@run", "--quiet");
        Assert.EndsWith("The prompt has the character 'ü', which the text that the model was trained on does not; leave it out.", place.Refuse("sample", "@run", "--prompt", "abü").Trim(), StringComparison.Ordinal);
        Assert.EndsWith("The model continues texts; use 'descent sample'.", place.Refuse("predict", "@run", "@abc.txt").Trim(), StringComparison.Ordinal);
        Assert.EndsWith("a temperature of at least 0 and a top-k of at least 1, but was given 1, -1 and none.", place.Refuse("sample", "@run", "--temperature", "-1").Trim(), StringComparison.Ordinal);
    }

    private void WriteText() => place.Write("abc.txt", string.Concat(Enumerable.Repeat("abcd", 150)));
}
