using Edge.Primitives;

namespace Edge.Protocol.Tests.DataChannels;

internal static class RandomBytes
{
    public static byte[] NextBytes(this Prng random, int length)
    {
        var bytes = new byte[length];
        random.Fill(bytes);
        return bytes;
    }
}
