using Edge.Protocol.DataChannels;

namespace Edge.Node.Sessions.Channels;

/// <summary>One change of a session's data channels, for its shard to make.</summary>
internal abstract record ChannelChange
{
    private ChannelChange() { }

    /// <summary>The carrier carries the channels from now on.</summary>
    internal sealed record Start : ChannelChange;

    /// <summary>The channels go on over another transport.</summary>
    internal sealed record MoveTo(Session Carrier) : ChannelChange;

    /// <summary>The channels are over.</summary>
    internal sealed record Stop : ChannelChange;

    /// <summary>A channel with an id that both sides know.</summary>
    internal sealed record Open(ChannelEnd End, DataChannelOptions Options) : ChannelChange;

    /// <summary>A channel ends.</summary>
    internal sealed record Close(ChannelEnd End, ChannelEndReason Reason) : ChannelChange;

    /// <summary>The channel of events, by the id that both sides know.</summary>
    internal sealed record OpenEvents(ushort Id) : ChannelChange;

    /// <summary>Something happened that the client is told, if it has a channel for it.</summary>
    internal sealed record Tell(byte[] Text) : ChannelChange;
}
