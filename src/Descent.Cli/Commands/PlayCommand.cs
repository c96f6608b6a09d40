using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Descent.Cli.Playground;
using Descent.Text;

namespace Descent.Cli.Commands;

/// <summary><c>descent play</c>: the playground in the browser, or as files.</summary>
internal sealed class PlayCommand(Terminal terminal)
{
    private readonly Option<int?> port = Options.Whole("--port", "Where to listen, on 127.0.0.1 only. Default: 8470, or a free one.", least: 1, most: 65535);
    private readonly Option<bool> noOpen = Options.Flag("--no-open", "Print the address and open no browser.");
    private readonly Option<string?> openLink = Options.Text("--open-link", "Open a shared state: a link that was copied, or its part after '#'.", "LINK");
    private readonly Option<string?> export = Options.Text("--export", "Write the site as files for any static host, in any folder of it, and serve nothing.", "DIR");
    private readonly Option<bool> overwrite = Options.Flag("--overwrite", "With --export: write into a folder that is not empty.");

    public static Command Create(Terminal terminal) => new PlayCommand(terminal).Create();

    private Command Create()
    {
        var command = new Command("play", "Open the playground in the browser, or write it as a static site.") { port, noOpen, openLink, export, overwrite };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.GetValue(export) is { } folder)
        {
            if (parsed.GetValue(port) is not null || parsed.GetValue(openLink) is not null)
            {
                throw new DescentException("--export writes files and serves nothing; leave --port and --open-link out.");
            }

            var written = PlaygroundSite.Open();
            written.Export(folder, parsed.GetValue(overwrite));
            terminal.Output.WriteLine($"written to {folder}: {written.Files.Count} files, {written.Files.Values.Sum(file => file.Brotli.Length) / 1e6:F1} MB to download; put the folder on any web server");
            return 0;
        }

        if (parsed.GetValue(overwrite))
        {
            throw new DescentException("--overwrite belongs to --export; name the folder with --export, or leave it out.");
        }

        var state = parsed.GetValue(openLink) is { } link ? StateOf(link) : "";
        using var server = SiteServer.Start(PlaygroundSite.Open(), parsed.GetValue(port));
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var address = server.Address + state;
        terminal.Output.WriteLine($"The playground is at {address} (Ctrl-C stops it)");
        terminal.Output.Flush();
        if (!parsed.GetValue(noOpen) && !Open(address))
        {
            terminal.Output.WriteLine("No browser could be started; open the address yourself.");
        }

        await server.RunAsync(stop.Token);
        terminal.Output.WriteLine("stopped");
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // A second signal; the server has ended in the meantime.
            }
        }
    }

    /// <summary>The part of a link that says what is shown, from its '#' on.</summary>
    private static string StateOf(string link)
    {
        var at = link.IndexOf('#');
        var state = at >= 0 ? link[(at + 1)..] : link;
        return state.Split('&').Any(part => part.StartsWith("w=", StringComparison.Ordinal) || part.StartsWith("c=", StringComparison.Ordinal)) && !state.Any(char.IsWhiteSpace)
            ? $"#{state}"
            : throw new DescentException($"--open-link must be a link of the playground or its part after '#', as in '#v=1&w=explorer', but was '{Shown.Brief(link)}'.");
    }

    private static bool Open(string address)
    {
        try
        {
            using var process = OperatingSystem.IsWindows()
                ? Process.Start(new ProcessStartInfo(address) { UseShellExecute = true })
                : Process.Start(new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [address]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true });
            return true;
        }
        catch (Exception cause) when (cause is Win32Exception or InvalidOperationException or FileNotFoundException)
        {
            return false;
        }
    }
}
