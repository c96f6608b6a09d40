using System.CommandLine;
using System.Globalization;
using System.Text;
using Descent.Benchmarks.Limit;
using Descent.Engine;
using Descent.State;

namespace Descent.Benchmarks.Networks;

/// <summary>The command <c>networks</c>: whole training steps beside PyTorch, on one thread and on two.</summary>
internal static class NetworksCommand
{
    /// <summary>After so many steps from the same start both sides must have the same loss.</summary>
    private const int CheckedSteps = 3;
    private const double Tolerance = 1e-3;

    public static int Run(string[] args)
    {
        var rounds = new Option<int>("--rounds") { Description = "how often every contender is timed", DefaultValueFactory = _ => 15 };
        var only = new Option<string?>("--only") { Description = "one network: mlp, cnn, lstm or transformer" };
        var python = new Option<string>("--python") { Description = "an interpreter that has PyTorch", DefaultValueFactory = _ => "/usr/bin/python3" };
        var libraries = new Option<string>("--libraries") { Description = "the folder of OpenBLAS built for OpenMP", DefaultValueFactory = _ => "/usr/lib/x86_64-linux-gnu/openblas-openmp" };
        var kernels = new Option<string>("--kernels") { Description = "the kernels that OpenBLAS takes, as in OPENBLAS_CORETYPE", DefaultValueFactory = _ => "Cooperlake" };
        var output = new Option<FileInfo?>("--output") { Description = "a file for the table, beside standard output" };
        var networks = new Command("networks", "Compares whole training steps with PyTorch.") { rounds, only, python, libraries, kernels, output };
        networks.SetAction(result =>
        {
            var chosen = Network.All.Where(network => result.GetValue(only) is not { } name || network.Name == name).ToArray();
            if (chosen.Length == 0)
            {
                throw new DescentException($"--only must be {string.Join(", ", Network.All.Select(network => network.Name))}, but was '{result.GetValue(only)}'.");
            }

            using Peer one = StartPeer(1), two = StartPeer(2);
            var report = Report(chosen, [one, two], result.GetValue(kernels)!, result.GetValue(rounds));
            Console.Out.Write(report);
            if (result.GetValue(output) is { } file)
            {
                file.Directory?.Create();
                AtomicFile.WriteText(file.FullName, report);
            }

            Peer StartPeer(int threads) => new(result.GetValue(python)!, result.GetValue(libraries)!, result.GetValue(kernels)!, threads);
        });
        return new RootCommand("The benchmarks of Descent.") { networks }.Parse(args).Invoke();
    }

    private static string Report(IReadOnlyList<Network> networks, IReadOnlyList<Peer> peers, string kernels, int rounds)
    {
        var (rows, other) = (new StringBuilder(), "");
        using var two = new Workers(2);
        foreach (var network in networks)
        {
            foreach (var (workers, peer) in new[] { Workers.Sequential, two }.Zip(peers))
            {
                other = CheckSameLosses(network, workers, peer);
                Console.Error.WriteLine($"{network.Title}, {workers.Count} thread(s) …");
                var run = new NetworkRun(network, workers);
                var measured = RoundRobin.Measure(
                    [
                        new Contender("Descent", workers.Count, network.PerStep, 1, network.Repeats, () => run.Step(network.Repeats)),
                        new Contender("PyTorch", workers.Count, network.PerStep, 1, network.Repeats, () => peer.Step(network.Name, network.Repeats)),
                    ],
                    rounds);
                var (own, others) = (measured[0], measured[1]);
                var ratio = Spread.Of(own.Seconds.Zip(others.Seconds, static (mine, theirs) => theirs / mine));
                rows.AppendLine(
                    $"| {network.Title} | {workers.Count} | {PerSecond(own)} {network.Unit} | {PerSecond(others)} {network.Unit} | {Milliseconds(own)} | {Milliseconds(others)} | {ratio.Text("0.00")} |");
            }
        }

        var text = new StringBuilder("# Training steps beside PyTorch\n\n");
        Machine.Describe(text);
        text.AppendLine().AppendLine(
            $"{other}, OpenBLAS for OpenMP with {kernels} kernels, images channels last, memory kept from step to step. A step is forward, cross-entropy, backward and AdamW (`float`), from the same start on the same " +
            $"batch, already in memory; after {CheckedSteps} steps both sides had the same loss. {rounds} rounds; in each both once, in shuffled order, a few steps together; PyTorch's process stands still meanwhile. Medians (and quartiles); the ratio is that of the same round, above 1 where Descent is faster.");
        text.AppendLine().AppendLine("| network | threads | Descent, per second | PyTorch, per second | Descent, ms per step | PyTorch, ms per step | ratio |");
        text.AppendLine("|:--|--:|--:|--:|--:|--:|--:|");
        return text.Append(rows).ToString();
    }

    private static string CheckSameLosses(Network network, Workers workers, Peer peer)
    {
        var file = Path.Combine(Path.GetTempPath(), $"descent-networks-{Environment.ProcessId}.safetensors");
        try
        {
            var run = new NetworkRun(network, workers);
            run.Save(file);
            var description = peer.Load(network.Name, file);
            var (own, other) = (run.Step(CheckedSteps), peer.Step(network.Name, CheckedSteps).Loss);
            return Math.Abs(own - other) <= Tolerance * Math.Abs(other)
                ? description
                : throw new DescentException($"Both sides of '{network.Name}' must have the same loss after {CheckedSteps} steps, but it was {own:R} here and {other:R} in PyTorch.");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string PerSecond(Measurement measurement) => (measurement.Contender.Elements / measurement.Time.Median).ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(Measurement measurement) =>
        string.Create(CultureInfo.InvariantCulture, $"{measurement.Time.Median * 1e3:0.00} ({measurement.Time.Lower * 1e3:0.00}–{measurement.Time.Upper * 1e3:0.00})");
}
