using System.Buffers.Binary;

namespace Anycast.Steering;

/// <summary>Writes and reads what PoPs tell each other about flows over the bus between them.</summary>
/// <remarks>
/// Format, big endian:
/// <code>
/// | version 1 | header bytes 1 | kind 1 | flags 1 | pop 2 | node 2 |
/// | client address 16 | client port 2 | local address 16 | local port 2 | proved 4 | datagram |
/// flags: as in <see cref="FlowLetter"/>; in front of the datagram, milliseconds since it was proved 4
/// </code>
/// A later version may append to the header, in front of the datagram: this one skips what it does not know. There is no MAC:
/// who may write on the bus is a node, and the datagram proves itself, as it does on the media port.
/// </remarks>
public static class CrossingMessage
{
    /// <summary>Bytes before the datagram.</summary>
    public const int HeaderBytes = AgeOffset + FlowFlags.AgeBytes;

    private const byte Version = 1;
    private const int KindOffset = 2;
    private const int FlagsOffset = 3;
    private const int PopOffset = 4;
    private const int NodeOffset = 6;
    private const int ClientOffset = 8;
    private const int LocalOffset = 26;
    private const int AgeOffset = LocalOffset + WireAddress.Bytes;

    /// <summary>Those of the first version.</summary>
    private const int HeaderBytesMin = AgeOffset;

    /// <summary>Writes the part before the datagram; returns its length.</summary>
    /// <param name="destination">At least <see cref="HeaderBytes"/> long.</param>
    /// <param name="header">What it says.</param>
    public static int WriteHeader(Span<byte> destination, in CrossingHeader header)
    {
        destination[0] = Version;
        destination[1] = HeaderBytes;
        destination[KindOffset] = (byte)header.Kind;
        destination[FlagsOffset] = FlowFlags.Write(header.Proof);
        BinaryPrimitives.WriteUInt16BigEndian(destination[PopOffset..], header.Pop);
        BinaryPrimitives.WriteUInt16BigEndian(destination[NodeOffset..], header.Node);
        WireAddress.Write(destination[ClientOffset..], header.Client);
        WireAddress.Write(destination[LocalOffset..], header.Local);
        FlowFlags.WriteAge(destination[AgeOffset..], header.ProvedAgo);
        return HeaderBytes;
    }

    /// <summary>Reads a message; false when it is none.</summary>
    /// <param name="message">The message.</param>
    /// <param name="header">What stands before the datagram.</param>
    /// <param name="datagram">The client's datagram, as it came.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> message,
        out CrossingHeader header,
        out ReadOnlySpan<byte> datagram
    )
    {
        header = default;
        datagram = default;
        if (message.Length < HeaderBytesMin || message[0] != Version)
        {
            return false;
        }

        int headerBytes = message[1];
        if (headerBytes < HeaderBytesMin || headerBytes > message.Length)
        {
            return false;
        }

        var kind = (CrossingKind)message[KindOffset];
        // The version before writes none.
        var proof = FlowFlags.Read(message[FlagsOffset], out _);
        header = new CrossingHeader(
            kind <= CrossingKind.Unowned ? kind : CrossingKind.Unknown,
            BinaryPrimitives.ReadUInt16BigEndian(message[PopOffset..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[NodeOffset..]),
            WireAddress.Read(message[ClientOffset..]),
            WireAddress.Read(message[LocalOffset..])
        )
        {
            Proof = proof,
            ProvedAgo = FlowFlags.ReadAge(message[AgeOffset..headerBytes]),
        };
        datagram = message[headerBytes..];
        return datagram.Length > 0 || header.Kind != CrossingKind.Datagram;
    }
}
