using Edge.Wire.Sctp.DataChannels;
using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Sending;

/// <summary>How a message comes into another process.</summary>
internal static class OutgoingMessageState
{
    /// <summary>Chosen: longer than any message that the options allow.</summary>
    private const int LengthMax = 64 * 1024 * 1024;

    /// <summary>Writes a message; of one given up the bytes are gone.</summary>
    public static void Write(this StateWriter writer, OutgoingMessage message)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)message.Length);
        if (message.Buffer is null)
        {
            writer.Nothing();
        }
        else
        {
            writer.Bytes(message.Buffer.AsSpan(0, message.Length));
        }

        writer.UInt((ulong)message.Terms.Protocol);
        writer.Bool(message.Terms.IsUnordered);
        writer.UInt((ulong)message.Terms.RetransmitsMax);
        writer.Moment(message.Terms.ExpiresAt);
        writer.UInt(message.Sequence);
        writer.UInt((ulong)message.SentBytes);
        writer.UInt((ulong)message.FirstTsn);
        writer.UInt((ulong)message.LastTsn);
        writer.Bool(message.IsAbandoned);
        writer.End(outer);
    }

    /// <summary>Reads a message of a stream.</summary>
    public static OutgoingMessage ReadMessage(
        this ref StateReader reader,
        OutgoingStream? stream,
        MessagePool pool
    )
    {
        var outer = reader.BeginWhole(valuesMin: 11);
        var message = new OutgoingMessage { Stream = stream, Length = reader.Int32(LengthMax) };
        if (!reader.IsNothing())
        {
            var bytes = reader.Bytes(LengthMax);
            message.Buffer = pool.Rent(bytes.Length);
            bytes.CopyTo(message.Buffer);
            IsTrue(ref reader, bytes.Length == message.Length);
        }

        message.Terms = new(
            (DataChannelPayload)reader.UInt32(),
            reader.Bool(),
            reader.Int32(int.MaxValue),
            reader.Moment()
        );
        message.Sequence = reader.UInt16();
        message.SentBytes = reader.Int32(message.Length);
        message.FirstTsn = reader.Count();
        message.LastTsn = reader.Count();
        message.IsAbandoned = reader.Bool();
        reader.End(outer);
        IsTrue(ref reader, message.IsAbandoned == message.Buffer is null);
        return message;
    }

    /// <summary>Gives back the bytes of a message that no queue has.</summary>
    public static void GiveBack(this OutgoingMessage message, MessagePool pool)
    {
        if (message.Buffer is { } buffer)
        {
            message.Buffer = null;
            pool.Return(buffer);
        }
    }

    private static void IsTrue(ref StateReader reader, bool holds)
    {
        if (!holds)
        {
            reader.Break();
        }
    }
}
