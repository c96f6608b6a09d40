using System.Diagnostics;
using System.Text;
using Descent.Numerics;

namespace Descent.TestSupport;

/// <summary>Mutated inputs, and what must hold for each: it works or is refused with a sentence, soon, and with little memory.</summary>
internal static class Fuzz
{
    /// <summary>An input that takes so long hangs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("DESCENT_LONG_TESTS") == "1";

    /// <summary>How many inputs a test takes.</summary>
    public static int Inputs { get; } = IsLong ? 200_000 : 2_000;

    /// <summary>Reads every input.</summary>
    /// <param name="input">The i-th input.</param>
    /// <param name="read">Reads it, and throws <see cref="DescentException"/> where it refuses it.</param>
    /// <param name="constant">The bytes that an input may cost beyond its own length.</param>
    /// <returns>How many inputs were accepted, and a line that says so.</returns>
    public static (int Accepted, string Summary) Run(Func<int, byte[]> input, Action<byte[]> read, long constant)
    {
        var (accepted, most, slowest) = (0, 0L, TimeSpan.Zero);
        var (current, number) = (Array.Empty<byte>(), 0);
        using var hangs = new Timer(_ => Environment.FailFast($"Input {number} hangs: {Convert.ToBase64String(current)}"));
        var clock = new Stopwatch();
        for (var i = 0; i < Inputs; i++)
        {
            (current, number) = (input(i), i);
            hangs.Change(Limit, Timeout.InfiniteTimeSpan);
            clock.Restart();
            var allocated = Allocation.Of(() => accepted += Accepts(i, current, read) ? 1 : 0) - current.Length;
            hangs.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
            most = Math.Max(most, allocated);
            Assert.True(allocated <= constant, $"Input {i} cost {allocated} bytes beyond its {current.Length}, and {constant} are allowed: {Convert.ToBase64String(current)}");
        }

        return (accepted, $"{Inputs} inputs, {accepted} accepted, at most {most} bytes beyond an input's own, slowest {slowest.TotalMilliseconds:F1} ms");
    }

    /// <summary>A few changes of any kind: bytes, bits, cuts, copies, tokens.</summary>
    public static byte[] Mutate(byte[] seed, IReadOnlyList<string> tokens, SeededRandom random)
    {
        var content = seed.ToList();
        for (var changes = random.NextInt32(4); changes >= 0 && content.Count > 0; changes--)
        {
            var at = random.NextInt32(content.Count);
            switch (random.NextInt32(7))
            {
                case 0: content[at] = (byte)random.NextInt32(256); break;
                case 1: content.RemoveAt(at); break;
                case 2: content.RemoveRange(at, Math.Min(random.NextInt32(20), content.Count - at)); break;
                case 3: content.InsertRange(at, Encoding.UTF8.GetBytes(tokens[random.NextInt32(tokens.Count)])); break;
                case 4: content.InsertRange(at, content.GetRange(at, Math.Min(random.NextInt32(30), content.Count - at))); break;
                case 5: Replace(content, at, Encoding.UTF8.GetBytes(tokens[random.NextInt32(tokens.Count)])); break;
                default: content[at] ^= (byte)(1 << random.NextInt32(8)); break;
            }
        }

        return [.. content];
    }

    /// <summary>As <see cref="Mutate(byte[], IReadOnlyList{string}, SeededRandom)"/>, for text: what is no UTF-8 becomes U+FFFD.</summary>
    public static string Mutate(string seed, IReadOnlyList<string> tokens, SeededRandom random) => Encoding.UTF8.GetString(Mutate(Encoding.UTF8.GetBytes(seed), tokens, random));

    private static bool Accepts(int number, byte[] input, Action<byte[]> read)
    {
        try
        {
            read(input);
            return true;
        }
        catch (DescentException refused)
        {
            Assert.True(
                refused.Message.EndsWith('.') && !refused.Message.Contains('\n', StringComparison.Ordinal) && refused.Message.Length < 5_000,
                $"Input {number} is refused with what is no sentence: {refused.Message}");
            return false;
        }
        catch (Exception other) when (other is not Xunit.Sdk.XunitException)
        {
            throw new Xunit.Sdk.XunitException($"Input {number} throws {other}: {Convert.ToBase64String(input)}", other);
        }
    }

    /// <summary>Puts a token in the place of the number, word or sign that stands there.</summary>
    private static void Replace(List<byte> content, int at, byte[] token)
    {
        var (start, end) = (at, at + 1);
        while (start > 0 && IsWord(content[start]) && IsWord(content[start - 1]))
        {
            start--;
        }

        while (end < content.Count && IsWord(content[end - 1]) && IsWord(content[end]))
        {
            end++;
        }

        content.RemoveRange(start, end - start);
        content.InsertRange(start, token);

        static bool IsWord(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'.' or (byte)'_' or (byte)'-' or (byte)'+';
    }
}
