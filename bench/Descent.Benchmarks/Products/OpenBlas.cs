using System.Reflection;
using System.Runtime.InteropServices;

namespace Descent.Benchmarks.Products;

/// <summary>The functions of OpenBLAS that are compared with, where the library is installed.</summary>
internal static unsafe partial class OpenBlas
{
    private const string Library = "libopenblas";
    private const int RowMajor = 101;
    private const int Plain = 111;
    private const int Transposed = 112;

    /// <summary>Takes the library from a file, or from where the system looks for it.</summary>
    public static void Load(string file)
    {
        var handle = NativeLibrary.TryLoad(file, out var found) ? found : throw new DescentException($"OpenBLAS could not be loaded from '{file}'; install it, or name its file with --library.");
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name == Library ? handle : 0);
    }

    /// <summary>The kernels that it chose for this processor, and its version.</summary>
    public static string Description => $"{Marshal.PtrToStringUTF8(CoreName())} kernels, {Marshal.PtrToStringUTF8(Configuration())}";

    /// <summary>How many threads it uses.</summary>
    public static int Threads
    {
        set => SetThreads(value);
    }

    public static void Multiply(float* left, float* right, float* result, int rows, int columns, int inner, bool transposeLeft, bool transposeRight) => Single(
        RowMajor, transposeLeft ? Transposed : Plain, transposeRight ? Transposed : Plain, rows, columns, inner, 1, left, transposeLeft ? rows : inner, right, transposeRight ? inner : columns, 0, result, columns);

    public static void Multiply(double* left, double* right, double* result, int rows, int columns, int inner, bool transposeLeft, bool transposeRight) => Double(
        RowMajor, transposeLeft ? Transposed : Plain, transposeRight ? Transposed : Plain, rows, columns, inner, 1, left, transposeLeft ? rows : inner, right, transposeRight ? inner : columns, 0, result, columns);

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Single(int order, int left, int right, int rows, int columns, int inner, float alpha, float* a, int aStride, float* b, int bStride, float beta, float* c, int cStride);

    [LibraryImport(Library, EntryPoint = "cblas_dgemm")]
    private static partial void Double(int order, int left, int right, int rows, int columns, int inner, double alpha, double* a, int aStride, double* b, int bStride, double beta, double* c, int cStride);

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int count);

    [LibraryImport(Library, EntryPoint = "openblas_get_corename")]
    private static partial nint CoreName();

    [LibraryImport(Library, EntryPoint = "openblas_get_config")]
    private static partial nint Configuration();
}
