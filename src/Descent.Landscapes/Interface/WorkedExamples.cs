namespace Descent.Landscapes.Interface;

/// <summary>The worked examples, the figures that the source texts print wrong, and probes of landscapes: one JSON document, carried in the assembly.</summary>
public static class WorkedExamples
{
    /// <summary>The document as text.</summary>
    public static string Json()
    {
        using var stream = typeof(WorkedExamples).Assembly.GetManifestResourceStream("worked-examples.json")
            ?? throw new InvalidOperationException("The worked examples are missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
