using System.Runtime.CompilerServices;

namespace Descent.Nn;

/// <summary>
/// Lends the tensors that operations make on this thread their memory, and takes it back when the scope ends: a training
/// step inside a scope allocates no large arrays once the first steps have filled the pool.
/// </summary>
/// <example><code>
/// using (TensorScope.Begin())
/// {
///     var loss = Loss.CrossEntropy(model.Forward(x), labels);
///     loss.Backward();
///     total += loss.ToScalar();      // a number outlives the scope, a tensor does not
/// }
/// </code></example>
/// <remarks>
/// Results of operations die with the scope: using one afterwards is an error, said in a sentence. Do not keep memory
/// that was taken from <c>Values</c> of such a result: another tensor will use it. Tensors that wrap memory of the caller
/// (data, parameters and their gradients) are not affected. Scopes nest and belong to one thread.
/// </remarks>
public sealed class TensorScope : IDisposable
{
    /// <summary>Smaller arrays cost less to allocate than to lend.</summary>
    private const int SmallestLoan = 128;

    [ThreadStatic]
    private static TensorScope? current;

    private readonly TensorScope? outer;
    private readonly List<IDisposable> loans = [];

    private TensorScope() => outer = current;

    /// <summary>How many bytes the scope has lent so far, those of scopes inside it apart: at its end, what a step needs at most.</summary>
    public long LentBytes { get; private set; }

    /// <summary>Starts a scope on this thread; it ends when disposed.</summary>
    public static TensorScope Begin() => current = new TensorScope();

    /// <summary>Ends the scope, and any scope inside it that was not ended.</summary>
    public void Dispose()
    {
        for (var scope = current; scope is not null; scope = scope.outer)
        {
            if (scope == this)
            {
                while (current != outer)
                {
                    var inner = current!;
                    current = inner.outer;
                    inner.EndLoans();
                }

                return;
            }
        }

        EndLoans();
    }

    /// <summary>Memory for the result of an operation, not cleared: lent in a scope, allocated outside.</summary>
    internal static Storage<T> Rent<T>(int length)
        where T : unmanaged
    {
        if (current is null || length < SmallestLoan)
        {
            return new Storage<T>(GC.AllocateUninitializedArray<T>(length));
        }

        var storage = Storage<T>.Lend(length);
        current.loans.Add(storage);
        current.LentBytes += (long)length * Unsafe.SizeOf<T>();
        return storage;
    }

    private void EndLoans()
    {
        foreach (var loan in loans)
        {
            loan.Dispose();
        }

        loans.Clear();
    }
}

/// <summary>The memory of one tensor and of its views; when it was lent, it can be taken back.</summary>
internal sealed class Storage<T> : IDisposable
    where T : unmanaged
{
    private T[]? lent;
    private Memory<T> memory;
    private bool ended;

    public Storage(Memory<T> memory) => this.memory = memory;

    public Memory<T> Memory => ended
        ? throw new DescentException("The tensor's memory was lent by a TensorScope that has ended; copy its values with ToArray or ToScalar before the end.")
        : memory;

    public static Storage<T> Lend(int length)
    {
        var array = TensorPool<T>.Current.Rent(length);
        return new Storage<T>(array.AsMemory(0, length)) { lent = array };
    }

    public void Dispose()
    {
        if (lent is null)
        {
            return;
        }

        TensorPool<T>.Current.Return(lent);
        lent = null;
        memory = default;
        ended = true;
    }
}
