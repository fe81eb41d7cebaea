using Edge.Protocol.DataChannels;

namespace Edge.Node.Sessions.Channels;

/// <summary>One change of a session's data channels, for its shard to make.</summary>
internal abstract record ChannelChange
{
    private ChannelChange() { }

    /// <summary>The session carries channels from now on: new ones, or those of the transport before.</summary>
    internal sealed record Start(SessionChannels Channels) : ChannelChange;

    /// <summary>The session's channels go on over another transport.</summary>
    internal sealed record MoveTo(Session Carrier) : ChannelChange;

    /// <summary>The session carries no channels any more.</summary>
    internal sealed record Stop : ChannelChange;

    /// <summary>A channel with an id that both sides know.</summary>
    internal sealed record Open(ChannelEnd End, DataChannelOptions Options) : ChannelChange;

    /// <summary>A channel ends.</summary>
    internal sealed record Close(ChannelEnd End, ChannelEndReason Reason) : ChannelChange;

    /// <summary>The channel of events, by the id that both sides know.</summary>
    internal sealed record OpenEvents(ushort Id) : ChannelChange;

    /// <summary>Something happened that the client is told, if it has a channel for it.</summary>
    internal sealed record Tell(byte[] Text) : ChannelChange;

    /// <summary>Somebody reads a channel of the session.</summary>
    internal sealed record AddReader(ReadChannel Reader) : ChannelChange;

    /// <summary>Somebody reads a channel of the session no more.</summary>
    internal sealed record RemoveReader(ReadChannel Reader) : ChannelChange;
}
