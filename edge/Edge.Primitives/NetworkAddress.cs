using System.Buffers.Binary;
using System.Net;

namespace Edge.Primitives;

/// <summary>An IPv4 or IPv6 address with a port, held by value: the key of a flow.</summary>
/// <remarks>
/// Shape: 16 address bytes (IPv4 as ::ffff:a.b.c.d, RFC 4291 §2.5.5.2), so that the same client
/// compares equal whichever kind of socket received it. Scope identifiers are not kept. The far end of a
/// TCP connection has the connection's number beside them: it is another flow than the same address over
/// UDP, and than a later connection from the same port.
/// </remarks>
public readonly record struct NetworkAddress
{
    private const ulong MappedPrefix = 0x0000_FFFF;

    private readonly ulong _high;
    private readonly ulong _low;

    private NetworkAddress(ulong high, ulong low, ushort port, uint connection = 0)
    {
        _high = high;
        _low = low;
        Port = port;
        Connection = connection;
    }

    /// <summary>The UDP or TCP port.</summary>
    public ushort Port { get; }

    /// <summary>The TCP connection whose far end this is, by the number its owner gave it; 0 over UDP.</summary>
    public uint Connection { get; }

    /// <summary>Whether this is the unset value.</summary>
    public bool IsEmpty => _high == 0 && _low == 0 && Port == 0;

    /// <summary>Whether the address is IPv4 (held as IPv4-mapped IPv6).</summary>
    public bool IsIPv4 => _high == 0 && _low >> 32 == MappedPrefix;

    /// <summary>The IPv4 address in host order; meaningful when <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => unchecked((uint)_low);

    /// <summary>Makes an IPv4 address from its 32 bits in host order.</summary>
    public static NetworkAddress FromIPv4(uint address, ushort port) =>
        new(0, (MappedPrefix << 32) | address, port);

    /// <summary>Makes an address from 16 bytes in network order.</summary>
    public static NetworkAddress FromIPv6(ReadOnlySpan<byte> address, ushort port) =>
        new(
            BinaryPrimitives.ReadUInt64BigEndian(address),
            BinaryPrimitives.ReadUInt64BigEndian(address[8..]),
            port
        );

    /// <summary>Makes an address from the framework's type.</summary>
    public static NetworkAddress From(IPEndPoint endpoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endpoint.Address.MapToIPv6().TryWriteBytes(bytes, out _);
        return FromIPv6(bytes, unchecked((ushort)endpoint.Port));
    }

    /// <summary>Reads "1.2.3.4:5" or "[::1]:5"; false when it is neither.</summary>
    public static bool TryParse(string text, out NetworkAddress address)
    {
        var parsed = IPEndPoint.TryParse(text, out var endpoint);
        address = parsed ? From(endpoint!) : default;
        return parsed;
    }

    /// <summary>Writes the 16 address bytes (IPv4 mapped) in network order.</summary>
    public void WriteIPv6(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
    }

    /// <summary>The same address with another port.</summary>
    public NetworkAddress WithPort(ushort port) => new(_high, _low, port, Connection);

    /// <summary>The same address as the far end of a TCP connection; 0 for none.</summary>
    public NetworkAddress OnConnection(uint connection) => new(_high, _low, Port, connection);

    /// <summary>The address as the framework's type. Allocates: not for the packet path.</summary>
    public IPEndPoint ToEndPoint() => new(ToIPAddress(), Port);

    /// <summary>The address without its port. Allocates: not for the packet path.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteIPv6(bytes);
        var address = new IPAddress(bytes);
        return IsIPv4 ? address.MapToIPv4() : address;
    }

    /// <inheritdoc/>
    public override string ToString() => ToEndPoint().ToString();
}
