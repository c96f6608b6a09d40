using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Descent.Text;

namespace Descent.Training.Data;

/// <summary>
/// Byte-pair encoding: the bytes of UTF-8, and for each merge a token for two neighbours that were common in the text it was learned from. Any text comes back
/// from its tokens. Tokens lie within a word and the white space before it.
/// </summary>
/// <remarks>
/// Source: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units", ACL 2016, <see href="https://arxiv.org/abs/1508.07909"/>, algorithm 1; over bytes as
/// GPT-2 (Radford et al., 2019). Of pairs that are equally common the one with the lower numbers is merged first.
/// </remarks>
public sealed class BytePairEncoding
{
    /// <summary>The tokens before the first merge: all bytes.</summary>
    public const int Bytes = 256;

    /// <summary>The largest vocabulary that is learned.</summary>
    public const int Most = 65_536;

    private readonly Dictionary<(int Left, int Right), int> places = [];
    private readonly List<byte[]> tokens = [.. Enumerable.Range(0, Bytes).Select(static value => new[] { (byte)value })];

    /// <summary>Takes merges that were learned.</summary>
    /// <param name="merges">The two tokens of each merge, one after the other: the first makes token 256, and a merge names tokens before it.</param>
    /// <exception cref="DescentException">A merge is not of two tokens before it, or is there twice.</exception>
    public BytePairEncoding(IReadOnlyList<int> merges)
    {
        ArgumentNullException.ThrowIfNull(merges);
        Merges = merges;
        for (var i = 0; i < merges.Count; i += 2)
        {
            var (left, right) = (merges[i], i + 1 < merges.Count ? merges[i + 1] : -1);
            if ((uint)left >= (uint)tokens.Count || (uint)right >= (uint)tokens.Count || !places.TryAdd((left, right), tokens.Count))
            {
                throw new DescentException($"Merge {i / 2} must be of two tokens from 0 to {tokens.Count - 1} that are not merged yet, but was of {left} and {right}.");
            }

            tokens.Add([.. tokens[left], .. tokens[right]]);
        }
    }

    /// <summary>The two tokens of each merge, one after the other.</summary>
    public IReadOnlyList<int> Merges { get; }

    /// <summary>How many tokens there are, at least 256.</summary>
    public int Vocabulary => tokens.Count;

    /// <summary>Learns from a text. A vocabulary that the text is too short for comes out smaller: a pair must occur twice.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="vocabulary">How many tokens to stop at, 256 … 65536.</param>
    /// <exception cref="DescentException">The vocabulary is out of range.</exception>
    public static BytePairEncoding Learn(string text, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (vocabulary is < Bytes or > Most)
        {
            throw new DescentException($"The vocabulary of a byte-pair encoding must be from {Bytes} to {Most}, but was {vocabulary}.");
        }

        var merges = new List<int>();
        var words = new Words(text);
        for (var token = Bytes; token < vocabulary && words.Best() is { } pair; token++)
        {
            words.Merge(pair, token);
            merges.AddRange([pair.Left, pair.Right]);
        }

        return new BytePairEncoding(merges);
    }

    /// <summary>Reads <c>characters</c> as null and <c>bpe:512</c> as a vocabulary.</summary>
    /// <exception cref="DescentException">The text is neither.</exception>
    public static int? ParseVocabulary(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text == "characters" ? null
            : text.StartsWith("bpe:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var vocabulary) && vocabulary is >= Bytes and <= Most ? vocabulary
            : throw new DescentException($"The tokens must be 'characters', or 'bpe:' and a vocabulary from {Bytes} to {Most}, as in bpe:512, but were '{Shown.Brief(text)}'.");
    }

    /// <summary>The tokens of a text.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var known = new Dictionary<string, int[]>(StringComparer.Ordinal);
        var result = new List<int>(text.Length);
        foreach (var word in Split(text))
        {
            ref var encoded = ref CollectionsMarshal.GetValueRefOrAddDefault(known, word, out var isKnown);
            result.AddRange(encoded = isKnown ? encoded! : EncodeWord(word));
        }

        return [.. result];
    }

    /// <summary>The bytes of a token.</summary>
    /// <exception cref="DescentException">There is no such token.</exception>
    public ReadOnlySpan<byte> BytesOf(int token) => (uint)token < (uint)tokens.Count
        ? tokens[token]
        : throw new DescentException($"A token must be from 0 to {tokens.Count - 1}, but was {token}.");

    /// <summary>The text of tokens, as they come; what is no UTF-8 becomes �.</summary>
    public IEnumerable<string> Decode(IEnumerable<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var (decoder, letters) = (Encoding.UTF8.GetDecoder(), new char[16]);
        foreach (var token in tokens)
        {
            var bytes = BytesOf(token);
            letters = letters.Length > bytes.Length + 4 ? letters : new char[2 * (bytes.Length + 4)];
            yield return new string(letters, 0, decoder.GetChars(BytesOf(token), letters, flush: false));
        }

        yield return new string(letters, 0, decoder.GetChars([], letters, flush: true));
    }

