using System.Text;

namespace Descent.Training.Data;

/// <summary>
/// Turns a text into a data set of tokens, which are its characters or learned by a byte-pair encoding: a row is a piece of a fixed length, and the labels are the tokens
/// that come after each one.
/// </summary>
internal static class TextDataset
{
    public const int DefaultContext = 64;
    private const int LargestText = 200_000_000;

    /// <summary>Whether a file is read as text: when that was said, or its name ends in <c>.txt</c> and nothing was said about columns.</summary>
    public static bool Recognizes(string path, DataOptions options) =>
        options.Task == LearningTask.Text
        || (options is { Task: null, Target: null, Header: null, Separator: null } && path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(path));

    public static Dataset Load(string path, DataOptions options)
    {
        if (options.Target is not null || options.Header is not null || options.Separator is not null)
        {
            throw new DescentException($"{path} is read as text, which has no columns; leave out the target, the header and the separator.");
        }

        var context = options.Context ?? DefaultContext;
        var text = Read(path);
        var length = text.EnumerateRunes().Count();
        var (tokens, names, merges) = options.Vocabulary is { } vocabulary ? BytePairs(text, vocabulary) : Characters(text);
        var (rows, what) = ((tokens.Length - 1) / context, merges is null ? "characters" : "tokens");
        if (rows < 2)
        {
            throw new DescentException($"{path} has {tokens.Length} {what}, but training with a context of {context} needs at least {(2L * context) + 1}; use a longer text or a shorter context.");
        }

        if (!tokens.AsSpan().ContainsAnyExcept(tokens[0]))
        {
            throw new DescentException($"{path} has {tokens.Length} {what} that are all the same, so there is nothing to learn; use another text.");
        }

        var (features, labels) = (new float[rows * context], new int[rows * context]);
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = tokens[i];
            labels[i] = tokens[i + 1];
        }

        var schema = new DataSchema
        {
            Task = LearningTask.Text,
            FeatureShape = [context],
            FeatureNames = new NumberedNames("character", context),
            HasNames = false,
            ClassNames = names,
            Merges = merges,
        };
        return new Dataset(schema, features, labels) { TaskReason = merges is null ? $"{length:N0} characters" : $"{length:N0} characters in {tokens.Length:N0} tokens" };
    }

    private static (int[] Tokens, string[] Names, IReadOnlyList<int>? Merges) Characters(string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        Rune[] characters = [.. runes.Distinct().Order()];
        var places = characters.Index().ToDictionary(static pair => pair.Item, static pair => pair.Index);
        return (Array.ConvertAll(runes, rune => places[rune]), [.. characters.Select(static character => character.ToString())], null);
    }

    /// <summary>A token is called by its bytes, each a character of that number.</summary>
    private static (int[] Tokens, string[] Names, IReadOnlyList<int>? Merges) BytePairs(string text, int vocabulary)
    {
        var encoding = BytePairEncoding.Learn(text, vocabulary);
        return (encoding.Encode(text), [.. Enumerable.Range(0, encoding.Vocabulary).Select(token => Encoding.Latin1.GetString(encoding.BytesOf(token)))], encoding.Merges);
    }

    private static string Read(string path)
    {
        var content = ContentFile.ReadAll(path, LargestText, "which do not fit into memory as text; train on a part of it").Span;
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(content).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException exception)
        {
            throw new DescentException($"{path} is not UTF-8 text: byte {exception.Index} is none; convert it, or name a text file.", exception);
        }
    }
}
