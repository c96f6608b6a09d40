using System.Diagnostics;
using System.Runtime.InteropServices;
using Descent.State;
using Descent.TestSupport;

namespace Descent.Cli.Tests;

/// <summary>The program as the shell starts it: signals, pipes and working directories.</summary>
[Collection(OneCommandAtATime.Name)]
public sealed class ProcessTests : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string[] Long = ["--epochs", "10000", "--batch-size", "8", "--model", "mlp:64", "--threads", "1"];
    private readonly Place place = new();
    private readonly List<Process> processes = [];

    public ProcessTests() => place.Write("flowers.csv", Samples.Flowers(rows: 3000));

    public void Dispose()
    {
        foreach (var process in processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        place.Dispose();
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_signal_saves_a_checkpoint_that_a_resumed_run_ends_with_the_same_bytes(int signal)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var process = Start(place.Path, ["train", "flowers.csv", "--out", "run", .. Long]);
        await LineAsync(process, "epoch 1/10000,");
        Assert.Equal(0, Kill(process.Id, signal));
        var (code, output, error) = await EndAsync(process);
        Assert.Equal((130, ""), (code, error));
        Assert.Matches("^Stopped after step [0-9]+ of 3000000; go on with: descent train --resume run$", output.TrimEnd().Split('\n')[^1]);
        Assert.Equal("interrupted", place.Json("run/summary.json")["end"]!.GetValue<string>());

        // The run is too long to finish; both go on to the middle of the epoch after the next.
        var end = $"{place.Json("run/summary.json")["steps"]!.GetValue<int>() + 750}";
        place.Succeed("train", "--resume", "@run", "--max-steps", end, "--quiet");
        place.Succeed(["train", "@flowers.csv", "--out", "@straight", "--max-steps", end, .. Long, "--quiet"]);
        Assert.Equal(File.ReadAllBytes(place["straight/model.safetensors"]), File.ReadAllBytes(place["run/model.safetensors"]));
        Assert.Equal(Weights("straight"), Weights("run"));

        IEnumerable<string> Weights(string run) => TensorFile.Read(place[$"{run}/checkpoint.safetensors"]).Tensors.Select(tensor => $"{tensor.Name} {Convert.ToHexString(tensor.Bytes.Span)}");
    }

    [Fact]
    public async Task A_reader_that_goes_away_leaves_no_stack_trace()
    {
        var process = Start(place.Path, ["train", "flowers.csv", "--out", "run", "--epochs", "5", "--model", "linear"]);
        await LineAsync(process, "data:");
        process.StandardOutput.Close();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(new CancellationTokenSource(Limit).Token);
        Assert.Equal("", error);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal("completed", place.Json("run/summary.json")["end"]!.GetValue<string>());
    }

    /// <summary>In a process of its own, because the choice is the whole program's.</summary>
    [OpenBlasFact]
    public async Task OpenBLAS_multiplies_where_it_is_asked_for()
    {
        string[] command = ["train", "flowers.csv", "--epochs", "1", "--model", "mlp:400,400", "--threads", "1", "--quiet"];
        Assert.Equal((0, "", ""), await EndAsync(Start(place.Path, [.. command, "--out", "own"])));
        Assert.Equal((0, "", ""), await EndAsync(Start(place.Path, [.. command, "--out", "other", "--openblas"])));
        var (own, other) = (Loss("own"), Loss("other"));
        Assert.True(Math.Abs(own - other) <= 1e-3 * own, $"{own} and {other}");
        Assert.NotEqual(File.ReadAllBytes(place["own/model.safetensors"]), File.ReadAllBytes(place["other/model.safetensors"]));

        double Loss(string run) => place.Json($"{run}/summary.json")["best_validation_loss"]!.GetValue<double>();
    }

    [Fact]
    public async Task Relative_paths_are_those_of_the_working_directory_and_a_run_goes_on_from_anywhere()
    {
        Directory.CreateDirectory(place["a"]);
        Directory.CreateDirectory(place["b"]);
        File.Move(place["flowers.csv"], place["a/flowers.csv"]);
        Assert.Equal(0, (await EndAsync(Start(place["a"], ["train", "flowers.csv", "--max-steps", "5", "--quiet"]))).Code);
        Assert.Equal((0, "", ""), await EndAsync(Start(place["b"], ["train", "--resume", "../a/runs/flowers-adamw-1", "--max-steps", "6", "--quiet"])));
        Assert.Equal((0, "", ""), await EndAsync(Start(place["a"], ["train", "flowers.csv", "--max-steps", "6", "--quiet"])));
        Assert.Equal(
            File.ReadAllBytes(place["a/runs/flowers-adamw-1/config.json"]),
            File.ReadAllBytes(place["a/runs/flowers-adamw-2/config.json"]));
        Assert.Equal(6, place.Json("a/runs/flowers-adamw-1/summary.json")["steps"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_mistake_is_exit_code_2_and_one_line()
    {
        var (code, output, error) = await EndAsync(Start(place.Path, ["train", "nowhere.csv"]));
        Assert.Equal((2, ""), (code, output));
        Assert.Equal("nowhere.csv does not exist; check the name and the folder.", Place.Sentence(place.Plain(error)));
        Assert.False(Directory.Exists(place["runs"]));
    }

    [Fact]
    public async Task The_version_is_the_one_of_the_build()
    {
        var (code, output, error) = await EndAsync(Start(place.Path, ["--version"]));
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"^\d+\.\d+\.\d+(\+[0-9a-f]+)?$", output.TrimEnd());
    }

    private Process Start(string folder, string[] arguments)
    {
        processes.Add(Process.Start(new ProcessStartInfo("dotnet", [typeof(Application).Assembly.Location, .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
            StandardErrorEncoding = System.Text.Encoding.UTF8,
        })!);
        return processes[^1];
    }

    private static async Task LineAsync(Process process, string start)
    {
        using var limit = new CancellationTokenSource(Limit);
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync(limit.Token);
            Assert.NotNull(line);
        }
        while (!line.StartsWith(start, StringComparison.Ordinal));
    }

    private static async Task<(int Code, string Output, string Error)> EndAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Limit);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, output, await error);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