    /// <summary>
    /// The merge that was learned first, wherever it occurs, from the left, and so on. What is joined is only part of later merges, so that a queue of places, by merge,
    /// gives their order, and a word of any length takes little longer than to queue its places.
    /// </summary>
    private int[] EncodeWord(string word)
    {
        const int joined = -1;
        int[] parts = [.. Encoding.UTF8.GetBytes(word)];
        int[] next = [.. Enumerable.Range(1, parts.Length)];
        int[] before = [.. Enumerable.Range(-1, parts.Length)];
        var queue = new PriorityQueue<int, (int Token, int Place)>();
        for (var i = 0; i < parts.Length; i++)
        {
            Offer(i);
        }

        while (queue.TryDequeue(out var place, out var merge))
        {
            if (MergeAt(place) != merge.Token)
            {
                continue;
            }

            var last = next[place];
            (parts[place], parts[last], next[place]) = (merge.Token, joined, next[last]);
            if (next[place] < parts.Length)
            {
                before[next[place]] = place;
            }

            Offer(before[place]);
            Offer(place);
        }

        return Array.FindAll(parts, static part => part != joined);

        int? MergeAt(int place) => place >= 0 && next[place] < parts.Length && places.TryGetValue((parts[place], parts[next[place]]), out var token) ? token : null;

        void Offer(int place)
        {
            if (MergeAt(place) is { } token)
            {
                queue.Enqueue(place, (token, place));
            }
        }
    }

    /// <summary>Joins every occurrence of a pair, from the left.</summary>
    private static void Join(List<int> parts, (int Left, int Right) pair, int token)
    {
        var kept = 0;
        for (var i = 0; i < parts.Count; i++, kept++)
        {
            var isPair = i + 1 < parts.Count && parts[i] == pair.Left && parts[i + 1] == pair.Right;
            parts[kept] = isPair ? token : parts[i];
            i += isPair ? 1 : 0;
        }

        parts.RemoveRange(kept, parts.Count - kept);
    }

    /// <summary>Cuts a text before the white space that follows a word.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1]))
            {
                yield return text[start..i];
                start = i;
            }
        }

        if (start < text.Length)
        {
            yield return text[start..];
        }
    }

    /// <summary>The different words of a text and how often their pairs occur; a merge looks at the words that have the pair.</summary>
    private sealed class Words
    {
        private readonly List<(List<int> Parts, long Count)> words = [];
        private readonly Dictionary<(int Left, int Right), long> counts = [];
        private readonly Dictionary<(int Left, int Right), HashSet<int>> users = [];

        // By count, the most common pair first, then by its tokens. What a pair is queued with is never less than its count: only a pair with the token of the last
        // merge has become more common, and those are queued anew.
        private readonly PriorityQueue<(int Left, int Right), (long Negative, (int Left, int Right) Pair)> queue = new();

        public Words(string text)
        {
            foreach (var (word, count) in Split(text).CountBy(static word => word, StringComparer.Ordinal))
            {
                words.Add(([.. Encoding.UTF8.GetBytes(word).Select(static value => (int)value)], count));
                CountPairs(words.Count - 1, 1);
            }

            Queue(counts.Keys);
        }

        /// <summary>Takes the most common pair off; null when none occurs twice.</summary>
        public (int Left, int Right)? Best()
        {
            while (queue.TryDequeue(out var pair, out var place))
            {
                if (counts.GetValueOrDefault(pair) == -place.Negative)
                {
                    return pair;
                }

                Queue([pair]);
            }

            return null;
        }

        public void Merge((int Left, int Right) pair, int token)
        {
            var created = new HashSet<(int Left, int Right)>();
            foreach (var word in users[pair].ToArray())
            {
                CountPairs(word, -1);
                Join(words[word].Parts, pair, token);
                CountPairs(word, 1);
                created.UnionWith(words[word].Parts.Zip(words[word].Parts.Skip(1)).Where(other => other.First == token || other.Second == token));
            }

            Queue(created);
        }

        private void Queue(IEnumerable<(int Left, int Right)> pairs) =>
            queue.EnqueueRange(pairs.Select(pair => (pair, (-counts.GetValueOrDefault(pair), pair))).Where(static item => item.Item2.Item1 < -1));

        private void CountPairs(int word, int sign)
        {
            var (parts, count) = words[word];
            for (var i = 0; i + 1 < parts.Count; i++)
            {
                var pair = (parts[i], parts[i + 1]);
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, pair, out _);
                sum += sign * count;
                ref var set = ref CollectionsMarshal.GetValueRefOrAddDefault(users, pair, out _);
                set ??= [];
                if (sign > 0)
                {
                    set.Add(word);
                }
                else
                {
                    set.Remove(word);
                }

                if (sum == 0)
                {
                    counts.Remove(pair);
                    users.Remove(pair);
                }
            }
        }
    }
}
