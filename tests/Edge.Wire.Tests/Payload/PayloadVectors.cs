using Edge.Testing;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Wire.Tests.Payload;

/// <summary>RTP packets of encoders that are not ours (tests/vectors/payload).</summary>
internal static class PayloadVectors
{
    /// <summary>One letter for each packet, a bar before each picture: K key frame start, S start of a
    /// frame, E end by the payload, - nothing.</summary>
    public static string Describe(CodecKind codec, string file)
    {
        var vectors = Vectors.Load($"payload/{file}.txt");
        var line = new System.Text.StringBuilder();
        var picture = "";
        foreach (var name in vectors.Names)
        {
            var facts = PayloadInspector.Inspect(codec, Payload(vectors[name]));
            Assert.False(facts.IsMalformed);
            var next = name.Split('-')[1];
            line.Append(string.Equals(next, picture, StringComparison.Ordinal) ? "" : "|");
            picture = next;
            line.Append(
                facts.IsKeyFrameStart ? 'K'
                : facts.StartsFrame ? 'S'
                : facts.EndsFrame ? 'E'
                : '-'
            );
        }

        return line.ToString();
    }

    public static IReadOnlyList<byte[]> Corpus(string file)
    {
        var vectors = Vectors.Load($"payload/{file}.txt");
        return [.. vectors.Names.Select(name => Payload(vectors[name]))];
    }

    private static byte[] Payload(byte[] packet)
    {
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(packet, out var rtp));
        return rtp.Payload.ToArray();
    }
}
