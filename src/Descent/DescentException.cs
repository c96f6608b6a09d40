namespace Descent;

/// <summary>
/// A mistake that the person who uses Descent can correct: a value out of range, a file that is not what it should be.
/// The message is one sentence that says what is wrong, the value, what is allowed and what to do;
/// the command line prints it and exits with code 2.
/// </summary>
public class DescentException : Exception
{
    /// <summary>Creates the exception with its sentence.</summary>
    public DescentException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its sentence and the exception behind it.</summary>
    public DescentException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
