using System.Text;
using Descent.Numerics;
using Descent.Training.Data;

namespace Descent.Training.Tests.Data;

public class BytePairEncodingTests
{
    /// <summary>The paper's example, "low lower newest widest": the most common pairs are es, est, lo, low.</summary>
    [Fact]
    public void The_papers_example_is_learned()
    {
        var text = string.Join(' ', Enumerable.Repeat("low", 5).Concat(Enumerable.Repeat("lower", 2)).Concat(Enumerable.Repeat("newest", 6)).Concat(Enumerable.Repeat("widest", 3)));
        var learned = BytePairEncoding.Learn(text, 256 + 4);
        var names = Enumerable.Range(256, 4).Select(token => Encoding.UTF8.GetString(learned.BytesOf(token))).ToArray();
        Assert.Equal(["es", "est", "lo", "low"], names);
        Assert.Equal([259, 257], learned.Encode("lowest"));
    }

    [Theory]
    [InlineData(1, 4, 330)]
    [InlineData(2, 4, 330)]
    [InlineData(3, 20, 330)]
    [InlineData(4, 1, 700)]
    [InlineData(5, 2, 700)]
    [InlineData(6, 3, 700)]
    public void Merges_are_those_of_a_naive_reference(ulong seed, int letters, int vocabulary)
    {
        var random = new SeededRandom(seed);
        var text = string.Concat(Enumerable.Range(0, 600).Select(_ => random.NextInt32(9) switch { 0 => " ", 1 => "\n", 2 => "ä", 3 => "aa", _ => ((char)('a' + random.NextInt32(letters))).ToString() }));
        var learned = BytePairEncoding.Learn(text, vocabulary);
        var expected = Naive(text, vocabulary);
        Assert.Equal(expected.Merges, learned.Merges);
        Assert.Equal(expected.Tokens, learned.Encode(text));
        Assert.Equal(learned.Encode(text), new BytePairEncoding(learned.Merges).Encode(text));
    }

