namespace Descent.TestSupport;

/// <summary>Counts what an action allocates.</summary>
internal static class Allocation
{
    /// <summary>The bytes that this thread allocated, also those that are garbage by now.</summary>
    public static long Of(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>
    /// The least in up to four windows: what a step allocates shows in every window; what the runtime does once, when it compiles again
    /// or a thread first sleeps, does not. So the first window without any ends it.
    /// </summary>
    public static long Least(Action window)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 4 && least > 0; i++)
        {
            least = Math.Min(least, Of(window));
        }

        return least;
    }
}
