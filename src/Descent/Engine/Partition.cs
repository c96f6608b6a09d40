namespace Descent.Engine;

/// <summary>
/// All elements of an optimizer's parameters, cut into segments at fixed places, and the segments gathered into chunks: the
/// unit of work for threads. The places depend on the shapes only, so results do not depend on the number of threads.
/// </summary>
internal sealed class Partition
{
    /// <summary>Elements per chunk: with four arrays of floats it is what a core's second-level cache holds.</summary>
    public const int DefaultChunk = 32_768;

    private readonly Segment[] segments;
    private readonly int[] starts;
    private readonly (ISegmentRunner Runner, int Start, int End)[][] runs;

    public Partition(IEnumerable<BoundParameter> parameters, int chunk)
    {
        var list = new List<Segment>();
        foreach (var parameter in parameters)
        {
            parameter.AddSegments(list, chunk);
            Elements += parameter.Parameter.Length;
        }

        segments = [.. list];

        // Small tensors share a chunk, so that handing one out costs little beside its work.
        var chunks = new List<int>();
        var filled = chunk;
        for (var i = 0; i < segments.Length; i++)
        {
            if (filled + segments[i].Count > chunk)
            {
                chunks.Add(i);
                filled = 0;
            }

            filled += segments[i].Count;
        }

        Count = chunks.Count;
        starts = [.. chunks, segments.Length];
        runs = new (ISegmentRunner, int, int)[Count][];
        for (var i = 0; i < Count; i++)
        {
            runs[i] = RunsOf(starts[i], starts[i + 1]);
        }
    }

    public long Elements { get; }

    /// <summary>How many chunks there are.</summary>
    public int Count { get; }

    /// <summary>All segments.</summary>
    public ReadOnlySpan<Segment> Segments => segments;

    /// <summary>The segments of a chunk.</summary>
    public ReadOnlySpan<Segment> this[int chunk] => segments.AsSpan(starts[chunk]..starts[chunk + 1]);

    /// <summary>The number of the first segment of a chunk.</summary>
    public int FirstSegment(int chunk) => starts[chunk];

    /// <summary>Takes over what may have changed since the last step.</summary>
    public void Refresh()
    {
        foreach (ref var segment in segments.AsSpan())
        {
            segment.Parameter.Refresh(ref segment);
        }

        for (var chunk = 0; chunk < Count; chunk++)
        {
            var alike = 0;
            for (var i = starts[chunk + 1] - 1; i >= starts[chunk]; i--)
            {
                alike = i + 1 < starts[chunk + 1] && ReferenceEquals(segments[i].Cohort, segments[i + 1].Cohort) ? alike + 1 : 1;
                segments[i].Alike = alike;
            }
        }
    }

    /// <summary>Moves the parameters of a chunk.</summary>
    public void Run(int chunk)
    {
        foreach (var (runner, start, end) in runs[chunk])
        {
            runner.Run(segments.AsSpan(start..end));
        }
    }

    /// <summary>Neighbours that one kernel moves go to it together.</summary>
    private (ISegmentRunner Runner, int Start, int End)[] RunsOf(int start, int end)
    {
        var found = new List<(ISegmentRunner, int, int)>();
        while (start < end)
        {
            var (runner, next) = (segments[start].Parameter.Runner, start + 1);
            while (next < end && ReferenceEquals(segments[next].Parameter.Runner, runner))
            {
                next++;
            }

            found.Add((runner, start, next));
            start = next;
        }

        return found.ToArray();
    }
}
