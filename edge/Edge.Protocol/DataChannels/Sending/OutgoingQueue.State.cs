using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Sending;

/// <content>How it goes on in another process.</content>
internal sealed partial class OutgoingQueue
{
    /// <summary>Most messages that wait, of one stream. Chosen: what a full buffer of empty ones holds.</summary>
    private const int WaitingMax = 1 << 20;

    /// <summary>The message that is being cut.</summary>
    public OutgoingMessage? Current => _current;

    /// <summary>Numbers the streams that wait for something.</summary>
    public void Number(StreamTable table)
    {
        table.Add(Scheduled());
        table.Add(_blocked);
        table.Add(_low);
    }

    /// <summary>Writes streams by their numbers with what waits in them, and their lines.</summary>
    public void Write(StateWriter writer, StreamTable table)
    {
        var outer = writer.Begin();
        writer.Bool(MayAbandon);
        var list = writer.Begin();
        foreach (var stream in table.Streams)
        {
            WriteStream(writer, stream);
        }

        writer.End(list);
        table.Write(writer, Scheduled());
        table.Write(writer, _blocked);
        table.Write(writer, _low);
        writer.End(outer);
    }

    /// <summary>Reads what was written, and numbers the streams.</summary>
    public void Read(ref StateReader reader, StreamTable table)
    {
        var outer = reader.BeginWhole(valuesMin: 5);
        MayAbandon = reader.Bool();
        var list = reader.Begin(2 * ushort.MaxValue, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            table.Add(ReadStream(ref reader));
        }

        reader.End(list);
        foreach (var stream in table.ReadList(ref reader))
        {
            // One whose messages were given up meanwhile stands in line as well.
            if (!stream.IsScheduled)
            {
                Line(stream);
            }
        }

        foreach (var stream in table.ReadList(ref reader))
        {
            NoteBlocked(stream);
        }

        foreach (var stream in table.ReadList(ref reader))
        {
            // One that is blocked as well is told once.
            var isBlocked = stream.IsBlocked;
            NoteLow(stream);
            stream.IsBlocked = isBlocked;
        }

        reader.End(outer);
        if (!IsEachInLine(table.Streams))
        {
            reader.Break();
        }

        if (reader.IsBroken)
        {
            DiscardWaiting(table.Streams);
        }
    }

    /// <summary>Lets go of a message that was adopted and cannot be gone on with.</summary>
    public void Disown(OutgoingMessage message)
    {
        LeaveCurrent(message);
        Release(message);
    }

    /// <summary>Takes a message that was begun before, and counts what it holds.</summary>
    public void Adopt(OutgoingMessage message, bool isCurrent)
    {
        message.Stream!.MessageCount++;
        if (message.Buffer is not null)
        {
            message.Stream.BufferedBytes += message.UserBytes;
            message.Stream.HeldBytes += message.Length + OutgoingMessage.CostBytes;
            HeldBytes += message.Length + OutgoingMessage.CostBytes;
        }

        if (isCurrent)
        {
            _current = message;
            WaitingCount++;
        }
    }

    /// <summary>Whether somebody will come to all that waits.</summary>
    private static bool IsEachInLine(IEnumerable<OutgoingStream> streams)
    {
        foreach (var stream in streams)
        {
            if (stream.First is not null && !stream.IsScheduled)
            {
                return false;
            }
        }

        return true;
    }

    private void DiscardWaiting(IEnumerable<OutgoingStream> streams)
    {
        foreach (var stream in streams)
        {
            DiscardWaiting(stream);
        }
    }

    private IEnumerable<OutgoingStream> Scheduled()
    {
        for (var stream = _firstScheduled; stream is not null; stream = stream.NextScheduled)
        {
            yield return stream;
        }
    }

    private static void WriteStream(StateWriter writer, OutgoingStream stream)
    {
        var outer = writer.Begin();
        writer.UInt(stream.Id);
        writer.UInt(stream.NextSequence);
        writer.UInt((ulong)stream.LowThresholdBytes);
        var list = writer.Begin();
        for (var message = stream.First; message is not null; message = message.Next)
        {
            writer.Write(message);
        }

        writer.End(list);
        writer.End(outer);
    }

    private OutgoingStream ReadStream(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 4);
        var stream = new OutgoingStream(reader.UInt16())
        {
            NextSequence = reader.UInt16(),
            LowThresholdBytes = reader.Count(),
        };
        var list = reader.Begin(WaitingMax, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var message = reader.ReadMessage(stream, pool);
            if (message.SentBytes > 0 || message.IsAbandoned)
            {
                reader.Break();
            }

            Append(stream, message);
        }

        reader.End(list);
        reader.End(outer);
        return stream;
    }

    private void Append(OutgoingStream stream, OutgoingMessage message)
    {
        if (stream.Last is { } last)
        {
            last.Next = message;
        }
        else
        {
            stream.First = message;
        }

        stream.Last = message;
        WaitingCount++;
        Adopt(message, isCurrent: false);
    }
}
