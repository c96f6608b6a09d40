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
}
