using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text;
using Descent.Benchmarks.Limit;
using Descent.Engine;
using Descent.LinearAlgebra;
using Descent.Numerics;
using Descent.State;

namespace Descent.Benchmarks.Products;

/// <summary>A product that is timed.</summary>
internal readonly record struct Product(int Rows, int Inner, int Columns, bool TransposeLeft = false, bool TransposeRight = false)
{
    public override string ToString() => $"{Rows}×{Inner}{(TransposeLeft ? "ᵀ" : "")} · {Inner}×{Columns}{(TransposeRight ? "ᵀ" : "")}";
}

/// <summary>The command <c>products</c>: matrix products beside OpenBLAS, on one thread, and on two beside one.</summary>
internal static unsafe class ProductsCommand
{
    private const double BatchOperations = 8e8;

    private static readonly Product[] Squares = [.. new[] { 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048 }.Select(size => new Product(size, size, size))];

    private static readonly Product[] Others =
    [
        new(512, 512, 512, TransposeRight: true), new(512, 512, 512, TransposeLeft: true), new(96, 96, 96, TransposeRight: true), new(96, 96, 96, TransposeLeft: true),
        new(1, 2048, 2048), new(1, 2048, 2048, TransposeRight: true), new(2048, 2048, 1), new(2048, 16, 2048), new(2048, 2048, 16), new(16, 2048, 2048), new(2048, 64, 2048), new(128, 784, 512, TransposeRight: true), new(2048, 128, 384, TransposeRight: true), new(1000, 500, 300),
    ];

    public static int Run(string[] args)
    {
        var rounds = new Option<int>("--rounds") { Description = "how often every contender is timed", DefaultValueFactory = _ => 15 };
        var library = new Option<string>("--library") { Description = "the file of OpenBLAS", DefaultValueFactory = _ => "libopenblas.so.0" };
        var output = new Option<FileInfo?>("--output") { Description = "a file for the tables, beside standard output" };
        var quick = new Option<string?>("--only") { Description = "one part: float, double, threads" };
        var products = new Command("products", "Compares matrix products with OpenBLAS.") { rounds, library, output, quick };
        products.SetAction(result =>
        {
            OpenBlas.Load(result.GetValue(library)!);
            var report = Report(result.GetValue(rounds), result.GetValue(quick));
            Console.Out.Write(report);
            if (result.GetValue(output) is { } file)
            {
                file.Directory?.Create();
                AtomicFile.WriteText(file.FullName, report);
            }
        });
        return new RootCommand("The benchmarks of Descent.") { products }.Parse(args).Invoke();
    }

    private static string Report(int rounds, string? only)
    {
        var text = new StringBuilder("# Matrix products beside OpenBLAS\n\n");
        Machine.Describe(text);
        text.AppendLine().AppendLine($"OpenBLAS: {OpenBlas.Description}. Medians (and quartiles) of 10⁹ operations per second over {rounds} rounds; in each both once, in shuffled order, and the ratio of the same round.");
        if (only is null or "float")
        {
            Alone<float>(text, "float, 1 thread", [.. Squares, .. Others], rounds);
        }

        if (only is null or "double")
        {
            Alone<double>(text, "double, 1 thread", Squares.Where(product => product.Rows is 64 or 96 or 128 or 384 or 1024), rounds);
        }

        if (only is null or "threads")
        {
            Threads(text, Squares.Where(product => product.Rows is 128 or 256 or 384 or 512 or 1024 or 2048), rounds);
        }

        return text.ToString();
    }

    private static void Alone<T>(StringBuilder text, string title, IEnumerable<Product> products, int rounds)
        where T : unmanaged
    {
        OpenBlas.Threads = 1;
        text.AppendLine().AppendLine($"## {title}").AppendLine();
        text.AppendLine("| product | Descent | OpenBLAS | ratio |");
        text.AppendLine("|:--|--:|--:|--:|");
        foreach (var product in products)
        {
            using var run = new ProductRun<T>(product);
            var measured = RoundRobin.Measure([run.Own(Workers.Sequential), run.Other()], rounds);
            text.AppendLine($"| {product} | {Rate(product, measured[0])} | {Rate(product, measured[1])} | {Ratio(measured[1], measured[0])} |");
        }
    }

