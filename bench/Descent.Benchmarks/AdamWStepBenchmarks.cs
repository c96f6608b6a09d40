using BenchmarkDotNet.Attributes;
using Descent.Benchmarks.Loops;
using Descent.Engine;

namespace Descent.Benchmarks;

/// <summary>One AdamW step of the engine beside a naive loop and a copy of as many bytes.</summary>
[MemoryDiagnoser]
public class AdamWStepBenchmarks
{
    private AdamWArrays arrays = null!;
    private Optimizer one = null!;
    private Optimizer two = null!;
    private Workers workers = null!;
    private Copy copy = null!;
    private long naiveSteps;

    /// <summary>How many parameters the step moves: from a plane to a small language model.</summary>
    [Params(2, 1_000, 100_000, 1_000_000, 25_000_000)]
    public int Parameters { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        arrays = new AdamWArrays(Parameters);
        workers = new Workers(2);
        one = arrays.CreateOptimizer(Workers.Sequential);
        two = arrays.CreateOptimizer(workers);
        copy = new Copy(arrays);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        workers.Dispose();
        arrays.Check();
    }

    [Benchmark]
    public void StepOn1Thread() => one.Step();

    [Benchmark]
    public void StepOn2Threads() => two.Step();

    [Benchmark(Baseline = true)]
    public void NaiveScalarLoop() =>
        NaiveAdamW.Step(arrays.Theta, arrays.Gradient, arrays.M, arrays.V, new AdamWConstants(++naiveSteps));

    /// <summary>On 1 thread.</summary>
    [Benchmark]
    public void CopyOfTheSameBytes() => Workers.Sequential.Run(copy, copy.Chunks);
}
