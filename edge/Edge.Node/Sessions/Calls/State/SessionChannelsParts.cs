using System.Collections.Immutable;
using Control.Contract.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Protocol.DataChannels;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The data channels of a session as they were read: what stands above SCTP.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record SessionChannelsParts
{
    /// <summary>The channel in which events are told; null when there is none.</summary>
    public ushort? EventsId { get; init; }

    /// <summary>Those that the client writes.</summary>
    public ImmutableArray<PublishedChannelPart> Published { get; init; } = [];

    /// <summary>Those that it reads.</summary>
    public ImmutableArray<ReadChannelPart> Read { get; init; } = [];

    /// <summary>Ids that the client has not closed yet, of channels that have ended.</summary>
    public ImmutableArray<ushort> Ended { get; init; } = [];

    /// <summary>Makes the channels, and puts them among those of their session. Nothing of others is touched: readers wait
    /// until they are told what they read (<see cref="AwaitedReader.TryJoin"/>, <see cref="CallsNode.FindChannelsAgain(CallsSession)"/>).
    /// </summary>
    /// <param name="transport">Their SCTP, of the restored peer (<c>PeerTransport.Channels</c>).</param>
    /// <param name="carrier">The session's media, which no shard drives yet.</param>
    /// <param name="session">The session, without channels.</param>
    public RestoredChannels Build(
        DataChannelTransport transport,
        Session carrier,
        CallsSession session
    )
    {
        var channels = new SessionChannels(transport, carrier) { EventsId = EventsId };
        foreach (var part in Published)
        {
            var end = new PublishedChannel(channels, part.Id)
            {
                Count = part.Count,
                Memory = part.Memory,
                CameFrom = part.Memory is { } memory
                    ? new ChannelPosition(memory.Generation, memory.Last + 1)
                    : null,
            };
            var channel = new CallsChannel(TrackLocation.Local, session.Id, part.Name, end);
            channels.Add(end);
            _ = session.DataChannels.Add(part.Id, _ => channel);
            _ = session.DataChannels.TryPublish(channel);
        }

        var awaited = ImmutableArray.CreateBuilder<AwaitedReader>(Read.Length);
        foreach (var part in Read)
        {
            var reader = Create(channels, part);
            var channel = new CallsChannel(
                TrackLocation.Remote,
                part.PublisherId,
                part.Name,
                reader
            );
            channels.Add(reader);
            _ = session.DataChannels.Add(part.Id, _ => channel);
            awaited.Add(new AwaitedReader(reader, part.PublisherId, part.Name));
        }

        foreach (var id in Ended)
        {
            // Whatever it was: all that is left of it is its id.
            var end = new PublishedChannel(channels, id) { HasEnded = true };
            channels.Add(end);
            _ = session.DataChannels.Add(
                id,
                _ => new CallsChannel(TrackLocation.Local, session.Id, "", end)
            );
        }

        return new RestoredChannels(channels, awaited.MoveToImmutable());
    }

    private static ReadChannel Create(SessionChannels channels, ReadChannelPart part)
    {
        var reader = new ReadChannel(
            channels,
            part.Id,
            new AwaitedChannel(channels),
            part.AckDeadline
        )
        {
            MayLose = part.MayLose,
            LeftAt = part.LeftAt,
            IsToReply = part.CanReply,
        };
        foreach (var (bytes, isBinary) in part.Early)
        {
            reader.Early?.Add(bytes, isBinary);
        }

        channels.EarlyBytes += reader.Early?.Bytes ?? 0;
        return reader;
    }
}
