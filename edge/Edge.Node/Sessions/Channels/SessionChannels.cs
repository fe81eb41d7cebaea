using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.DataChannels;

namespace Edge.Node.Sessions.Channels;

/// <summary>The data channels of a session.</summary>
/// <remarks>
/// They outlive the session's transport: when a client goes on over another one, they move to its
/// <see cref="Carrier"/>. Threads: the carrier's shard, whether they are attached to the carrier's peer
/// already or not, but for what is marked "any".
/// </remarks>
internal sealed class SessionChannels(DataChannelTransport transport, Session carrier)
{
    private readonly Dictionary<ushort, ChannelEnd> _ends = [];
    private Session _carrier = carrier;
    private ushort? _eventsId;
    private bool _hasEvents;
    private bool _areOver;

    /// <summary>SCTP.</summary>
    public DataChannelTransport Transport => transport;

    /// <summary>The session that carries them now. Threads: any may read.</summary>
    public Session Carrier
    {
        get => Volatile.Read(ref _carrier);
        set => Volatile.Write(ref _carrier, value);
    }

    /// <summary>The channels that the API made, by id.</summary>
    public IReadOnlyDictionary<ushort, ChannelEnd> Ends => _ends;

    /// <summary>The channel in which events are told; null when there is none.</summary>
    public ushort? EventsId
    {
        get => _eventsId;
        set
        {
            _eventsId = value;
            Volatile.Write(ref _hasEvents, value is not null);
        }
    }

    /// <summary>Whether there is a channel in which events are told. Threads: any may read.</summary>
    public bool HasEvents => Volatile.Read(ref _hasEvents);

    /// <summary>What of its client's messages is on its way; beyond the bound further ones wait at the client.</summary>
    public InFlightAccount InFlight { get; } = new();

    /// <summary>Whether they have ended for good. Threads: any may read.</summary>
    public bool AreOver
    {
        get => Volatile.Read(ref _areOver);
        set => Volatile.Write(ref _areOver, value);
    }

    /// <summary>Bytes kept for readers that are not ready.</summary>
    public int EarlyBytes { get; set; }

    /// <summary>When messages that were left for the next turn are due.</summary>
    public Instant ContinueAt { get; set; } = Instant.Never;

    /// <summary>What the shard's account of held bytes has of it.</summary>
    public long NotedBytes { get; set; }

    /// <summary>When the next reader must have said that it is ready.</summary>
    public Instant AckDeadline { get; private set; } = Instant.Never;

    /// <summary>Whether nothing is on its way between them and other channels, nor to other nodes.</summary>
    public bool IsSettled
    {
        get
        {
            foreach (var end in _ends.Values)
            {
                if (!end.HasEnded && !IsEndSettled(end))
                {
                    return false;
                }
            }

            return InFlight.IsEmpty;
        }
    }

    /// <summary>When something here is due that SCTP does not know of.</summary>
    public Instant PollTimeout() => Instant.Min(ContinueAt, AckDeadline);

    /// <summary>Adds a channel.</summary>
    public void Add(ChannelEnd end)
    {
        _ends.Add(end.Id, end);
        RefreshAckDeadline();
    }

    /// <summary>Removes a channel whose id is free again; null when there is none.</summary>
    public ChannelEnd? Remove(ushort id) => _ends.Remove(id, out var end) ? end : null;

    /// <summary>Their session goes on at another node: what comes for them late is dropped, nobody is told.</summary>
    /// <param name="moves">Whether a reader moves along.</param>
    /// <returns>Those who do not, and have to find what they read where it is now.</returns>
    public ImmutableArray<ReadChannel> Leave(Func<ReadChannel, bool> moves)
    {
        AreOver = true;
        var left = ImmutableArray.CreateBuilder<ReadChannel>();
        foreach (var end in _ends.Values)
        {
            end.HasEnded = true;
            if (end is ReadChannel own)
            {
                own.Messages.Close();
                continue;
            }

            var readers = ((PublishedChannel)end).Readers;
            foreach (var reader in readers)
            {
                if (!moves(reader))
                {
                    reader.Leave();
                    left.Add(reader);
                }
            }

            readers.Clear();
        }

        return left.DrainToImmutable();
    }

    private static bool IsEndSettled(ChannelEnd end)
    {
        if (end is ReadChannel reader)
        {
            return reader.IsSettled;
        }

        var published = (PublishedChannel)end;
        foreach (var other in published.Readers)
        {
            if (!other.IsSettled)
            {
                return false;
            }
        }

        return published.Exported?.Replies.IsSettled != false;
    }

    /// <summary>Looks for the next reader that has to say that it is ready.</summary>
    public void RefreshAckDeadline()
    {
        AckDeadline = Instant.Never;
        foreach (var end in _ends.Values)
        {
            if (end is ReadChannel { HasEnded: false } reader)
            {
                AckDeadline = Instant.Min(AckDeadline, reader.AckDeadline);
            }
        }
    }
}
