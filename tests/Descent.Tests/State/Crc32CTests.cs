using System.Text;
using Descent.Numerics;
using Descent.State;

namespace Descent.Tests.State;

public class Crc32CTests
{
    [Theory]
    [InlineData("", 0x0000_0000u)]
    [InlineData("a", 0xC1D0_4330u)]
    [InlineData("123456789", 0xE306_9283u)]
    public void A_checksum_is_that_of_Castagnoli(string text, uint checksum) => Assert.Equal(checksum, Crc32C.Of(Encoding.ASCII.GetBytes(text)));

    /// <summary>What processors without the instruction do, at every remainder of the eight bytes that it takes at once.</summary>
    [Fact]
    public void Bytes_and_words_give_the_same_checksum()
    {
        var random = new SeededRandom(5);
        byte[] bytes = [.. Enumerable.Range(0, 67).Select(_ => (byte)random.NextInt32(256))];
        Assert.All(Enumerable.Range(0, bytes.Length + 1), length => Assert.Equal(Crc32C.OfBytes(bytes.AsSpan(0, length)), Crc32C.Of(bytes.AsSpan(0, length))));
    }
}
