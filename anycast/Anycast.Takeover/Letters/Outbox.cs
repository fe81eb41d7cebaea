using System.Buffers.Binary;
using Anycast.Takeover.Indices;
using Anycast.Takeover.Voting;

namespace Anycast.Takeover.Letters;

/// <summary>The messages that wait for one peer, of all sessions: they leave together, as many as fit a frame.</summary>
internal sealed class Outbox(ushort peer, int bytesMax)
{
    /// <summary>Chosen: a thousand short messages before it grows.</summary>
    private const int BytesMin = 64 << 10;

    private byte[] _bytes = new byte[BytesMin];
    private int _begin;
    private int _message;
    private int _end;
    private bool _isLost;

    /// <summary>For whom.</summary>
    public ushort Peer { get; } = peer;

    /// <summary>Messages that found no room.</summary>
    public long Lost { get; private set; }

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => _begin == _end;

    /// <summary>Begins a message.</summary>
    public void Begin()
    {
        _message = _end;
        _isLost = false;
        _ = Take(MessageHeader.Bytes);
    }

    /// <summary>Ends the message that was begun.</summary>
    public void End(in MessageHeader header)
    {
        if (_isLost)
        {
            Lost++;
            _end = _message;
            return;
        }

        header.Write(_bytes.AsSpan(_message), _end - _message - MessageHeader.Bytes);
    }

    /// <summary>A message without a body.</summary>
    public void Say(in MessageHeader header)
    {
        Begin();
        End(header);
    }

    /// <summary>Appends a byte to the body.</summary>
    public void Byte(byte value)
    {
        if (Take(1) is [_, ..] room)
        {
            room[0] = value;
        }
    }

    /// <summary>Appends a bare mark to the body.</summary>
    public void Mark(StateMark mark)
    {
        if (Take(ItemReader.MarkBytes) is [_, ..] room)
        {
            WriteMark(room, mark);
        }
    }

    /// <summary>Appends the item of a mark.</summary>
    public void MarkItem(StateMark mark)
    {
        if (Item(ItemKind.Mark, ItemReader.MarkBytes) is [_, ..] room)
        {
            WriteMark(room, mark);
        }
    }

    /// <summary>Appends the item that says that all parts follow.</summary>
    public void Whole() => Item(ItemKind.Whole, 0);

    /// <summary>Appends who votes.</summary>
    public void Members(Membership members, StateMark mark)
    {
        var count = members.Current.Count + members.Next.Count;
        var length = ItemReader.MembersBytes + (count * ItemReader.VoterBytes);
        if (Item(ItemKind.Members, length) is not [_, ..] room)
        {
            return;
        }

        WriteMark(room, mark);
        MessageHeader.WriteVoter(room[ItemReader.MarkBytes..], members.Owner);
        room[ItemReader.MembersBytes - 2] = (byte)members.Current.Count;
        room[ItemReader.MembersBytes - 1] = (byte)members.Next.Count;
        WriteSet(room[ItemReader.MembersBytes..], members.Current);
        WriteSet(
            room[(ItemReader.MembersBytes + (members.Current.Count * ItemReader.VoterBytes))..],
            members.Next
        );
    }

    /// <summary>Appends a reservation.</summary>
    public void Bound(StreamId stream, Reservation value)
    {
        if (Item(ItemKind.Bound, ItemReader.StreamBytes + 16) is [_, ..] room)
        {
            WriteStream(room, stream, value.Bound);
            BinaryPrimitives.WriteInt64BigEndian(room[(ItemReader.StreamBytes + 8)..], value.Floor);
        }
    }

    /// <summary>Appends the last index of a stream.</summary>
    public void Last(StreamId stream, long index)
    {
        if (Item(ItemKind.Last, ItemReader.StreamBytes + 8) is [_, ..] room)
        {
            WriteStream(room, stream, index);
        }
    }

    /// <summary>Appends a part of the session.</summary>
    public void Section(uint key, ReadOnlySpan<byte> value)
    {
        if (Item(ItemKind.Section, sizeof(uint) + value.Length) is [_, ..] room)
        {
            BinaryPrimitives.WriteUInt32BigEndian(room, key);
            value.CopyTo(room[sizeof(uint)..]);
        }
    }

    /// <summary>Takes out as many messages as fit; returns the frame's length, 0 when nothing waits.</summary>
    public int Poll(Span<byte> frame)
    {
        var length = 0;
        while (_begin < _end)
        {
            var next =
                (BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(_begin)) & 0xFFFFFF)
                + MessageHeader.PrefixBytes;
            if (FrameReader.HeaderBytes + length + next > frame.Length)
            {
                if (length > 0)
                {
                    break;
                }

                // It never fits: nobody else should wait for it.
                Lost++;
                _begin += next;
                continue;
            }

            _bytes.AsSpan(_begin, next).CopyTo(frame[(FrameReader.HeaderBytes + length)..]);
            length += next;
            _begin += next;
        }

        if (_begin == _end)
        {
            _begin = 0;
            _end = 0;
        }

        if (length == 0)
        {
            return 0;
        }

        frame[0] = FrameReader.Version;
        return FrameReader.HeaderBytes + length;
    }

    /// <summary>Forgets what waits: for one who is not there any more.</summary>
    public void Clear()
    {
        _begin = 0;
        _end = 0;
    }

    private Span<byte> Item(ItemKind kind, int length)
    {
        if (length > ushort.MaxValue)
        {
            _isLost = true;
            return default;
        }

        if (Take(ItemReader.PrefixBytes + length) is not [_, ..] room)
        {
            return default;
        }

        room[0] = (byte)kind;
        BinaryPrimitives.WriteUInt16BigEndian(room[1..], (ushort)length);
        return room[ItemReader.PrefixBytes..];
    }

    private Span<byte> Take(int length)
    {
        if (_isLost || _end - _begin + length > bytesMax)
        {
            _isLost = true;
            return default;
        }

        if (_end + length > _bytes.Length)
        {
            MakeRoom(length);
        }

        _end += length;
        return _bytes.AsSpan(_end - length, length);
    }

    private void MakeRoom(int length)
    {
        var waiting = _end - _begin;
        var capacity = _bytes.Length;
        while (capacity < waiting + length)
        {
            capacity *= 2;
        }

        var bytes = capacity == _bytes.Length ? _bytes : new byte[capacity];
        _bytes.AsSpan(_begin, waiting).CopyTo(bytes);
        _bytes = bytes;
        _message -= _begin;
        _end = waiting;
        _begin = 0;
    }

    private static void WriteMark(Span<byte> room, StateMark mark)
    {
        BinaryPrimitives.WriteInt64BigEndian(room, mark.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(room[8..], mark.Number);
    }

    private static void WriteStream(Span<byte> room, StreamId stream, long index)
    {
        room[0] = (byte)stream.Kind;
        room[1] = stream.Generation;
        BinaryPrimitives.WriteUInt32BigEndian(room[2..], stream.Ssrc);
        BinaryPrimitives.WriteInt64BigEndian(room[ItemReader.StreamBytes..], index);
    }

    private static void WriteSet(Span<byte> room, VoterSet set)
    {
        for (var index = 0; index < set.Count; index++)
        {
            var voter = room[(index * ItemReader.VoterBytes)..];
            MessageHeader.WriteVoter(voter, set[index].Id);
            voter[MessageHeader.VoterBytes] = set[index].IsWitness ? (byte)1 : (byte)0;
        }
    }
}