    [Fact]
    public void Any_text_comes_back()
    {
        var learned = BytePairEncoding.Learn(string.Concat(Enumerable.Repeat("The cat sat on the mat. Die Kätzchen — 猫 🐈.\n", 20)), 400);
        var random = new SeededRandom(9);
        for (var i = 0; i < (Environment.GetEnvironmentVariable("DESCENT_LONG_TESTS") == "1" ? 20_000 : 300); i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.NextInt32(40)).Select(_ => AnyRune(random).ToString()));
            var tokens = learned.Encode(text);
            Assert.All(tokens, token => Assert.InRange(token, 0, learned.Vocabulary - 1));
            Assert.Equal(text, string.Concat(learned.Decode(tokens)));
        }

        Assert.True(learned.Encode("The cat sat on the mat.").Length <= 7);
        Assert.Equal("�a", string.Concat(learned.Decode([0xC3, 'a'])));
        Assert.Equal("�", string.Concat(learned.Decode([0xC3])));
        Assert.Equal("", string.Concat(learned.Decode(learned.Encode(""))));
    }

    /// <summary>All of it is one word, here of 300,000 letters.</summary>
    [Fact]
    public void A_text_without_white_space_is_encoded_as_well()
    {
        var random = new SeededRandom(3);
        var letters = string.Concat(Enumerable.Range(0, 3_000).Select(_ => (char)('a' + random.NextInt32(4))));
        var learned = BytePairEncoding.Learn(letters, 700);
        var text = string.Concat(Enumerable.Range(0, 100).Select(_ => letters));
        var tokens = learned.Encode(text);
        Assert.Equal(text, string.Concat(learned.Decode(tokens)));
        Assert.Equal(Joined(letters, learned.Merges), learned.Encode(letters));
    }

    [Fact]
    public void Learning_stops_where_no_pair_occurs_twice()
    {
        Assert.Equal(256, BytePairEncoding.Learn("", 1000).Vocabulary);
        Assert.Equal(256, BytePairEncoding.Learn("abcdefg", 1000).Vocabulary);
        Assert.Equal(257, BytePairEncoding.Learn("abcab", 1000).Vocabulary);
        Assert.Equal(256, BytePairEncoding.Learn("ababab", 256).Vocabulary);
    }

    [Fact]
    public void Mistakes_are_explained()
    {
        Says("The vocabulary of a byte-pair encoding must be from 256 to 65536, but was 255.", () => BytePairEncoding.Learn("a", 255));
        Says("Merge 1 must be of two tokens from 0 to 256 that are not merged yet, but was of 257 and 1.", () => _ = new BytePairEncoding([1, 2, 257, 1]));
        Says("Merge 1 must be of two tokens from 0 to 256 that are not merged yet, but was of 1 and 2.", () => _ = new BytePairEncoding([1, 2, 1, 2]));
        Says("Merge 1 must be of two tokens from 0 to 256 that are not merged yet, but was of 3 and -1.", () => _ = new BytePairEncoding([1, 2, 3]));
        Says("A token must be from 0 to 255, but was 256.", () => new BytePairEncoding([]).BytesOf(256));
        foreach (var text in new[] { "", "words", "bpe", "bpe:255", "bpe:65537", "bpe:x" })
        {
            Says($"The tokens must be 'characters', or 'bpe:' and a vocabulary from 256 to 65536, as in bpe:512, but were '{text}'.", () => BytePairEncoding.ParseVocabulary(text));
        }

        Assert.Null(BytePairEncoding.ParseVocabulary("characters"));
        Assert.Equal(512, BytePairEncoding.ParseVocabulary("bpe:512"));
    }

    /// <summary>Counts all pairs of all words anew for every merge.</summary>
    private static (List<int> Merges, List<int> Tokens) Naive(string text, int vocabulary)
    {
        var words = new List<List<int>>();
        for (var i = 0; i < text.Length; i++)
        {
            if (i == 0 || (char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1])))
            {
                words.Add([]);
            }

            words[^1].AddRange(Encoding.UTF8.GetBytes(text[i].ToString()).Select(value => (int)value));
        }

        var merges = new List<int>();
        for (var token = 256; token < vocabulary; token++)
        {
            var pairs = words.SelectMany(word => word.Zip(word.Skip(1))).GroupBy(pair => pair).Where(group => group.Count() > 1).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).ToArray();
            if (pairs.Length == 0)
            {
                break;
            }

            var (left, right) = pairs[0].Key;
            merges.AddRange([left, right]);
            foreach (var word in words)
            {
                for (var i = 0; i + 1 < word.Count; i++)
                {
                    if (word[i] == left && word[i + 1] == right)
                    {
                        word[i] = token;
                        word.RemoveAt(i + 1);
                    }
                }
            }
        }

        return (merges, [.. words.SelectMany(word => word)]);
    }

    /// <summary>Merge by merge over the whole text.</summary>
    private static List<int> Joined(string text, IReadOnlyList<int> merges)
    {
        var parts = Encoding.UTF8.GetBytes(text).Select(value => (int)value).ToList();
        for (var merge = 0; merge < merges.Count; merge += 2)
        {
            for (var i = 0; i + 1 < parts.Count; i++)
            {
                if (parts[i] == merges[merge] && parts[i + 1] == merges[merge + 1])
                {
                    parts[i] = 256 + (merge / 2);
                    parts.RemoveAt(i + 1);
                }
            }
        }

        return parts;
    }

    private static Rune AnyRune(SeededRandom random)
    {
        while (true)
        {
            if (Rune.TryCreate(random.NextInt32(random.NextInt32(2) == 0 ? 300 : 0x110000), out var rune))
            {
                return rune;
            }
        }
    }

    private static void Says(string sentence, Action action) => Assert.Equal(sentence, Assert.Throws<DescentException>(action).Message);
}
