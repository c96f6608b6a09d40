using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Benchmarks.Networks;

/// <summary>PyTorch in a process of its own, which stands still while it is not asked for anything: threads that spin while they wait would take a core from the other side.</summary>
internal sealed partial class Peer : IDisposable
{
    private const int Continue = 18;
    private const int Stop = 19;

    private readonly Process process;

    /// <summary>Starts it with what makes it fastest: OpenBLAS for OpenMP, its kernels for this processor, and memory that is kept from step to step.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="libraries">The folder of OpenBLAS built for OpenMP.</param>
    /// <param name="kernels">The kernels that OpenBLAS is told to take; it does not know new processors by itself.</param>
    /// <param name="threads">How many threads it uses.</param>
    public Peer(string python, string libraries, string kernels, int threads)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(libraries))
        {
            throw new DescentException($"PyTorch is compared with on Linux and with OpenBLAS built for OpenMP, but '{libraries}' is not there; install libopenblas0-openmp, or name its folder with --libraries.");
        }

        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "Networks", "networks.py"), threads.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["LD_LIBRARY_PATH"] = libraries;
        start.Environment["OPENBLAS_CORETYPE"] = kernels;
        start.Environment["ATEN_CPU_CAPABILITY"] = Vector512.IsHardwareAccelerated ? "avx512" : "avx2";
        start.Environment["OMP_NUM_THREADS"] = start.ArgumentList[^1];

        // Or else every step takes its large buffers from the system and gives them back: two to five times slower.
        start.Environment["MALLOC_MMAP_MAX_"] = "0";
        start.Environment["MALLOC_TRIM_THRESHOLD_"] = "4294967296";
        start.Environment["MALLOC_TOP_PAD_"] = "67108864";
        process = Process.Start(start) ?? throw new DescentException($"'{python}' could not be started; name an interpreter that has PyTorch with --python.");
        _ = Signal(process.Id, Stop);
    }

    /// <summary>Takes a network's start and its batch; says what it is.</summary>
    public string Load(string name, string file) => Ask($"load {name} {file}");

    /// <summary>Takes training steps; the seconds by its own clock, and the last one's loss.</summary>
    public (double Seconds, double Loss) Step(string name, int count)
    {
        var reply = Ask(string.Create(CultureInfo.InvariantCulture, $"step {name} {count}")).Split(' ');
        return (double.Parse(reply[0], CultureInfo.InvariantCulture), double.Parse(reply[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _ = Signal(process.Id, Continue);
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private string Ask(string request)
    {
        process.StandardInput.WriteLine(request);
        process.StandardInput.Flush();
        _ = Signal(process.Id, Continue);
        var reply = process.StandardOutput.ReadLine();
        if (reply is null)
        {
            throw new DescentException($"PyTorch ended while it was asked to '{request}'; its message is above.");
        }

        _ = Signal(process.Id, Stop);
        return reply;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
