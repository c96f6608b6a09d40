using System.Diagnostics;
using System.Globalization;
using Descent.Numerics;
using Descent.State;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Tests.State;

/// <summary>A process that saves all the time is killed at random moments: what it leaves is always a checkpoint, whole and of the update it says.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("descent-kill-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Whenever_a_process_is_killed_while_saving_the_checkpoint_is_whole()
    {
        var (random, kills, whileWriting) = (new SeededRandom(77), Fuzz.IsLong ? 100 : 20, 0);
        var path = Path.Combine(folder.FullName, "checkpoint.safetensors");
        var expected = SaveLoop.Start();
        for (var kill = 0; kill < kills; kill++)
        {
            var said = KillSaving(path, random.NextDouble());
            whileWriting += File.Exists(path + AtomicFile.TemporarySuffix) ? 1 : 0;

            // The file is read and its checksums are compared; it holds the update that was said last, or the next one.
            var loaded = SaveLoop.Resume(path);
            Assert.InRange(loaded.Updates, said, said + 1);
            while (expected.Updates < loaded.Updates)
            {
                expected.Step();
            }

            Assert.True(StateSamples.Bytes(SaveLoop.Checkpoint(expected)).AsSpan().SequenceEqual(File.ReadAllBytes(path)), $"Kill {kill} left other bytes than update {loaded.Updates} has.");
        }

        output.WriteLine($"{kills} kills, {whileWriting} of them while the file was being written, {expected.Updates} updates saved");
        Assert.True(whileWriting > 0, "No kill came while the file was being written.");
    }

    /// <summary>Starts a process that saves, kills it (SIGKILL) when that share of the time of a save has gone by in one, and returns the last update that it said.</summary>
    private static long KillSaving(string path, double share)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(KillTests).Assembly.Location, SaveLoop.Verb, path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        try
        {
            // The first save compiles the code; the second one is as long as those that follow.
            process.StandardOutput.ReadLine();
            var start = Stopwatch.GetTimestamp();
            var last = process.StandardOutput.ReadLine();
            Assert.NotNull(last);
            var moment = Stopwatch.GetElapsedTime(start) * share;
            SpinWait.SpinUntil(() => File.Exists(path + AtomicFile.TemporarySuffix), Limit);
            start = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(start) >= moment, Limit);
            process.Kill();
            process.WaitForExit();

            // The last line may be cut off; only those that end count.
            var rest = process.StandardOutput.ReadToEnd();
            var lines = rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return long.Parse(lines.LastOrDefault(last), CultureInfo.InvariantCulture);
        }
        finally
        {
            process.Kill();
        }
    }
}
