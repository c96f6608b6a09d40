using System.Globalization;
using System.Text.Json.Nodes;
using Descent.State;

namespace Descent.Cli.Tests;

/// <summary><c>descent state</c> on checkpoints that <c>descent train</c> made.</summary>
[Collection(OneCommandAtATime.Name)]
public sealed class StateTests : IDisposable
{
    private const string Checkpoint = "@run/checkpoint.safetensors";
    private readonly Place place = new();

    public StateTests() => place.Write("flowers.csv", Samples.Flowers());

    public void Dispose() => place.Dispose();

    [Fact]
    public void Inspect_shows_metadata_and_tensors_with_checksums_and_numbers()
    {
        Train("run");
        var answer = place.Succeed("state", "inspect", Checkpoint);
        Assert.Contains("descent.optimizer.updates: 4", answer.Lines);
        Assert.Contains("descent.optimizer.steps: {\"fc1.weight\":4,\"fc1.bias\":4,\"fc2.weight\":4,\"fc2.bias\":4}", answer.Lines);
        Assert.Contains("descent.training.model: \"mlp:4\"", answer.Lines);
        Assert.Contains(answer.Lines, line => line.StartsWith("descent.optimizer.methods: [{\"method\":\"adam\",", StringComparison.Ordinal));
        Assert.Matches(@"│ optimizer\.fc1\.weight\.m +│ F32 +│ \[4, 3\] │ 48 +│ right +│ -?[\d.E-]+ +│ [\d.E-]+ +│ -?[\d.E-]+ +│", answer.Output);
        Assert.Equal("16 tensors, 496 bytes", answer.Lines[^1]);
        Assert.Equal("2 tensors, 64 bytes", place.Succeed("state", "inspect", Checkpoint, "--tensors", "optimizer.fc1.*.m").Lines[^1]);
        Assert.Equal("1 tensor, 48 bytes", place.Succeed("state", "inspect", Checkpoint, "--tensors", "optimizer.fc1.weight.m").Lines[^1]);
        Assert.StartsWith("descent.model.architecture: ", place.Succeed("state", "inspect", "@run/model.safetensors").Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_as_JSON_is_all_of_it_as_data()
    {
        Train("run");
        var json = JsonNode.Parse(place.Succeed("state", "inspect", Checkpoint, "--json").Output)!;
        Assert.Equal(4, json["metadata"]!["descent.optimizer"]!["updates"]!.GetValue<int>());
        var file = TensorFile.Read(place.Full(Checkpoint));
        var tensors = json["tensors"]!.AsArray();
        Assert.Equal(file.Tensors.Select(tensor => tensor.Name), tensors.Select(tensor => tensor!["name"]!.GetValue<string>()));
        foreach (var tensor in tensors)
        {
            var values = new float[file[tensor!["name"]!.GetValue<string>()].Bytes.Length / 4];
            file[tensor["name"]!.GetValue<string>()].CopyTo<float>(values);
            Assert.Equal("right", tensor["checksum"]!.GetValue<string>());
            Assert.Equal((values.Min(), values.Max(), 0), ((float)tensor["least"]!.GetValue<double>(), (float)tensor["largest"]!.GetValue<double>(), tensor["not_finite"]!.GetValue<int>()));
            Assert.Equal(values.Sum(value => (double)value) / values.Length, tensor["mean"]!.GetValue<double>(), 12);
        }
    }

    [Fact]
    public void Inspect_of_another_programs_file_and_of_every_type_of_numbers()
    {
        var file = new TensorFile { Metadata = { ["format"] = "pt" } };
        file.Add<double>("F64", [2], new[] { -1.5, 2 });
        file.Add<float>("F32", [3], new[] { 1, float.NaN, float.PositiveInfinity });
        file.Add<Half>("F16", [1], new[] { (Half)0.5f });
        file.Add<Numerics.BFloat16>("BF16", [1], new[] { (Numerics.BFloat16)(-3f) });
        file.Add<long>("I64", [1], new[] { -5L });
        file.Add<int>("I32", [1], new[] { 7 });
        file.Add<short>("I16", [1], new short[] { -8 });
        file.Add<sbyte>("I8", [1], new sbyte[] { -9 });
        file.Add<ulong>("U64", [1], new[] { 10UL });
        file.Add<uint>("U32", [1], new[] { 11U });
        file.Add<ushort>("U16", [1], new ushort[] { 12 });
        file.Add<byte>("U8", [1], new byte[] { 13 });
        file.Add(new StoredTensor("BOOL", "BOOL", [1], new byte[] { 1 }));
        file.Add(new StoredTensor("F8_E5M2", "F8_E5M2", [1], new byte[] { 0x3C }));
        file.Add(new StoredTensor("F8_E4M3", "F8_E4M3", [1], new byte[] { 1 }));
        file.Add<float>("none", [0], Array.Empty<float>());
        file.Write(place["all"]);
        var tensors = JsonNode.Parse(place.Succeed("state", "inspect", "@all", "--json").Output)!["tensors"]!.AsArray();
        Assert.Equal(
            ["F64 2", "F32 1", "F16 0.5", "BF16 -3", "I64 -5", "I32 7", "I16 -8", "I8 -9", "U64 10", "U32 11", "U16 12", "U8 13", "BOOL 1", "F8_E5M2 1", "F8_E4M3 ", "none "],
            tensors.Select(tensor => string.Create(CultureInfo.InvariantCulture, $"{tensor!["name"]} {tensor["largest"]?.GetValue<double>()}")));
        Assert.Equal(2, tensors[1]!["not_finite"]!.GetValue<int>());
        Assert.Contains("2 not finite", place.Succeed("state", "inspect", "@all").Output, StringComparison.Ordinal);
        Assert.StartsWith("format: pt\n", place.Succeed("state", "inspect", "@all").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_finds_damage_and_the_others_refuse_it()
    {
        Train("run");
        var bytes = File.ReadAllBytes(place.Full(Checkpoint));
        bytes[^1] ^= 1;
        place.Write("damaged", bytes);
        var answer = place.Run("state", "inspect", "@damaged");
        Assert.Equal((1, ""), (answer.Code, answer.Error));
        Assert.Matches(@"│ optimizer\.fc2\.bias\.v +│ F32 .* damaged", answer.Output);
        Assert.Equal(1, place.Run("state", "inspect", "@damaged", "--json").Code);
        const string Sentence = "'damaged' is not a readable safetensors file: the bytes of tensor 'optimizer.fc2.bias.v' do not have the checksum they were saved with.";
        Assert.Equal(Sentence, place.Refuse("state", "diff", Checkpoint, "@damaged"));
        Assert.Equal(Sentence, place.Refuse("state", "rename", "@damaged", "--map", "fc1*=a*", "--out", "@new"));
        Assert.Equal(Sentence, place.Refuse("state", "convert", "@damaged", "--to", "adamw", "--out", "@new"));
    }

    [Fact]
    public void Diff_is_0_for_the_same_1_for_others_and_says_in_what()
    {
        Train("run");
        Train("other", "--seed", "2");
        Assert.Equal("16 tensors, no difference\n", place.Succeed("state", "diff", Checkpoint, Checkpoint).Output);
        Assert.Equal("{\"differences\":[]}", Compact(place.Succeed("state", "diff", Checkpoint, Checkpoint, "--json").Output));
        var answer = place.Run("state", "diff", Checkpoint, "@other/checkpoint.safetensors");
        Assert.Equal((1, ""), (answer.Code, answer.Error));
        Assert.Contains("metadata descent.training.seed: 1 and 2", answer.Lines);
        Assert.Contains(answer.Lines, line => line.StartsWith("model.fc1.weight: largest difference ", StringComparison.Ordinal));
        Assert.Equal($"{answer.Lines.Length - 1} differences", answer.Lines[^1]);
    }

    [Fact]
    public void Diff_compares_names_types_shapes_numbers_and_metadata()
    {
        var (a, b) = (new TensorFile { Metadata = { ["same"] = "x", ["text"] = "1", ["json"] = "{\"a\":[1,{\"b\":2}],\"c\":3}" } }, new TensorFile { Metadata = { ["same"] = "x", ["more"] = "y", ["json"] = "{\"c\":3,\"a\":[1,{\"b\":4}]}" } });
        a.Add<float>("near", [2], new[] { 1f, float.NaN });
        b.Add<float>("near", [2], new[] { 1.25f, float.NaN });
        a.Add<float>("nan", [1], new[] { 1f });
        b.Add<float>("nan", [1], new[] { float.NaN });
        a.Add<float>("type", [1], new float[1]);
        b.Add<double>("type", [1], new double[1]);
        a.Add<float>("shape", [2, 1], new float[2]);
        b.Add<float>("shape", [1, 2], new float[2]);
        a.Add<float>("first", [1], new float[1]);
        b.Add<float>("second", [1], new float[1]);
        a.Add(new StoredTensor("bytes", "F8_E4M3", [1], new byte[] { 1 }));
        b.Add(new StoredTensor("bytes", "F8_E4M3", [1], new byte[] { 2 }));
        a.Write(place["a"]);
        b.Write(place["b"]);
        Assert.Equal(
            [
                "metadata json.a[1].b: 2 and 4",
                "metadata more: only in the second",
                "metadata text: only in the first",
                "near: largest difference 0.25",
                "nan: largest difference Infinity",
                "type: F32 [1] and F64 [1]",
                "shape: F32 [2, 1] and F32 [1, 2]",
                "first: only in the first",
                "bytes: other bytes",
                "second: only in the second",
                "10 differences",
            ],
            place.Run("state", "diff", "@a", "@b").Lines);
        Assert.DoesNotContain("near", place.Run("state", "diff", "@a", "@b", "--tolerance", "0.25").Output, StringComparison.Ordinal);
        var json = JsonNode.Parse(place.Run("state", "diff", "@a", "@b", "--json").Output)!["differences"]!.AsArray();
        Assert.Equal(
            ["{\"name\":\"near\",\"first\":\"F32 [2]\",\"second\":\"F32 [2]\",\"largest\":0.25}", "{\"name\":\"nan\",\"first\":\"F32 [1]\",\"second\":\"F32 [1]\",\"largest\":\"Infinity\"}"],
            json.Skip(3).Take(2).Select(item => item!.ToJsonString()));
    }

    [Fact]
    public void Rename_gives_weights_state_and_counts_new_names()
    {
        Train("run");
        Assert.Equal("16 of 16 tensors renamed, written to new\n", place.Succeed("state", "rename", Checkpoint, "--map", "fc1.*=first.*", "fc2.*=second.*", "--out", "@new").Output);
        var file = TensorFile.Read(place["new"]);
        Assert.Equal(["model.first.weight", "best.second.bias", "optimizer.first.weight.m"], new[] { "model.first.weight", "best.second.bias", "optimizer.first.weight.m" }.Where(name => file.Find(name) is not null));
        Assert.Contains("\"steps\":{\"first.weight\":4,\"first.bias\":4,\"second.weight\":4,\"second.bias\":4}", file.Metadata["descent.optimizer"], StringComparison.Ordinal);
        Assert.Equal("4 of 16 tensors renamed, written to new\n", place.Succeed("state", "rename", Checkpoint, "--map", "fc1.bias=b", "--out", "@new", "--overwrite").Output);

        // And back again: the same file.
        place.Succeed("state", "rename", "@new", "--map", "b=fc1.bias", "--out", "@new", "--overwrite");
        Assert.Equal(File.ReadAllBytes(place.Full(Checkpoint)), File.ReadAllBytes(place["new"]));
    }

    [Fact]
    public void Convert_makes_a_checkpoint_that_the_new_method_goes_on_with()
    {
        Train("run");
        Assert.Equal(
            ["m, the average of gradients, is taken over.", "v, the average of squared gradients, is taken over.", "written to adamw"],
            place.Succeed("state", "convert", Checkpoint, "--to", "adamw(weight_decay=0.1)", "--out", "@adamw").Lines);
        Assert.Equal(
            ["m, the average of gradients, is taken over.", "v, the average of squared gradients, is left behind.", "written to lion"],
            place.Succeed("state", "convert", Checkpoint, "--to", "lion", "--out", "@lion").Lines);

        // A run of the new method, stopped at the same step, goes on from the converted file.
        foreach (var method in new[] { "adamw", "lion" })
        {
            Train($"{method}-run", "--optimizer", method, "--max-steps", "4", "--epochs", "3");
            var converted = TensorFile.Read(place[method]);
            var file = new TensorFile();
            foreach (var (key, value) in TensorFile.Read(place[$"{method}-run/checkpoint.safetensors"]).Metadata)
            {
                file.Metadata[key] = key == "descent.optimizer" ? converted.Metadata[key] : value;
            }

            foreach (var tensor in converted.Tensors)
            {
                file.Add(tensor);
            }

            file.Write(place[$"{method}-run/checkpoint.safetensors"]);
            place.Succeed("train", "--resume", $"@{method}-run");
            Assert.Equal(6, place.Json($"{method}-run/summary.json")["steps"]!.GetValue<int>());
        }
    }

    [Fact]
    public void Existing_files_are_replaced_only_when_asked_also_the_source_itself()
    {
        Train("run");
        var before = File.ReadAllBytes(place.Full(Checkpoint));
        Assert.Equal("The output file 'run/checkpoint.safetensors' already exists; use --overwrite to replace it, or another name.", place.Refuse("state", "convert", Checkpoint, "--to", "adamw", "--out", Checkpoint));
        Assert.Equal("The output file 'run/checkpoint.safetensors' already exists; use --overwrite to replace it, or another name.", place.Refuse("state", "rename", Checkpoint, "--map", "fc1*=a*", "--out", Checkpoint));
        place.Succeed("state", "convert", Checkpoint, "--to", "adamw", "--out", Checkpoint, "--overwrite");
        place.Succeed("state", "convert", Checkpoint, "--to", "adam(learning_rate=1)", "--out", Checkpoint, "--overwrite");
        Assert.NotEqual(before, File.ReadAllBytes(place.Full(Checkpoint)));
        Assert.Equal(1, place.Run("state", "inspect", Checkpoint, "--json").Output.Split("\"method\": \"adam\"").Length - 1);
    }

    [Theory]
    [InlineData("", "A command must be given: inspect, diff, rename, convert; see 'descent state --help'.")]
    [InlineData("inspct a", "There is no command 'inspct'; the nearest are 'inspect', 'convert', 'diff'; see 'descent state --help'.")]
    [InlineData("inspect", "Required argument missing for command: 'inspect'; see 'descent state inspect --help'.")]
    [InlineData("inspect ~", "FILE must not be empty; see 'descent state inspect --help'.")]
    [InlineData("inspect @nowhere", "The file 'nowhere' does not exist; check the name and the folder.")]
    [InlineData("inspect @folder", "'folder' is a folder; name the file in it.")]
    [InlineData("inspect @flowers.csv", "'flowers.csv' is not a readable safetensors file: its header of 8587353438649476460 bytes does not fit into the file's LENGTH.")]
    [InlineData("inspect @w --tensors x*", "No tensor is named like 'x*'; the file has w.")]
    [InlineData("diff @w", "Required argument missing for command: 'diff'; see 'descent state diff --help'.")]
    [InlineData("diff @w @nowhere", "The file 'nowhere' does not exist; check the name and the folder.")]
    [InlineData("diff @w @w --tolerance -1", "--tolerance must be a number of at least 0, but was '-1'; see 'descent state diff --help'.")]
    [InlineData("diff @w @w --tolerance x", "--tolerance must be a number of at least 0, but was 'x'; see 'descent state diff --help'.")]
    [InlineData("rename @w --out @new", "Option '--map' is required; see 'descent state rename --help'.")]
    [InlineData("rename @w --map w=v", "Option '--out' is required; see 'descent state rename --help'.")]
    [InlineData("rename @w --map w --out @new", "A rename is OLD=NEW, as in 'encoder.*=model.encoder.*', but was 'w'.")]
    [InlineData("rename @w --map w*=v --out @new", "A rename is OLD=NEW with at most one '*' on each side, or none on both, but was 'w*=v'.")]
    [InlineData("rename @w --map x=v --out @new", "'x' matches no parameter of the file, which has w.")]
    [InlineData("rename @w --map w=__metadata__ --out @new", "A tensor cannot be named '__metadata__': the format uses that name; choose another.")]
    [InlineData("rename @w --map w=v --out ~", "--out must not be empty; see 'descent state rename --help'.")]
    [InlineData("convert @w --out @new", "Option '--to' is required; see 'descent state convert --help'.")]
    [InlineData("convert @w --to adamw", "Option '--out' is required; see 'descent state convert --help'.")]
    [InlineData("convert @w --to adamw --out @new", "The file holds no optimizer state.")]
    [InlineData("convert @w --to admaw --out @new", "There is no optimizer 'admaw'; the nearest names are 'adam', 'adamax', 'adamw' ('descent optimizers' lists all).")]
    public void Mistakes_are_sentences_and_exit_code_2(string command, string sentence)
    {
        Directory.CreateDirectory(place["folder"]);
        var file = new TensorFile();
        file.Add<float>("w", [1], new float[1]);
        file.Write(place["w"]);
        Assert.Equal(sentence.Replace("LENGTH", $"{new FileInfo(place["flowers.csv"]).Length}", StringComparison.Ordinal), place.Refuse(["state", .. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word == "~" ? "" : word)]));
    }

    [Theory]
    [InlineData("state", "descent state [command] [options]", "inspect diff rename convert")]
    [InlineData("state inspect", "descent state inspect <FILE> [options]", "--json --tensors")]
    [InlineData("state diff", "descent state diff <FIRST> <SECOND> [options]", "--json --tolerance")]
    [InlineData("state rename", "descent state rename <FILE> [options]", "--map --out --overwrite")]
    [InlineData("state convert", "descent state convert <FILE> [options]", "--to --out --overwrite adamw amsgrad lion")]
    public void Help_names_every_option(string verb, string usage, string words)
    {
        var answer = place.Succeed([.. verb.Split(' '), "--help"]);
        Assert.Contains("Usage:\n  " + usage + "\n", answer.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.All(words.Split(' '), word => Assert.Contains(word, answer.Output, StringComparison.Ordinal));
    }

    private void Train(string run, params string[] more) =>
        place.Succeed(["train", "@flowers.csv", "--out", "@" + run, "--model", "mlp:4", "--quiet", "--threads", "1", .. more.Contains("--epochs") ? Array.Empty<string>() : ["--epochs", "2"], .. more.Contains("--optimizer") ? Array.Empty<string>() : ["--optimizer", "adam"], .. more]);

    private static string Compact(string json) => JsonNode.Parse(json)!.ToJsonString();
}
