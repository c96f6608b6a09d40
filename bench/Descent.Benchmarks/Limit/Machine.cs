using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Descent.Benchmarks.Limit;

/// <summary>What was measured on, without names of hosts or folders.</summary>
internal static class Machine
{
    public static void Describe(StringBuilder text)
    {
        text.AppendLine("| cores | processor | vectors | runtime | system |");
        text.AppendLine("|--:|:--|:--|:--|:--|");
        var (runtime, system) = (RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription);
        text.AppendLine($"| {Environment.ProcessorCount} | {Processor()} | {Vectors()} | {runtime} | {system} |");
    }

    private static string Vectors() =>
        Vector512.IsHardwareAccelerated ? "512 bits"
        : Vector256.IsHardwareAccelerated ? "256 bits"
        : Vector128.IsHardwareAccelerated ? "128 bits"
        : "none";

    private static string Processor()
    {
        const string Key = "model name";
        const string Source = "/proc/cpuinfo";
        var lines = File.Exists(Source) ? File.ReadLines(Source) : [];
        var line = lines.FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
        return line is null ? $"{RuntimeInformation.ProcessArchitecture}" : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
