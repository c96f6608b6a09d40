using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Descent.Engine;

/// <summary>Work that is split into numbered chunks which may run in any order on any thread.</summary>
public interface IChunkedWork
{
    /// <summary>
    /// Does chunk <paramref name="index"/>. Its result must not depend on the thread it runs on. An exception ends the
    /// job once its other chunks are done, and reaches the caller.
    /// </summary>
    void RunChunk(int index);
}

/// <summary>
/// A persistent set of threads that share chunks of work. The calling thread takes part, so a set of 1 has no threads and
/// no synchronization at all. Running work allocates nothing.
/// </summary>
/// <remarks>
/// Threads wait by spinning for up to 100 µs and then sleep in the kernel. A set serves one caller at a time:
/// a call from inside a chunk, or from a second thread while the set is busy, runs on the calling thread alone
/// (with the same results).
/// </remarks>
public sealed class Workers : IDisposable
{
    private const int Running = 0;
    private const int CallerSleeps = 1;
    private const int Finished = 2;
    private const long Closed = int.MaxValue;
    private const long NextJob = 1L << 32;
    /// <summary>How long a thread spins before it sleeps: 100 µs, about as long as waking it takes on a virtual machine.</summary>
    private static readonly long SpinTicks = Stopwatch.Frequency / 10_000;
    private static readonly Lazy<Workers> SharedSet = new(() => new Workers(Environment.ProcessorCount));

    private readonly Thread[] threads;
    private readonly SemaphoreSlim[] wake;
    private readonly SemaphoreSlim done = new(0);
    private readonly Share[] shares;
    private IChunkedWork? work;
    private int shareCount;
    private long job;
    private int unfinished;
    private int phase;
    private ExceptionDispatchInfo? failure;
    private int busy;
    private int disposed;
    private volatile bool stopping;

    /// <summary>Creates a set that uses <paramref name="count"/> threads, the caller's included.</summary>
    /// <param name="count">At least 1. A browser has one thread: there any count acts as 1.</param>
    /// <exception cref="DescentException">The count is below 1.</exception>
    public Workers(int count)
    {
        if (count < 1)
        {
            throw new DescentException($"The number of threads must be at least 1, but was {count}.");
        }

        Count = OperatingSystem.IsBrowser() ? 1 : count;
        shares = new Share[Count];
        threads = new Thread[Count - 1];
        wake = new SemaphoreSlim[Count - 1];
        for (var i = 0; i < threads.Length; i++)
        {
            var (gate, own) = (wake[i] = new SemaphoreSlim(0), i + 1);
            threads[i] = new Thread(() => Serve(gate, own)) { IsBackground = true, Name = $"Descent worker {i + 1}" };
            threads[i].Start();
        }
    }

    /// <summary>One set for the whole process with a thread per processor, created when first used.</summary>
    public static Workers Shared => SharedSet.Value;

    /// <summary>A set of one: everything runs on the calling thread.</summary>
    public static Workers Sequential { get; } = new(1);

    /// <summary>How many threads take part, the caller's included.</summary>
    public int Count { get; }

    /// <summary>Runs all chunks 0 … <paramref name="count"/>−1 of <paramref name="chunks"/> and returns when the last one is done.</summary>
    public void Run(IChunkedWork chunks, int count)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        if (count <= 1 || threads.Length == 0 || stopping || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            for (var i = 0; i < count; i++)
            {
                chunks.RunChunk(i);
            }

            return;
        }

        // Everybody is out of the last job, because its tickets are closed, before anything of this one is set.
        foreach (ref var share in shares.AsSpan())
        {
            Interlocked.Exchange(ref share.Ticket, Closed | job);
        }

        var participants = Math.Min(Count, count);
        (work, shareCount, unfinished, phase) = (chunks, participants, count, Running);
        for (var i = 0; i < participants; i++)
        {
            shares[i].End = (int)((long)count * (i + 1) / participants);
        }

