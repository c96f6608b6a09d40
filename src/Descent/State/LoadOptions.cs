using Descent.Text;

namespace Descent.State;

/// <summary>How state is loaded that was not saved by quite the same optimizer.</summary>
public sealed record LoadOptions
{
    /// <summary>
    /// Saved names of parameters and what they are called here; the first that matches counts. A <c>*</c> on both sides stands for the
    /// same text: <c>("encoder.*", "model.encoder.*")</c>.
    /// </summary>
    public IReadOnlyList<(string From, string To)> Rename { get; init; } = [];

    /// <summary>Whether parameters whose state is missing or does not fit keep theirs, instead of refusing all.</summary>
    public bool IsPartial { get; init; }
}

/// <summary>What loading did, by name.</summary>
/// <param name="Loaded">Parameters whose state was restored.</param>
/// <param name="Missing">Parameters and tensors that the optimizer has and the file does not.</param>
/// <param name="Unexpected">Parameters and tensors that the file has and the optimizer does not.</param>
/// <param name="Mismatched">Tensors of another type or shape, with both.</param>
public sealed record LoadReport(IReadOnlyCollection<string> Loaded, IReadOnlyCollection<string> Missing, IReadOnlyCollection<string> Unexpected, IReadOnlyCollection<string> Mismatched)
{
    private const int Named = 8;

    internal void ThrowUnlessComplete()
    {
        string[] problems = [.. new[] { Describe("missing", Missing), Describe("unexpected", Unexpected), Describe("different", Mismatched) }.Where(text => text.Length > 0)];
        if (problems.Length > 0)
        {
            throw new DescentException($"The optimizer state was saved for another model: {string.Join("; ", problems)}; rename what has other names, or load what fits.");
        }
    }

    private static string Describe(string what, IReadOnlyCollection<string> names) => names.Count switch
    {
        0 => "",
        <= Named => $"{names.Count} {what}: {string.Join(", ", names.Select(name => Shown.Brief(name, 200)))}",
        _ => $"{names.Count} {what}: {string.Join(", ", names.Take(Named).Select(name => Shown.Brief(name, 200)))} and {names.Count - Named} more",
    };
}
