using System.Text;
using Descent.Engine;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Tests.State;

public sealed class TensorFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("descent-state-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var path = Path.Combine(folder.FullName, "a.safetensors");
        var file = new TensorFile { Metadata = { ["note"] = "η = 0,1 \"quoted\"" } };
        file.Add<float>("w", [2, 3], new float[] { 1, 2, 3, 4, 5, 6 });
        file.Add<double>("b", [1], new[] { Math.PI });
        file.Add<long>("empty", [0], Array.Empty<long>());
        file.Write(path);
        var read = TensorFile.Read(path);
        Assert.Equal("η = 0,1 \"quoted\"", read.Metadata["note"]);
        Assert.Equal(["w", "b", "empty"], read.Tensors.Select(tensor => tensor.Name));
        var w = new float[6];
        read["w"].CopyTo<float>(w);
        Assert.Equal([1, 2, 3, 4, 5, 6], w);
        Assert.Equal([2, 3], read["w"].Shape);
        Assert.False(File.Exists(path + AtomicFile.TemporarySuffix));
    }

    [Fact]
    public void A_folder_is_flushed_where_the_system_can()
    {
        Assert.Equal(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() || OperatingSystem.IsFreeBSD(), FolderFlush.Flush(folder.FullName));
        Assert.False(FolderFlush.Flush(Path.Combine(folder.FullName, "none")));
        var before = Environment.CurrentDirectory;
        AtomicFile.WriteText(Path.GetRelativePath(before, Path.Combine(folder.FullName, "relative")), "text");
        Assert.Equal("text", File.ReadAllText(Path.Combine(folder.FullName, "relative")));
    }

    [Fact]
    public void Files_of_the_reference_are_read()
    {
        var path = Path.Combine(TestSupport.Golden.Root, "tests", "Golden", "training", "mlp_digits_adamw.initial.safetensors");
        Assert.Equal([128, 64], TensorFile.Read(path)["fc1.weight"].Shape);
    }

    public static TheoryData<string, string> Broken() => new()
    {
        { "", "it has 0 bytes, fewer than the 8 of the header's length" },
        { "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f{}", "its header of 9223372036854775807 bytes does not fit" },
        { "\u0010\0\0\0\0\0\0\0{}", "its header of 16 bytes does not fit" },
        { "\u0002\0\0\0\0\0\0\0{]", "its header is not the expected JSON" },
        { "\u0006\0\0\0\0\0\0\0{\"a\":1", "its header is not the expected JSON" },
        { Header("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""") + "1234", "reach from 0 to 8, but there are 4 bytes" },
        { Header("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}""") + "1234", "does not have 4 bytes" },
        { Header("""{"a":{"dtype":"F32","shape":[2000000000,2000000000,2000000000],"data_offsets":[0,4]}}""") + "1234", "does not have 4 bytes" },
        { Header("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""") + "1234", "leave a gap or overlap" },
        { Header("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""") + "1234", "end at byte 3 of the data, but there are 4" },
        { Header("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0]}}""") + "123", "tensor 'a' must have 2 data offsets, but has 1" },
        { Header("""{"a":{"shape":[3],"data_offsets":[0,3]}}""") + "123", "tensor 'a' has no dtype" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_refused_with_its_reason(string content, string reason)
    {
        var error = Assert.Throws<DescentException>(() => TensorFile.Parse(new MemoryStream(Encoding.Latin1.GetBytes(content)), "x.safetensors"));
        Assert.StartsWith("'x.safetensors' is not a readable safetensors file: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_tensors_and_wrong_types_are_sentences()
    {
        Assert.Equal("The file 'nowhere.safetensors' does not exist; check the name and the folder.", Assert.Throws<DescentException>(() => TensorFile.Read("nowhere.safetensors")).Message);
        var file = new TensorFile();
        file.Add<float>("w", [1], new float[1]);
        Assert.Equal("The file has no tensor 'v'; it has w.", Assert.Throws<DescentException>(() => file["v"]).Message);
        Assert.Equal("Tensor 'w' must be F64, but is F32.", Assert.Throws<DescentException>(() => file["w"].CopyTo<double>(new double[1])).Message);
        Assert.Equal("Tensor 'w' must have 2 elements, but has 1.", Assert.Throws<DescentException>(() => file["w"].CopyTo<float>(new float[2])).Message);
        Assert.Equal("Tensor 'x' of shape [3] does not have 2 elements; make them fit.", Assert.Throws<DescentException>(() => file.Add<float>("x", [3], new float[2])).Message);
        Assert.Equal(
            "A tensor cannot be named '__metadata__': the format uses that name; choose another.",
            Assert.Throws<DescentException>(() => file.Add<float>("__metadata__", [1], new float[1])).Message);
        Assert.Equal(
            "A tensor's name must be Unicode text, but half of a surrogate pair stands in it; choose another name.",
            Assert.Throws<DescentException>(() => file.Add<float>("\ud800", [1], new float[1])).Message);
        Assert.StartsWith("The type of tensor 'x' must be one of ", Assert.Throws<DescentException>(() => file.Add(new StoredTensor("x", "F31", [1], new byte[4]))).Message, StringComparison.Ordinal);
        Assert.Equal("Tensor names must be unique within a file, but 'w' occurs twice.", Assert.Throws<DescentException>(() => file.Add<float>("w", [1], new float[1])).Message);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_sentence()
    {
        var path = Path.Combine(folder.FullName, "locked.safetensors");
        new TensorFile().Write(path);
        using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.StartsWith($"The file '{path}' could not be read (", Assert.Throws<DescentException>(() => TensorFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_that_cannot_be_read_twice_is_a_sentence()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        var path = $"/proc/self/fd/{pipe.GetClientHandleAsString()}";
        Assert.Equal($"'{path}' is not a file but a stream; save it to a file first.", Assert.Throws<DescentException>(() => TensorFile.Read(path)).Message);
    }

    [Fact]
    public void The_name_of_the_checksums_is_taken()
    {
        var file = new TensorFile { Metadata = { ["descent.checksums"] = "mine" } };
        Assert.Equal("The metadata 'descent.checksums' are the file's own; choose another name.", Assert.Throws<DescentException>(() => file.Write(Path.Combine(folder.FullName, "x"))).Message);
    }

    [Fact]
    public void A_full_disk_leaves_the_old_file_unchanged()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        var path = Path.Combine(folder.FullName, "kept.safetensors");
        AtomicFile.WriteText(path, "old");
        File.CreateSymbolicLink(path + AtomicFile.TemporarySuffix, "/dev/full");
        var file = new TensorFile();
        file.Add<float>("w", [100_000], new float[100_000]);
        var error = Assert.Throws<DescentException>(() => file.Write(path));
        Assert.Contains("could not be written (No space left on device", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void State_of_another_method_or_model_is_refused_and_nothing_changes()
    {
        static Optimizer New(Method method, int length, string name = "w") =>
            Optimizer.For([new Parameter<float>(name, new float[length], new float[length])], method);
        var file = new TensorFile();
        OptimizerState.Save(New(new Adam(), 3), file);
        Assert.Equal(
            "The optimizer state was saved by adam, but this optimizer is lion; use the same method.",
            Assert.Throws<DescentException>(() => OptimizerState.Load(New(new Lion(), 3), file)).Message);
        Assert.Equal(
            "The optimizer state was saved for another model: 2 different: optimizer.w.m is F32 [3], not F32 [4], optimizer.w.v is F32 [3], not F32 [4]; rename what has other names, or load what fits.",
            Assert.Throws<DescentException>(() => OptimizerState.Load(New(new Adam(), 4), file)).Message);
        Assert.Equal(
            "The optimizer state was saved for another model: 3 missing: v, optimizer.v.m, optimizer.v.v; 3 unexpected: optimizer.w.m, optimizer.w.v, w; rename what has other names, or load what fits.",
            Assert.Throws<DescentException>(() => OptimizerState.Load(New(new Adam(), 3, "v"), file)).Message);
        Assert.Equal(
            "The optimizer state was saved with 1 groups, but this optimizer has 2.",
            Assert.Throws<DescentException>(() => OptimizerState.Load(Optimizer.For([new Parameter<float>("w", new float[3], new float[3])], [new ParameterGroup(new Adam(), "v"), new ParameterGroup(new Adam())]), file)).Message);
        Assert.Equal("The file holds no optimizer state.", Assert.Throws<DescentException>(() => OptimizerState.Load(New(new Adam(), 3), new TensorFile())).Message);
    }

    [Fact]
    public void State_with_more_than_the_optimizer_has_or_with_impossible_counts_is_refused()
    {
        static Optimizer New(Method method) => Optimizer.For([new Parameter<float>("w", new float[3], new float[3])], method);
        var file = new TensorFile();
        OptimizerState.Save(New(new AdamW { AmsGrad = true }), file);
        Assert.Equal(
            "The optimizer state was saved by adamw with ams_grad true, but here it is false; use the same.",
            Assert.Throws<DescentException>(() => OptimizerState.Load(New(new AdamW()), file)).Message);
        Assert.Equal(
            "The saved optimizer state is damaged: its field 'updates' must be an integer of at least 0, but was -7.",
            Changed("\"updates\":0", "\"updates\":-7"));
        Assert.Equal(
            "The saved optimizer state is damaged: its field 'w' must be an integer of at least 0, but was -1.",
            Changed("\"w\":0", "\"w\":-1"));
        Assert.Equal(
            "The optimizer state has format version -3, but this version reads 1 to 1; use a newer Descent.",
            Changed("\"format_version\":1", "\"format_version\":-3"));

        static string Changed(string from, string to)
        {
            var file = new TensorFile();
            OptimizerState.Save(New(new Adam()), file);
            Assert.Contains(from, file.Metadata["descent.optimizer"], StringComparison.Ordinal);
            file.Metadata["descent.optimizer"] = file.Metadata["descent.optimizer"].Replace(from, to);
            return Assert.Throws<DescentException>(() => OptimizerState.Load(New(new Adam()), file)).Message;
        }
    }

    private static string Header(string json) => (char)json.Length + "\0\0\0\0\0\0\0" + json;
}
