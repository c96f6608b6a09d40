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
    [InlineData("cnn:4+residual")]
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

    [Fact]
    public void Folders_of_images_are_learned_augmented_predicted_and_resumed()
    {
        WriteFolders();
        string[] train = ["train", "@pictures", "--epochs", "6", "--batch-size", "8", "--augment", "shift(1), flip, cutout(2)", "--learning-rate", "0.02", "--threads", "1"];
        var answer = place.Succeed([.. train, "--out", "@run"]);
        Assert.Contains("data:          pictures: 32 rows to train, 8 to validate, images of 6×6", answer.Lines);
        Assert.Contains("task:          classification, 2 classes (a folder for each class: 40 images)", answer.Lines);
        Assert.Contains("augmentation:  shift(1), flip, cutout(2)", answer.Lines);
        Assert.Contains(answer.Lines, line => line.StartsWith("model:         cnn:32,64, ", StringComparison.Ordinal));
        Assert.Equal("shift(1), flip, cutout(2)", place.Json("run/config.json")["augmentation"]!.GetValue<string>());
        place.Succeed([.. train, "--out", "@other", "--max-steps", "9"]);
        place.Succeed("train", "--resume", "@other", "--quiet");
        Assert.Equal(File.ReadAllBytes(place["run/model.safetensors"]), File.ReadAllBytes(place["other/model.safetensors"]));
        var rows = place.Succeed("predict", "@run", "@pictures").Lines;
        Assert.Equal("file,prediction,probability_across,probability_down", rows[0]);
        Assert.Equal(Enumerable.Range(10, 20).Select(i => $"pictures/across/{i}.pgm"), rows[1..21].Select(row => row.Split(',')[0]));
        var one = place.Succeed("predict", "@run", "@pictures/down/12.pgm").Lines;
        Assert.Equal(rows[23], one[1]);
    }

    [Fact]
    public void A_text_is_learned_in_byte_pairs()
    {
        place.Write("abc.txt", string.Concat(Enumerable.Repeat("über der Straße → ", 200)));
        var answer = place.Succeed("train", "@abc.txt", "--tokens", "bpe:300", "--context", "8", "--model", "gru:8,1", "--epochs", "40", "--batch-size", "8", "--learning-rate", "0.05", "--out", "@run");
        Assert.Contains(answer.Lines, line => line.StartsWith("task:          the next of 273 different tokens (3,600 characters in 801 tokens)", StringComparison.Ordinal));
        Assert.Equal("bpe:300", place.Json("run/config.json")["tokens"]!.GetValue<string>());
        Assert.Equal("über der Straße → über der Straße →\n", place.Succeed("sample", "@run", "--prompt", "über", "--length", "7", "--temperature", "0").Output);
        Assert.Equal(place.Succeed("sample", "@run", "--seed", "5", "--length", "20").Output, place.Succeed("sample", "@run", "--seed", "5", "--length", "20", "--threads", "2").Output);
        Assert.StartsWith("🐈", place.Succeed("sample", "@run", "--prompt", "🐈", "--length", "3").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Sparse_rows_are_learned_and_predicted()
    {
        place.Write("words.libsvm", string.Concat(Enumerable.Range(0, 80).Select(i => $"{(i % 2 == 0 ? "+1" : "-1")} {1 + (i % 2 * 50) + (i % 7)}:1 {20 + (i % 2 * 50) + (i % 5)}:0.5\n")));
        var answer = place.Succeed("train", "@words.libsvm", "--model", "linear", "--optimizer", "adagrad", "--learning-rate", "0.5", "--epochs", "5", "--out", "@run");
        Assert.Contains("data:          words.libsvm: 64 rows to train, 16 to validate, 75 features, at most 2 other than 0 in a row", answer.Lines);
        Assert.Equal(1, place.Json("run/summary.json")["validation_accuracy"]!.GetValue<double>());
        Assert.InRange(place.Json("run/summary.json")["step_memory_bytes"]!.GetValue<long>(), 1_000, 100_000);
        place.Write("new", "0 2:1 3:1 20:1 21:1 900:1\n0 52:1\n");
        Assert.Equal(["prediction", "+1", "-1"], place.Succeed("predict", "@run", "@new").Lines.Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void Bad_images_texts_and_sparse_rows_are_one_sentence_and_nothing_is_written()
    {
        WriteFolders();
        WriteText();
        place.Write("rows.csv", Samples.Flowers());
        place.Write("empty.txt", "");
        place.Write("sparse", "1 3:1 2:1\n");
        place.Write("pictures/down/29.pgm", "P5 6 6 255 cut");
        string[] Train(string data, params string[] options) => ["train", data, "--out", "@run", .. options];
        Assert.Equal("pictures/down/29.pgm is a damaged image: it is cut off: 6×6 pixels need 36 bytes, but 3 were found; make it again or remove it.", place.Refuse(Train("@pictures")));
        place.Write("pictures/down/29.pgm", "P2 1 2 9 1 2");
        Assert.Equal("pictures/down/29.pgm is an image of 2×1 where pictures/across/10.pgm has 6×6; all images must have one size.", place.Refuse(Train("@pictures")));
        place.Write("pictures/down/29.pgm", "GIF89a");
        Assert.Equal("pictures/down/29.pgm is not a PNG or PGM image: it begins with 0x47494638; convert it or remove it.", place.Refuse(Train("@pictures")));
        place.Write("pictures/down/29.pgm", "");
        Assert.Equal("pictures/down/29.pgm is empty where a PNG or PGM image must be; make it again or remove it.", place.Refuse(Train("@pictures")));
        File.Delete(place["pictures/down/29.pgm"]);
        Assert.Equal("The model 'transformer:64,4,2' is for text, but the data are images of 6×6; choose another model.", place.Refuse(Train("@pictures", "--model", "transformer")));
        Assert.Equal("pictures is not read as text, so that a context or tokens do not apply; leave them out, or ask for the task text.", place.Refuse(Train("@pictures", "--context", "4")));
        Assert.Equal("rows.csv is not read as text, so that a context or tokens do not apply; leave them out, or ask for the task text.", place.Refuse(Train("@rows.csv", "--tokens", "bpe:300")));
        Assert.Equal("--context and --tokens belong to a text, but none was given; name the file, or leave them out to train on the generated digits.", place.Refuse("train", "--out", "@run", "--tokens", "bpe:300"));
        Assert.Equal("Augmentation is for images, but the data are rows of 3 numbers; leave it out.", place.Refuse(Train("@rows.csv", "--augment", "flip")));
        Assert.Equal("Augmentation is for images, but the data are rows of 6 numbers; leave it out.", place.Refuse(Train("@abc.txt", "--context", "6", "--augment", "flip")));
        Assert.Equal("The augmentation must be shift(PIXELS), flip, cutout(PIXELS), one or several of them, or none, with pixels from 1 to 10000, but 'turn(2)' has 'turn(2)'.", place.Refuse(Train("@pictures", "--augment", "turn(2)")));
        Assert.Equal("The tokens must be 'characters', or 'bpe:' and a vocabulary from 256 to 65536, as in bpe:512, but were 'words'.", place.Refuse(Train("@abc.txt", "--tokens", "words")));
        Assert.Equal("empty.txt has 0 characters, but training with a context of 64 needs at least 129; use a longer text or a shorter context.", place.Refuse(Train("@empty.txt")));
        Assert.Equal("empty.txt has 0 tokens, but training with a context of 64 needs at least 129; use a longer text or a shorter context.", place.Refuse(Train("@empty.txt", "--tokens", "bpe:300")));
        place.Write("same.txt", new string('\n', 200));
        Assert.Equal("same.txt has 200 characters that are all the same, so there is nothing to learn; use another text.", place.Refuse(Train("@same.txt")));
        Assert.Equal("sparse, line 1: indices must ascend, but 2 follows 3; sort the pairs of the line.", place.Refuse(Train("@sparse")));
        place.Write("sparse", "1 1:1\n2 3:1\n1 2:1\n2 4:1\n");
        Assert.StartsWith("Parameter 'fc1.weight' is to be stepped row by row, which lamb cannot", place.Refuse(Train("@sparse", "--optimizer", "lamb")), StringComparison.Ordinal);
        place.Succeed(Train("@pictures", "--epochs", "1", "--quiet"));
        place.Write("small.pgm", "P2 1 1 1 0");
        Assert.Equal("small.pgm is an image of 1×1 where the model needs 6×6; use images of that size.", place.Refuse("predict", "@run", "@small.pgm"));
        Assert.Equal("sparse holds sparse rows, but the model was trained on images; give rows like those of the training file.", place.Refuse("predict", "@run", "@sparse"));
    }

    /// <summary>Two folders of 20 images of 6×6, with a line across or down.</summary>
    private void WriteFolders()
    {
        for (var i = 0; i < 40; i++)
        {
            var folder = i % 2 == 0 ? "across" : "down";
            Directory.CreateDirectory(place[$"pictures/{folder}"]);
            place.Write($"pictures/{folder}/{10 + (i / 2)}.pgm", $"P2 6 6 9\n{string.Join(' ', Enumerable.Range(0, 36).Select(pixel => (i % 2 == 0 ? pixel / 6 : pixel % 6) == 1 + (i / 2 % 4) ? 9 : (pixel * i) % 3))}\n");
        }
    }

    private void WriteText() => place.Write("abc.txt", string.Concat(Enumerable.Repeat("abcd", 150)));
}