    private static void Threads(StringBuilder text, IEnumerable<Product> products, int rounds)
    {
        using var two = new Workers(2);
        text.AppendLine().AppendLine("## float, 2 threads beside 1").AppendLine();
        text.AppendLine("| product | 1 thread | 2 threads | ratio | OpenBLAS, 1 thread | 2 threads | ratio |");
        text.AppendLine("|:--|--:|--:|--:|--:|--:|--:|");
        foreach (var product in products)
        {
            using var run = new ProductRun<float>(product);
            OpenBlas.Threads = 1;
            var own = RoundRobin.Measure([run.Own(Workers.Sequential), run.Own(two)], rounds);
            var single = RoundRobin.Measure([run.Other()], rounds);
            OpenBlas.Threads = 2;
            var both = RoundRobin.Measure([run.Other()], rounds);
            text.AppendLine($"| {product} | {Rate(product, own[0])} | {Rate(product, own[1])} | {Ratio(own[0], own[1])} | {Rate(product, single[0])} | {Rate(product, both[0])} | {single[0].Time.Median / both[0].Time.Median:0.00} |");
        }
    }

    private static string Rate(Product product, Measurement measurement) =>
        Spread.Of(measurement.Seconds.Select(time => 2.0 * product.Rows * product.Inner * product.Columns / time / 1e9)).Text("0.0");

    private static string Ratio(Measurement above, Measurement below) => Spread.Of(above.Seconds.Zip(below.Seconds, (a, b) => a / b)).Text("0.00");

    /// <summary>The matrices of a product.</summary>
    private sealed class ProductRun<T> : IDisposable
        where T : unmanaged
    {
        private readonly Product product;
        private readonly T[] left;
        private readonly T[] right;
        private readonly T[] result;
        private readonly GCHandle[] handles;
        private readonly int repeats;

        public ProductRun(Product product)
        {
            this.product = product;
            (left, right, result) = (Drawn(product.Rows * product.Inner, 1), Drawn(product.Inner * product.Columns, 2), new T[product.Rows * product.Columns]);
            handles = [GCHandle.Alloc(left, GCHandleType.Pinned), GCHandle.Alloc(right, GCHandleType.Pinned), GCHandle.Alloc(result, GCHandleType.Pinned)];
            repeats = (int)Math.Max(1, BatchOperations / (2.0 * product.Rows * product.Inner * product.Columns));
        }

        public Contender Own(Workers workers) => new("Descent", workers.Count, 1, 1, repeats, () =>
        {
            for (var i = 0; i < repeats; i++)
            {
                MatrixProduct.Multiply<T>(left, right, result, product.Rows, product.Columns, product.Inner, product.TransposeLeft, product.TransposeRight, workers: workers);
            }
        });

        public Contender Other() => new("OpenBLAS", 1, 1, 1, repeats, () =>
        {
            var (a, b, c) = (handles[0].AddrOfPinnedObject(), handles[1].AddrOfPinnedObject(), handles[2].AddrOfPinnedObject());
            var shape = new ProductShape(product.Rows, product.Columns, product.Inner) { TransposeLeft = product.TransposeLeft, TransposeRight = product.TransposeRight };
            for (var i = 0; i < repeats; i++)
            {
                OpenBlas.Multiply(shape, (T*)a, (T*)b, (T*)c, null);
            }
        });

        public void Dispose() => Array.ForEach(handles, handle => handle.Free());

        private static T[] Drawn(int count, ulong seed)
        {
            var random = new SeededRandom(seed);
            var values = new T[count];
            for (var i = 0; i < count; i++)
            {
                values[i] = typeof(T) == typeof(float) ? (T)(object)(float)random.NextNormal() : (T)(object)random.NextNormal();
            }

            return values;
        }
    }
}
