using System.Diagnostics.CodeAnalysis;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions.Channels;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The form in which a session's data channels go to another node, but for SCTP, which is the peer's.</summary>
/// <remarks>Versions: values are appended, never taken away.</remarks>
internal static class SessionChannelsForm
{
    /// <summary>Writes the channels; false, with nothing of the writer to be used, when they cannot move. Nothing is on its
    /// way to them or from them (<c>Shard.TrySettleChannels</c>), and what they read and does not move along has let go
    /// of them (<see cref="CallsNode.LetReadersGoAsync"/>). Threads: the session's shard.</summary>
    public static bool Write(StateWriter writer, SessionChannels channels, CallsChannels names)
    {
        if (channels.AreOver || channels.Transport.IsEnded)
        {
            return false;
        }

        var start = writer.Written.Length;
        var group = writer.Begin();
        writer.OptionalNumber(channels.EventsId);
        if (!TryWritePublished(writer, channels, names) || !TryWriteRead(writer, channels, names))
        {
            return false;
        }

        WriteEnded(writer, channels);
        writer.End(group);
        if (writer.IsTooLong)
        {
            return false;
        }

        // A bound that a reader has and a writer has not would otherwise lose the session.
        var reader = new StateReader(writer.Written[start..], writer.Now);
        return TryRead(ref reader) is not null;
    }

    /// <summary>Writes channels of a session that may end suddenly: of all that are there only the ids are left then, and none is free before
    /// its client has closed it. Threads: the session's shard.</summary>
    public static void WriteLost(StateWriter writer, SessionChannels channels)
    {
        var group = writer.Begin();
        writer.Nothing();
        writer.End(writer.Begin());
        writer.End(writer.Begin());
        var ended = writer.Begin();
        foreach (var id in channels.Ends.Keys)
        {
            writer.UInt(id);
        }

        if (channels.EventsId is { } events)
        {
            writer.UInt(events);
        }

        writer.End(ended);
        writer.End(group);
    }

    /// <summary>Reads channels; null when they make no sense.</summary>
    public static SessionChannelsParts? TryRead(ref StateReader reader)
    {
        var group = reader.BeginWhole(valuesMin: 4);
        ushort? eventsId = reader.IsNothing() ? null : reader.UInt16();
        var parts = new SessionChannelsParts
        {
            EventsId = eventsId,
            Published = reader.All<PublishedChannelPart>(
                ChannelLimits.ChannelsMax,
                TryReadPublished
            ),
            Read = reader.All<ReadChannelPart>(ChannelLimits.ChannelsMax, TryReadReader),
            Ended = reader.All<ushort>(ChannelLimits.ChannelsMax, TryReadId),
        };
        reader.End(group);
        if (!MakesSense(parts))
        {
            reader.Break();
        }

        return reader.IsBroken ? null : parts;
    }

    private static bool TryWritePublished(
        StateWriter writer,
        SessionChannels channels,
        CallsChannels names
    )
    {
        var group = writer.Begin();
        foreach (var end in channels.Ends.Values)
        {
            if (end is not PublishedChannel { HasEnded: false } published)
            {
                continue;
            }

            if (names.Find(end) is not { } named)
            {
                return false;
            }

            var part = writer.Begin();
            writer.UInt(end.Id);
            writer.Text(named.Name);
            writer.UInt(published.Count);
            writer.Optional(published.Memory, ChannelMemoryForm.Write);
            writer.End(part);
        }

        writer.End(group);
        return true;
    }

    private static bool TryWriteRead(
        StateWriter writer,
        SessionChannels channels,
        CallsChannels names
    )
    {
        var group = writer.Begin();
        foreach (var end in channels.Ends.Values)
        {
            if (end is not ReadChannel { HasEnded: false } reader)
            {
                continue;
            }

            if (names.Find(end) is not { } named)
            {
                return false;
            }

            WriteReader(writer, reader, named);
        }

        writer.End(group);
        return true;
    }

