using Edge.Primitives;

namespace Edge.Protocol.Transport;

/// <summary>Which protocol a datagram on the media port belongs to (RFC 7983 §7, RFC 5761 §4).</summary>
public enum DatagramKind : byte
{
    /// <summary>None that this node speaks; dropped.</summary>
    Unknown,

    /// <summary>STUN: first byte 0 to 3.</summary>
    Stun,

    /// <summary>DTLS: first byte 20 to 63.</summary>
    Dtls,

    /// <summary>SRTP: first byte 128 to 191.</summary>
    Rtp,

    /// <summary>SRTCP: as SRTP, with a packet type of 192 to 223 in the second byte.</summary>
    Rtcp,
}

/// <summary>Tells the protocols of the media port apart by their first bytes.</summary>
public static class DatagramKinds
{
    /// <summary>Shortest datagram of any protocol here: an RTP header, and less than any other's.</summary>
    private const int LengthMin = 8;

    /// <summary>Classifies a datagram without believing anything else in it.</summary>
    [HotPath]
    public static DatagramKind Classify(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < LengthMin)
        {
            return DatagramKind.Unknown;
        }

        return datagram[0] switch
        {
            <= 3 => DatagramKind.Stun,
            >= 20 and <= 63 => DatagramKind.Dtls,
            >= 128 and <= 191 => datagram[1] is >= 192 and <= 223
                ? DatagramKind.Rtcp
                : DatagramKind.Rtp,
            _ => DatagramKind.Unknown,
        };
    }
}
