using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Descent.Cli.Tests;

/// <summary><c>descent play</c>: serving, exporting, opening a shared state.</summary>
[Collection(OneCommandAtATime.Name)]
public sealed class PlayTests : IDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Place place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void The_site_is_exported_with_relative_names_and_again_with_overwrite()
    {
        Assert.StartsWith("written to site: ", place.Succeed("play", "--export", "@site").Output, StringComparison.Ordinal);
        Assert.Contains("src=\"js/main.js\"", File.ReadAllText(place["site/index.html"]), StringComparison.Ordinal);
        Assert.True(File.Exists(place["site/_framework/assemblies.bin.br"]));
        Assert.Equal("The output folder 'site' is not empty; use --overwrite to write over files of the same names, or another folder.", place.Refuse("play", "--export", "@site"));
        place.Succeed("play", "--export", "@site", "--overwrite");
    }

    [Fact]
    public void A_folder_that_cannot_be_is_refused()
    {
        place.Write("file", "text");
        Assert.Equal("The output folder 'file' is a file; choose another.", place.Refuse("play", "--export", "@file"));
        Assert.StartsWith("The output folder 'file/site' cannot be used (", place.Refuse("play", "--export", "@file/site"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_that_is_missing_or_damaged_is_refused()
    {
        place.Write("playground.zip", "PK");
        foreach (var path in new[] { place["playground.zip"], place["nowhere.zip"] })
        {
            Assert.Equal($"The playground's files, '{path}', are missing or damaged; build or install descent again.", Assert.Throws<DescentException>(() => Playground.PlaygroundSite.Open(path)).Message);
        }
    }

    [Theory]
    [InlineData("--open-link must be a link of the playground or its part after '#', as in '#v=1&w=explorer', but was 'explorer'.", "--no-open", "--open-link", "explorer")]
    [InlineData("--open-link must be a link of the playground or its part after '#', as in '#v=1&w=explorer', but was 'http://127.0.0.1/'.", "--no-open", "--open-link", "http://127.0.0.1/")]
    [InlineData("--export writes files and serves nothing; leave --port and --open-link out.", "--export", "site", "--port", "8000")]
    [InlineData("--export writes files and serves nothing; leave --port and --open-link out.", "--export", "site", "--open-link", "#w=arena")]
    [InlineData("--overwrite belongs to --export; name the folder with --export, or leave it out.", "--overwrite")]
    [InlineData("--port must be a whole number from 1 to 65535, but was '0'; see 'descent play --help'.", "--port", "0")]
    [InlineData("--port must be a whole number from 1 to 65535, but was '70000'; see 'descent play --help'.", "--port", "70000")]
    public void Mistakes_are_one_sentence(string sentence, params string[] arguments) => Assert.Equal(sentence, place.Refuse(["play", .. arguments]));

    [Fact]
    public void A_port_that_is_taken_is_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Assert.Equal($"Port {port} is in use or not allowed; choose another with --port, or leave it out for a free one.", place.Refuse("play", "--no-open", "--port", $"{port}"));
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task It_serves_prints_the_state_and_stops_at_a_signal(int signal)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var limit = new CancellationTokenSource(Limit);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Application).Assembly.Location, "play", "--no-open", "--open-link", "http://127.0.0.1:1/#v=1&w=arena&lr=0.1"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(limit.Token);
            Assert.Matches(@"^The playground is at http://127\.0\.0\.1:\d+/#v=1&w=arena&lr=0\.1 \(Ctrl-C stops it\)$", line);
            using var client = new HttpClient();
            Assert.Contains("<title>Descent playground</title>", await client.GetStringAsync(new Uri(line!.Split(' ')[4].Split('#')[0]), limit.Token), StringComparison.Ordinal);
            Assert.Equal(0, Kill(process.Id, signal));
            Assert.Equal("stopped\n", await process.StandardOutput.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal((0, ""), (process.ExitCode, await process.StandardError.ReadToEndAsync(limit.Token)));
        }
        finally
        {
            process.Kill();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