    private static void WriteReader(StateWriter writer, ReadChannel reader, CallsChannel named)
    {
        var position = PositionOf(reader);
        var group = writer.Begin();
        writer.UInt(reader.Id);
        writer.Text(named.PublisherId);
        writer.Text(named.Name);
        writer.Bool(reader.MayLose);
        writer.Bool(reader.CanReply || reader.IsToReply);
        writer.Moment(reader.AckDeadline);
        var early = writer.Begin();
        foreach (var (bytes, isBinary) in reader.Early?.All ?? [])
        {
            var message = writer.Begin();
            writer.Bytes(bytes);
            writer.Bool(isBinary);
            writer.End(message);
        }

        writer.End(early);
        writer.UInt(position.Generation);
        writer.UInt(position.Number);
        writer.End(group);
    }

    /// <summary>What it left is known; what moves along stands still.</summary>
    private static ChannelPosition PositionOf(ReadChannel reader) =>
        reader.Source is PublishedChannel published
            ? new ChannelPosition(0, published.Count)
            : reader.LeftAt ?? default;

    private static void WriteEnded(StateWriter writer, SessionChannels channels)
    {
        var group = writer.Begin();
        foreach (var end in channels.Ends.Values)
        {
            if (end.HasEnded)
            {
                writer.UInt(end.Id);
            }
        }

        writer.End(group);
    }

    private static bool TryReadPublished(
        ref StateReader reader,
        [MaybeNullWhen(false)] out PublishedChannelPart channel
    )
    {
        var group = reader.BeginWhole(valuesMin: 3);
        var read = new PublishedChannelPart(
            reader.UInt16(),
            reader.Name(),
            (ulong)reader.Count(),
            reader.Optional<ChannelMemory>(ChannelMemoryForm.TryRead)
        );
        reader.End(group);
        channel = reader.IsBroken ? null : read;
        return channel is not null;
    }

    private static bool TryReadReader(
        ref StateReader reader,
        [MaybeNullWhen(false)] out ReadChannelPart channel
    )
    {
        var group = reader.BeginWhole(valuesMin: 9);
        var read = new ReadChannelPart(reader.UInt16(), reader.Name(), reader.Name())
        {
            MayLose = reader.Bool(),
            CanReply = reader.Bool(),
            AckDeadline = reader.Moment(),
            Early = reader.All<EarlyMessagePart>(EarlyMessages.CountMax, TryReadEarly),
            LeftAt = new ChannelPosition(reader.UInt(), reader.UInt()),
        };
        reader.End(group);
        if (!read.AckDeadline.IsSet && !read.Early.IsEmpty)
        {
            reader.Break();
        }

        channel = reader.IsBroken ? null : read;
        return channel is not null;
    }

    private static bool TryReadEarly(ref StateReader reader, out EarlyMessagePart message)
    {
        var group = reader.BeginWhole(valuesMin: 2);
        message = new EarlyMessagePart(
            reader.Bytes(EarlyMessages.BytesMax).ToArray(),
            reader.Bool()
        );
        reader.End(group);
        return !reader.IsBroken;
    }

    private static bool TryReadId(ref StateReader reader, out ushort id)
    {
        id = reader.UInt16();
        return !reader.IsBroken;
    }

    /// <summary>Ids and names are there once, and no more channels than there may be.</summary>
    private static bool MakesSense(SessionChannelsParts parts)
    {
        var ids = new HashSet<ushort>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (parts.EventsId is { } events)
        {
            _ = ids.Add(events);
        }

        foreach (var part in parts.Published)
        {
            if (!ids.Add(part.Id) || !names.Add(part.Name))
            {
                return false;
            }
        }

        foreach (var part in parts.Read)
        {
            if (!ids.Add(part.Id))
            {
                return false;
            }
        }

        foreach (var id in parts.Ended)
        {
            if (!ids.Add(id))
            {
                return false;
            }
        }

        return ids.Count <= ChannelLimits.ChannelsMax + 1;
    }
}
