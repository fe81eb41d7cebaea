using Edge.Primitives;

namespace Edge.Testing.Clients;

/// <summary>What a publishing client sent lately, to answer NACKs.</summary>
internal sealed class SentHistory
{
    private const int Packets = 1024;

    private readonly Entry[] _entries = new Entry[Packets];

    public void Add(SequenceNumber sequence, SyntheticPacket packet, ReadOnlySpan<byte> payload)
    {
        ref var entry = ref _entries[sequence.Value % Packets];
        if (entry.Payload is null || entry.Payload.Length < packet.Length)
        {
            entry.Payload = new byte[packet.Length];
        }

        payload[..packet.Length].CopyTo(entry.Payload);
        entry.Sequence = sequence;
        entry.Packet = packet;
    }

    public bool TryFind(
        SequenceNumber sequence,
        out SyntheticPacket packet,
        out ReadOnlySpan<byte> payload
    )
    {
        var entry = _entries[sequence.Value % Packets];
        packet = entry.Packet;
        payload = entry.Payload is null ? default : entry.Payload.AsSpan(0, entry.Packet.Length);
        return entry.Payload is not null && entry.Sequence == sequence;
    }

    private struct Entry
    {
        public byte[]? Payload;
        public SequenceNumber Sequence;
        public SyntheticPacket Packet;
    }
}
