using Descent.Engine;

namespace Descent.Tests.Engine;

public class WorkersTests
{
    [Fact]
    public void An_exception_in_a_chunk_reaches_the_caller_and_leaves_the_set_usable()
    {
        using var workers = new Workers(3);
        var counting = new Counting(workers);
        for (var round = 0; round < 50; round++)
        {
            var error = Assert.Throws<InvalidOperationException>(() => workers.Run(new Failing(), 40));
            Assert.StartsWith("chunk ", error.Message, StringComparison.Ordinal);
            workers.Run(counting, counting.Counts.Length);
        }

        Assert.All(counting.Counts, count => Assert.Equal(50, count));
    }

    [Fact]
    public void Disposing_twice_while_work_runs_ends()
    {
        var workers = new Workers(3);
        var disposers = Enumerable.Range(0, 2).Select(_ => new Thread(workers.Dispose)).ToArray();
        for (var round = 0; round < 20; round++)
        {
            workers.Run(new Counting(workers), 50);
        }

        Array.ForEach(disposers, thread => thread.Start());
        workers.Run(new Counting(workers), 50);
        Assert.All(disposers, thread => Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "Dispose did not end."));
    }

    [Fact]
    public void Workers_run_every_chunk_once_also_when_called_from_a_chunk()
    {
        using var workers = new Workers(4);
        var work = new Counting(workers);
        for (var round = 0; round < 200; round++)
        {
            workers.Run(work, work.Counts.Length);
        }

        Assert.All(work.Counts, count => Assert.Equal(200, count));
        Assert.Equal(200 * 50 * 3, work.Nested);
    }

    private sealed class Counting(Workers workers) : IChunkedWork
    {
        public int[] Counts { get; } = new int[50];

        private int nested;

        public int Nested => nested;

        public void RunChunk(int index)
        {
            Interlocked.Increment(ref Counts[index]);
            workers.Run(new Inner(this), 3);
        }


        private sealed class Inner(Counting outer) : IChunkedWork
        {
            public void RunChunk(int index) => Interlocked.Increment(ref outer.nested);
        }
    }

    private sealed class Failing : IChunkedWork
    {
        public void RunChunk(int index)
        {
            if (index % 7 == 3)
            {
                throw new InvalidOperationException($"chunk {index}");
            }
        }
    }
}
