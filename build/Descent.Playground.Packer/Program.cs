using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

// The site as one zip: every file as it is, and beside it .br and .gz, so that a host need not compress.
// What is compressed is kept by its hash, so that a build after a small change takes a second.
var (runtime, assemblies, pages, library, cache, zip) = (args[0], args[1], args[2], args[3], args[4], args[5]);
Directory.CreateDirectory(cache);

var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
foreach (var name in new[] { "dotnet.js", "dotnet.runtime.js", "dotnet.native.js", "dotnet.native.wasm" })
{
    files[$"_framework/{name}"] = WithoutMap(name, File.ReadAllBytes(Path.Combine(runtime, name)));
}

// One file with all assemblies, one behind the other, and their names and lengths: a request takes longer than a small assembly.
var managed = Directory.GetFiles(assemblies, "*.dll").Order(StringComparer.Ordinal).ToArray();
files["_framework/assemblies.bin"] = [.. managed.SelectMany(File.ReadAllBytes)];
files["_framework/assemblies.json"] = JsonSerializer.SerializeToUtf8Bytes(managed.ToDictionary(path => Path.GetFileName(path), path => new FileInfo(path).Length));
foreach (var path in Directory.GetFiles(pages, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".d.ts", StringComparison.Ordinal)))
{
    files[Path.GetRelativePath(pages, path).Replace('\\', '/')] = File.ReadAllBytes(path);
}

// The catalogue is the library's answer, asked for here, so that a page can show its controls while the runtime starts.
var call = Assembly.LoadFrom(library).GetType("Descent.Playground.SiteFunctions", throwOnError: true)!.GetMethod("Call")!;
var answer = call.Invoke(null, ["catalog", "{}"])!;
files["catalog.json"] = Encoding.UTF8.GetBytes((string)answer.GetType().GetProperty("Json")!.GetValue(answer)!);

var twins = files.Keys.ToArray().AsParallel().Select(name => (Name: name, Brotli: Compressed(files[name], ".br"), Gzip: Compressed(files[name], ".gz"))).ToArray();
var written = zip + ".part";
using (var archive = new ZipArchive(File.Create(written), ZipArchiveMode.Create))
{
    foreach (var (name, brotli, gzip) in twins.OrderBy(twin => twin.Name, StringComparer.Ordinal))
    {
        Add(archive, name, files[name], CompressionLevel.Fastest);
        Add(archive, name + ".br", brotli, CompressionLevel.NoCompression);
        Add(archive, name + ".gz", gzip, CompressionLevel.NoCompression);
    }
}

File.Move(written, zip, overwrite: true);
Console.WriteLine($"playground: {files.Count} files, {files.Values.Sum(file => file.Length) / 1e6:F2} MB, {twins.Sum(twin => twin.Brotli.Length) / 1e6:F2} MB to download (Brotli)");
return 0;

static byte[] WithoutMap(string name, byte[] content) => name.EndsWith(".js", StringComparison.Ordinal)
    ? Encoding.UTF8.GetBytes(string.Join('\n', Encoding.UTF8.GetString(content).Split('\n').Where(line => !line.StartsWith("//# sourceMappingURL", StringComparison.Ordinal))))
    : content;

static void Add(ZipArchive archive, string name, byte[] content, CompressionLevel level)
{
    var entry = archive.CreateEntry(name, level);
    entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    using var stream = entry.Open();
    stream.Write(content);
}

byte[] Compressed(byte[] content, string suffix)
{
    var kept = Path.Combine(cache, Convert.ToHexStringLower(SHA256.HashData(content)) + suffix);
    if (File.Exists(kept))
    {
        return File.ReadAllBytes(kept);
    }

    using var memory = new MemoryStream();
    using (Stream stream = suffix == ".br" ? new BrotliStream(memory, CompressionLevel.SmallestSize, leaveOpen: true) : new GZipStream(memory, CompressionLevel.SmallestSize, leaveOpen: true))
    {
        stream.Write(content);
    }

    var own = $"{kept}.{Environment.ProcessId}";
    using (var file = File.Create(own))
    {
        memory.WriteTo(file);
    }

    File.Move(own, kept, overwrite: true);
    return memory.ToArray();
}