        job += NextJob;
        for (var i = 0; i < participants; i++)
        {
            Interlocked.Exchange(ref shares[i].Ticket, job | ((long)count * i / participants));
        }

        for (var i = participants - 2; i >= 0; i--)
        {
            if (wake[i].CurrentCount == 0)
            {
                wake[i].Release();
            }
        }

        TakeChunks(own: 0);

        WaitUntilFinished();
        work = null;
        var failed = failure;
        failure = null;
        Volatile.Write(ref busy, 0);
        failed?.Throw();
    }

    /// <summary>
    /// Ends the threads, after the work that another thread has running. Work that is given to the set later runs on the
    /// calling thread. Not to be called from inside a chunk.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        var spin = default(SpinWait);
        while (Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            spin.SpinOnce();
        }

        stopping = true;
        foreach (var gate in wake)
        {
            gate.Release();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        foreach (var gate in wake)
        {
            gate.Dispose();
        }

        done.Dispose();
    }

    private void Serve(SemaphoreSlim gate, int own)
    {
        while (true)
        {
            SpinUntilReleased(gate);
            gate.Wait();
            if (stopping)
            {
                return;
            }

            TakeChunks(own);
        }
    }

    /// <summary>
    /// Spins for a while and then sleeps: a caller that only yields was measured to keep the core
    /// from the very thread that it waits for.
    /// </summary>
    private void WaitUntilFinished()
    {
        var end = Stopwatch.GetTimestamp() + SpinTicks;
        do
        {
            if (Volatile.Read(ref phase) == Finished)
            {
                return;
            }

            Thread.SpinWait(4);
        }
        while (Stopwatch.GetTimestamp() < end);

        if (Interlocked.CompareExchange(ref phase, CallerSleeps, Running) == Running)
        {
            done.Wait();
        }
    }

    private static void SpinUntilReleased(SemaphoreSlim gate)
    {
        var end = Stopwatch.GetTimestamp() + SpinTicks;
        while (gate.CurrentCount == 0 && Stopwatch.GetTimestamp() < end)
        {
            Thread.SpinWait(4);
        }
    }

    /// <summary>
    /// Its own share first, so that from job to job a thread works on the memory that its cache holds; then what is left of
    /// the others' shares, so that a thread that is late holds nothing up.
    /// </summary>
    private void TakeChunks(int own)
    {
        var count = Volatile.Read(ref shareCount);
        for (var i = 0; i < count; i++)
        {
            ref var share = ref shares[(own + i) % count];
            while (true)
            {
                var current = Volatile.Read(ref share.Ticket);
                var chunks = Volatile.Read(ref work);
                var index = (int)(current & (NextJob - 1));
                if (index >= Volatile.Read(ref share.End))
                {
                    break;
                }

                // Success proves that what was read in between belongs to this job: it cannot end before this chunk does.
                if (Interlocked.CompareExchange(ref share.Ticket, current + 1, current) == current)
                {
                    RunGuarded(chunks!, index);
                }
            }
        }
    }

    /// <summary>An exception must not end a thread of the set, nor leave the job unfinished while others still write.</summary>
    private void RunGuarded(IChunkedWork chunks, int index)
    {
        try
        {
            chunks.RunChunk(index);
        }
#pragma warning disable CA1031 // It is not swallowed: Run throws it on the caller's thread.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
        }

        if (Interlocked.Decrement(ref unfinished) == 0 && Interlocked.Exchange(ref phase, Finished) == CallerSleeps)
        {
            done.Release();
        }
    }

    /// <summary>A thread's part of a job, on a cache line of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Share
    {
        /// <summary>The number of the job in the upper half, the next chunk in the lower one: a thread that wakes late cannot take a chunk of another job.</summary>
        [FieldOffset(0)]
        public long Ticket;

        [FieldOffset(8)]
        public int End;
    }
}
