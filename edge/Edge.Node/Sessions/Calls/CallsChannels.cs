using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Control.Contract.Calls;
using Edge.Node.Sessions.Channels;

namespace Edge.Node.Sessions.Calls;

/// <summary>The data channels of a session by id, and those that it publishes by name.</summary>
/// <remarks>An id is taken until both sides have closed its channel; a name until its channel ends. Threads:
/// any.</remarks>
internal sealed class CallsChannels
{
    /// <summary>The id that "server-events" has; no channel of the API gets it.</summary>
    public const ushort EventsId = 0;

    private readonly ConcurrentDictionary<int, CallsChannel> _byId = new();
    private readonly ConcurrentDictionary<string, CallsChannel> _published = new(
        StringComparer.Ordinal
    );

    /// <summary>All that have not ended, by id.</summary>
    public IEnumerable<CallsChannel> All =>
        _byId.Values.Where(channel => !channel.End.HasEnded).OrderBy(channel => channel.End.Id);

    /// <summary>Takes the first free id that the client's own channels never have (RFC 8832 §6), and puts a
    /// channel there; null when there is no room.</summary>
    /// <param name="isDtlsClient">Whether this end is the client in DTLS.</param>
    /// <param name="create">Makes the channel of an id.</param>
    public CallsChannel? Add(bool isDtlsClient, Func<ushort, CallsChannel> create)
    {
        if (_byId.Count >= ChannelLimits.ChannelsMax)
        {
            return null;
        }

        // Every second id, of which there are twice as many as channels.
        for (var index = 0; index < 2 * ChannelLimits.ChannelsMax; index++)
        {
            var id = (2 * index) + (isDtlsClient ? 2 : 1);
            if (_byId.ContainsKey(id))
            {
                continue;
            }

            var channel = create((ushort)id);
            if (_byId.TryAdd(id, channel))
            {
                return channel;
            }
        }

        return null;
    }

    /// <summary>Puts a channel at an id that the other side gave; null when it is taken or there is no room.</summary>
    public CallsChannel? Add(ushort id, Func<ushort, CallsChannel> create)
    {
        if (_byId.Count >= ChannelLimits.ChannelsMax || _byId.ContainsKey(id))
        {
            return null;
        }

        var channel = create(id);
        return _byId.TryAdd(id, channel) ? channel : null;
    }

    /// <summary>Makes a published channel known by its name; false when the name is taken.</summary>
    public bool TryPublish(CallsChannel channel) => _published.TryAdd(channel.Name, channel);

    /// <summary>Finds a published channel.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out CallsChannel? channel) =>
        _published.TryGetValue(name, out channel);

    /// <summary>Finds a channel that has not ended.</summary>
    public bool TryFind(int id, [NotNullWhen(true)] out CallsChannel? channel) =>
        _byId.TryGetValue(id, out channel) && !channel.End.HasEnded;

    /// <summary>The channel of an end, unless the API ended it; null when there is none.</summary>
    public CallsChannel? Find(ChannelEnd end) =>
        _byId.TryGetValue(end.Id, out var channel) && ReferenceEquals(channel.End, end)
            ? channel
            : null;

    /// <summary>How often a channel is read.</summary>
    public int CountOf(IChannelSource source) =>
        _byId.Values.Count(channel =>
            channel.End is ReadChannel reader && ReferenceEquals(reader.Source, source)
        );

    /// <summary>The channel that a request means: by its id or, without one, by what it reads.</summary>
    public CallsChannel? Find(DataChannelRequest request)
    {
        if (request.Id is { } id)
        {
            return TryFind(id, out var named) && named.Location == request.Location ? named : null;
        }

        foreach (var channel in All)
        {
            if (
                channel.Location == request.Location
                && string.Equals(channel.Name, request.Name, StringComparison.Ordinal)
                && (
                    request.Location == TrackLocation.Local
                    || string.Equals(
                        channel.PublisherId,
                        request.SessionId,
                        StringComparison.Ordinal
                    )
                )
            )
            {
                return channel;
            }
        }

        return null;
    }

    /// <summary>A channel has ended: its name is free.</summary>
    /// <returns>The channel; null when it is not known.</returns>
    public CallsChannel? End(ChannelEnd end)
    {
        if (!_byId.TryGetValue(end.Id, out var channel) || !ReferenceEquals(channel.End, end))
        {
            return null;
        }

        if (channel.Location == TrackLocation.Local)
        {
            _published.TryRemove(KeyValuePair.Create(channel.Name, channel));
        }

        return channel;
    }

    /// <summary>Frees an id.</summary>
    public void Free(ushort id) => _byId.TryRemove(id, out _);
}
