using System.Runtime.InteropServices;

namespace Descent.LinearAlgebra;

/// <summary>
/// OpenBLAS in place of Descent's own matrix products, where it is installed and a program asks for it. Nothing asks for it by itself. Results differ in
/// their last bits, and may depend on the number of threads; a resumed run is the same only with the same library.
/// </summary>
/// <remarks>What multiplies in other ways stays as it is: recurrent layers, whose weights are packed once, and convolutions of stride 1.</remarks>
public static unsafe class OpenBlas
{
    private const int RowMajor = 101;
    private const int Plain = 111;
    private const int Transposed = 112;

    private static readonly string[] UsualNames = ["libopenblas.so.0", "libopenblas.so", "libopenblas.dylib", "libopenblas.dll", "openblas.dll"];

    private static delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> singles;
    private static delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void> doubles;
    private static delegate* unmanaged<int, void> setThreads;
    private static nint library;

    /// <summary>Whether <see cref="MatrixProduct"/> calls OpenBLAS. To be set before other threads multiply.</summary>
    public static bool IsUsed { get; private set; }

    /// <summary>Whether the library is where the system looks for it.</summary>
    public static bool IsInstalled => library != 0 || Find(null) != 0;

    /// <summary>The kernels that it chose for this processor, and its version.</summary>
    internal static string Description => $"{Text("openblas_get_corename")} kernels, {Text("openblas_get_config")}";

    /// <summary>How many threads it uses.</summary>
    internal static int Threads
    {
        set => setThreads(value);
    }

    /// <summary>From now on <see cref="MatrixProduct"/> calls OpenBLAS.</summary>
    /// <param name="threads">How many threads it uses, at least 1.</param>
    /// <param name="file">Its file; where the system looks for it when not given.</param>
    /// <exception cref="DescentException">There is no such library, or another one.</exception>
    public static void Use(int threads, string? file = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Load(file);
        setThreads(threads);
        IsUsed = true;
    }

    /// <summary>Takes the library from a file, or from where the system looks for it.</summary>
    internal static void Load(string? file)
    {
        var found = Find(file);
        if (found == 0)
        {
            throw new DescentException(file is null
                ? "OpenBLAS was asked for, but is not installed; install it (Debian: libopenblas0-openmp), name its file, or leave the choice out: Descent's own products need nothing."
                : $"OpenBLAS could not be loaded from '{file}'; name the file of the library for this system, or leave it out to have the installed one.");
        }

        if (!NativeLibrary.TryGetExport(found, "cblas_sgemm", out var first) || !NativeLibrary.TryGetExport(found, "cblas_dgemm", out var second) ||
            !NativeLibrary.TryGetExport(found, "openblas_set_num_threads", out var third))
        {
            throw new DescentException($"'{file ?? UsualNames[0]}' is a library, but not OpenBLAS with its C interface; name the file of OpenBLAS.");
        }

        library = found;
        singles = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)first;
        doubles = (delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)second;
        setThreads = (delegate* unmanaged<int, void>)third;
    }

    /// <summary>All products of a shape; every dimension is at least 1 and all arguments are valid.</summary>
    internal static void Multiply<T>(in ProductShape shape, T* left, T* right, T* result, IProductFinish<T>? finish)
        where T : unmanaged
    {
        var (first, second) = (shape.TransposeLeft ? Transposed : Plain, shape.TransposeRight ? Transposed : Plain);
        for (var item = 0; item < shape.Items; item++)
        {
            var a = left + (item * (nint)shape.Left.Step);
            var b = right + (item * (nint)shape.Right.Step);
            var c = result + (item * (nint)shape.Result.Step);
            if (typeof(T) == typeof(float))
            {
                singles(
                    RowMajor, first, second, shape.Rows, shape.Columns, shape.Inner, 1, (float*)a, shape.Left.Stride, (float*)b, shape.Right.Stride, shape.Accumulate ? 1 : 0, (float*)c, shape.Result.Stride);
            }
            else
            {
                doubles(
                    RowMajor, first, second, shape.Rows, shape.Columns, shape.Inner, 1, (double*)a, shape.Left.Stride, (double*)b, shape.Right.Stride, shape.Accumulate ? 1 : 0, (double*)c, shape.Result.Stride);
            }

            for (var row = 0; finish is not null && row < shape.Rows; row++)
            {
                finish.Finish(new Span<T>(c + (row * (nint)shape.Result.Stride), shape.Columns), item, row, 0);
            }
        }
    }

    private static nint Find(string? file)
    {
        foreach (var name in file is null ? UsualNames : [file])
        {
            if (NativeLibrary.TryLoad(name, out var found))
            {
                return found;
            }
        }

        return 0;
    }

    private static string? Text(string function) => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, function))());
}
