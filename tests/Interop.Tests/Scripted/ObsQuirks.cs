using System.Buffers.Binary;
using Edge.Primitives;

namespace Interop.Tests.Scripted;

/// <summary>OBS (libdatachannel): resends a packet as it was, on the same SSRC, from a store that all
/// layers share by sequence number alone. Every hundredth media packet is lost on its way.</summary>
internal sealed class ObsQuirks : IWireQuirks
{
    private const int LoseEvery = 100;
    private const int StoreMax = 4000;
    private const byte VideoType = 96;

    private readonly Dictionary<ushort, byte[]> _store = [];
    private readonly Queue<ushort> _order = [];
    private int _sent;

    /// <summary>Packets lost.</summary>
    public int Lost { get; private set; }

    /// <summary>Packets sent again.</summary>
    public int Resent { get; private set; }

    public bool LetsIn(ReadOnlySpan<byte> datagram) => true;

    public int Rewrite(Span<byte> buffer, int length, NetworkAddress local, out byte[]? reply)
    {
        reply = null;
        if (!Datagrams.IsRtp(buffer[..length]))
        {
            return length;
        }

        if ((buffer[1] & 0x7F) == VideoType)
        {
            Store(buffer[..length]);
        }

        if (++_sent % LoseEvery != 0)
        {
            return length;
        }

        Lost++;
        return 0;
    }

    public byte[]? FindSent(SequenceNumber sequence)
    {
        var packet = _store.GetValueOrDefault(sequence.Value);
        Resent += packet is null ? 0 : 1;
        return packet;
    }

    private void Store(ReadOnlySpan<byte> packet)
    {
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        _store[sequence] = packet.ToArray();
        _order.Enqueue(sequence);
        if (_order.Count > StoreMax)
        {
            _store.Remove(_order.Dequeue());
        }
    }
}
