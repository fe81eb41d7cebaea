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
        if (!reader.IsBroken && !IsSane(messages))
        {
            reader.Break();
        }

        if (reader.IsBroken)
        {
            Forget(messages);
        }
    }

    /// <summary>Gives back what was read and cannot be gone on with.</summary>
    private void Forget(List<OutgoingMessage> messages)
    {
        Start(firstTsn: 1);
        foreach (var message in messages)
        {
            queue.Disown(message);
        }
    }

    private bool IsSane(List<OutgoingMessage> messages)
    {
        var isSane = _first > 0 && _abandonedUpTo >= _first - 1 && _abandonedUpTo < _next;
        for (var tsn = _first; isSane && tsn < _next; tsn++)
        {
            isSane = Follows(tsn) && (IsSameMessage(tsn, tsn + 1) || Ends(tsn));
        }

        return isSane && messages.TrueForAll(IsSane);
    }

    /// <summary>Whether a message is where its chunks say: the one being cut is the last of all and has bytes left, all
    /// others wait for acknowledgements only.</summary>
    private bool IsSane(OutgoingMessage message)
    {
        if (message != queue.Current)
        {
            return message.IsFinished && IsOf(message.LastTsn, message);
        }

        var isUntouched = message.SentBytes == 0;
        var isLast =
            message.LastTsn == _next - 1
            && message.FirstTsn <= message.LastTsn
            && (IsEmpty || IsOf(message.LastTsn, message));
        return !message.IsFinished && (isUntouched || isLast);
    }

    /// <summary>Whether a chunk goes on where the one before it ended, or begins its message. Only of the first message
    /// chunks may be acknowledged already.</summary>
    private bool Follows(long tsn)
    {
        ref readonly var chunk = ref this[tsn];
        if (IsSameMessage(tsn - 1, tsn))
        {
            return chunk.Offset == this[tsn - 1].Offset + this[tsn - 1].Length;
        }

        var firstTsn = chunk.Message!.FirstTsn;
        return chunk.Offset == 0 ? firstTsn == tsn : firstTsn < tsn && tsn == _first;
    }

    private bool Ends(long tsn)
    {
        ref readonly var chunk = ref this[tsn];
        var message = chunk.Message!;
        return message.LastTsn == tsn && message.SentBytes == chunk.Offset + chunk.Length;
    }

    private bool IsSameMessage(long tsn, long next) =>
        tsn >= _first && next < _next && this[tsn].Message == this[next].Message;

    private bool IsOf(long tsn, OutgoingMessage message) =>
        tsn >= _first && tsn < _next && this[tsn].Message == message;

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
            if (!isKnown)
            {
                message.GiveBack(pool);
                break;
            }

            var isSecond = isCurrent && queue.Current is not null;
            messages.Add(message);
            queue.Adopt(message, isCurrent && !isSecond);
            if (isSecond)
            {
                reader.Break();
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
            && (chunk.Length > 0 || chunk.State == OutstandingState.Abandoned)
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
