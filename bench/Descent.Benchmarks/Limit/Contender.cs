using Descent.Benchmarks.Loops;
using Descent.Engine;

namespace Descent.Benchmarks.Limit;

/// <summary>Something that is timed: a name, what it moves, and a batch of it.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Threads">How many threads it uses.</param>
/// <param name="Elements">How many parameters it walks over.</param>
/// <param name="BytesPerElement">What its own streams read and write.</param>
/// <param name="Repeats">How often a batch runs it.</param>
/// <param name="Batch">Runs it that often.</param>
internal sealed record Contender(string Name, int Threads, int Elements, int BytesPerElement, int Repeats, Action Batch)
{
    /// <summary>Whether it is one of the loops that say where the memory limit is.</summary>
    public bool IsLimit { get; init; }

    /// <summary>Whether one run of it is one AdamW step.</summary>
    public bool IsStep { get; init; }

    public static Contender Engine(AdamWArrays arrays, Workers workers, int repeats = 1)
    {
        var optimizer = arrays.CreateOptimizer(workers);
        return new("engine, AdamW", workers.Count, arrays.Count, AdamWArrays.BytesPerStep, repeats, Steps) { IsStep = true };

        void Steps()
        {
            for (var i = 0; i < repeats; i++)
            {
                optimizer.Step();
            }
        }
    }

    public static Contender FusedAdamW(AdamWArrays arrays, Workers workers, int repeats = 1)
    {
        var job = new FusedAdamW(arrays);
        return Of("hand-written AdamW", arrays, workers, job, repeats, job.Advance) with { IsStep = true };
    }

    public static Contender Naive(AdamWArrays arrays, int repeats = 1)
    {
        var t = 0L;
        return new("naive scalar loop, AdamW", 1, arrays.Count, AdamWArrays.BytesPerStep, repeats, Steps) { IsStep = true };

        void Steps()
        {
            for (var i = 0; i < repeats; i++)
            {
                NaiveAdamW.Step(arrays.Theta, arrays.Gradient, arrays.M, arrays.V, new AdamWConstants(++t));
            }
        }
    }

    public static Contender Limit<TWork>(string name, AdamWArrays arrays, Workers workers, TWork work)
        where TWork : class, IMeasuredWork =>
        Of(name, arrays, workers, work) with { IsLimit = true };

    public static Contender Copy(AdamWArrays arrays, Workers workers, int repeats = 1) =>
        Of("copy of the same bytes", arrays, workers, new Copy(arrays), repeats);

    private static Contender Of<TWork>(
        string name, AdamWArrays arrays, Workers workers, TWork work, int repeats = 1, Action? before = null)
        where TWork : class, IMeasuredWork
    {
        return new(name, workers.Count, arrays.Count, TWork.BytesPerElement, repeats, Runs);

        void Runs()
        {
            for (var i = 0; i < repeats; i++)
            {
                before?.Invoke();
                workers.Run(work, work.Chunks);
            }
        }
    }
}
