using Edge.Primitives;
using Edge.Protocol.DataChannels.Sending;

namespace Edge.Protocol.DataChannels;

/// <summary>One channel as its transport knows it.</summary>
internal sealed class DataChannel(DataChannelOptions options, OutgoingStream stream)
{
    /// <summary>What it is like.</summary>
    public DataChannelOptions Options { get; } = options;

    /// <summary>Our direction of it.</summary>
    public OutgoingStream Stream { get; } = stream;

    /// <summary>Where it is in its life.</summary>
    public DataChannelState State { get; set; } = DataChannelState.Connecting;

    /// <summary>Whether the peer is known to have it; until then all goes in order (RFC 8832 §6).</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>Whether the peer took our reset.</summary>
    public bool IsOutgoingReset { get; set; }

    /// <summary>When it counts as closed although the peer did not reset its direction.</summary>
    public Instant ForgetAt { get; set; } = Instant.Never;

    /// <summary>How we know of it.</summary>
    public DataChannelOrigin Origin { get; init; }

    /// <summary>Whether it is another process's, which is over, and the peer may not have it any more.</summary>
    public bool IsFormer => Origin != DataChannelOrigin.Opened;

    /// <summary>Whether the peer was asked to end it for the second time.</summary>
    public bool IsAskedAgain { get; set; }

    /// <summary>Whether the peer reset its direction.</summary>
    public bool IsIncomingReset { get; set; }
}
