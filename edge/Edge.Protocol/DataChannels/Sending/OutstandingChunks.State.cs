using System.Numerics;
using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Sending;

/// <content>How they go on in another process: each message once, then the chunks that are cut from them.</content>
internal sealed partial class OutstandingChunks
{
    private const int RingMin = 64;

    /// <summary>Numbers the streams of messages that were begun.</summary>
    public void Number(StreamTable table)
    {
        foreach (var message in Begun())
        {
            table.Add(message.Stream!);
        }
    }

    /// <summary>Writes messages that were begun, and chunks.</summary>
    public void Write(StateWriter writer, StreamTable table)
    {
        var numbers = new Dictionary<OutgoingMessage, int>();
        var outer = writer.Begin();
        writer.UInt((ulong)_first);
        writer.UInt((ulong)_abandonedUpTo);
        writer.UInt((ulong)_retransmitFrom);
        writer.UInt((ulong)_timedTsn);
        var messages = writer.Begin();
        foreach (var message in Begun())
        {
            numbers.Add(message, numbers.Count);
            var item = writer.Begin();
            writer.UInt((ulong)table.NumberOf(message.Stream!));
            writer.Bool(message == queue.Current);
            writer.Write(message);
            writer.End(item);
        }

        writer.End(messages);
        var chunks = writer.Begin();
        for (var tsn = _first; tsn < _next; tsn++)
        {
            Write(writer, in this[tsn], numbers);
        }

        writer.End(chunks);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader, StreamTable table, MessagePool pool)
    {
        var outer = reader.BeginWhole(valuesMin: 6);
        _first = reader.Count();
        _next = _first;
        _abandonedUpTo = reader.Count();
        _retransmitFrom = reader.Count();
        _timedTsn = reader.Count();
        var messages = ReadMessages(ref reader, table, pool);
        var list = reader.Begin(ChunksMax, out var count);
        _ring = new OutstandingChunk[
            Math.Max(RingMin, (int)BitOperations.RoundUpToPowerOf2((uint)count))
        ];
        for (; _next < _first + count && !reader.IsBroken; _next++)
        {
            ReadChunk(ref reader, messages);
        }

        reader.End(list);
        reader.End(outer);
        var isSane = _first > 0 && _abandonedUpTo >= _first - 1 && _abandonedUpTo < _next;
        foreach (var message in messages)
        {
            isSane &= message.LastTsn < _next;
        }

        if (!isSane)
        {
            reader.Break();
        }
    }

    /// <summary>Messages with chunks, in the order of their chunks, and the one being cut.</summary>
    private IEnumerable<OutgoingMessage> Begun()
    {
        var seen = new HashSet<OutgoingMessage>();
        for (var tsn = _first; tsn < _next; tsn++)
        {
            if (this[tsn].Message is { } message && seen.Add(message))
            {
                yield return message;
            }
        }

        if (queue.Current is { } current && seen.Add(current))
        {
            yield return current;
        }
    }

    private static void Write(
        StateWriter writer,
        in OutstandingChunk chunk,
        Dictionary<OutgoingMessage, int> numbers
    )
    {
        var item = writer.Begin();
        writer.UInt((ulong)numbers[chunk.Message!]);
        writer.Moment(chunk.SentAt);
        writer.UInt((ulong)chunk.Offset);
        writer.UInt((ulong)chunk.Length);
        writer.UInt((ulong)chunk.State);
        writer.UInt(chunk.Transmissions);
        writer.UInt(chunk.MissingReports);
        writer.Bool(chunk.WasFastRetransmitted);
        writer.End(item);
    }

    private List<OutgoingMessage> ReadMessages(
        ref StateReader reader,
        StreamTable table,
        MessagePool pool
    )
    {
        var messages = new List<OutgoingMessage>();
        var list = reader.Begin(ChunksMax + 1, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var item = reader.BeginWhole(valuesMin: 3);
            var isKnown = table.TryRead(ref reader, out var stream);
            var isCurrent = reader.Bool();
            var message = reader.ReadMessage(stream, pool);
            reader.End(item);
            if (isKnown)
            {
                messages.Add(message);
                queue.Adopt(message, isCurrent);
            }
        }

        reader.End(list);
        return messages;
    }

    private void ReadChunk(ref StateReader reader, List<OutgoingMessage> messages)
    {
        var item = reader.BeginWhole(valuesMin: 8);
        var number = reader.Int32(ChunksMax);
        var chunk = new OutstandingChunk
        {
            SentAt = reader.Moment(),
            Offset = reader.Int32(int.MaxValue / 2),
            Length = reader.Int32(int.MaxValue / 2),
            State = (OutstandingState)reader.Int32((int)OutstandingState.Abandoned),
            Transmissions = reader.UInt8(),
            MissingReports = reader.UInt8(),
            WasFastRetransmitted = reader.Bool(),
        };
        reader.End(item);
        chunk.Message = number < messages.Count ? messages[number] : null;
        var isSane =
            chunk.Message is { } message
            && chunk.Offset + chunk.Length <= message.Length
            && (chunk.State == OutstandingState.Abandoned) == message.IsAbandoned;
        if (!isSane)
        {
            reader.Break();
            return;
        }

        _lostCount += chunk.State == OutstandingState.Lost ? 1 : 0;
        _gapAckedCount += chunk.State == OutstandingState.GapAcked ? 1 : 0;
        FlightBytes += chunk.State == OutstandingState.InFlight ? chunk.Length : 0;
        this[_next] = chunk;
    }
}
