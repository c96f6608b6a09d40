using Descent.Engine;

namespace Descent.Nn;

/// <summary>Settings of the whole process that change how tensor operations are computed, never what they compute.</summary>
public static class Compute
{
    private static Workers? workers;

    /// <summary>
    /// The threads that tensor operations share; <see cref="Workers.Shared"/> unless set. Results are the same bits for any set.
    /// </summary>
    public static Workers Workers
    {
        get => workers ?? Workers.Shared;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            workers = value;
        }
    }
}
