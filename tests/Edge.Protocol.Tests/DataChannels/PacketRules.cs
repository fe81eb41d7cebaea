using Edge.Testing;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.Chunks;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>What every packet that we send keeps to.</summary>
internal static class PacketRules
{
    /// <summary>RFC 9260 §6.10: control chunks come first, INIT and INIT ACK are alone; and a packet fits.</summary>
    public static void Check(ReadOnlySpan<byte> bytes)
    {
        if (SctpPacket.TryParse(bytes, out var packet) != SctpParseError.None)
        {
            // A test that damages packets does so on their arrival, after this.
            throw new TestingException($"Sent a broken packet: {Convert.ToHexString(bytes)}");
        }

        var hasData = false;
        var count = 0;
        var hasInit = false;
        foreach (var chunk in packet)
        {
            count++;
            hasInit |= chunk.Type is SctpChunkType.Init or SctpChunkType.InitAck;
            if (chunk.Type == SctpChunkType.Data)
            {
                hasData = true;
                SctpData.TryParse(chunk, out var data);
                Require(!data.Payload.IsEmpty, "an empty DATA chunk");
                continue;
            }

            Require(!hasData, "a control chunk behind DATA");
        }

        Require(!hasInit || count == 1, "company for INIT");
        Require(bytes.Length <= 1160, "a packet longer than the default");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new TestingException($"Sent {what}.");
        }
    }
}
