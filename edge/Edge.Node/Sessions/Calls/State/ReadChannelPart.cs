using System.Collections.Immutable;
using Edge.Node.Sessions.Channels;
using Edge.Primitives;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>A channel in which a client reads another session's, as it was read.</summary>
/// <param name="Id">Its stream id at the client.</param>
/// <param name="PublisherId">The session that publishes what it reads.</param>
/// <param name="Name">The name there.</param>
internal sealed record ReadChannelPart(ushort Id, string PublisherId, string Name)
{
    /// <summary>Whether losing messages is what the reader asked for.</summary>
    public bool MayLose { get; init; }

    /// <summary>Whether what it says goes to the publisher.</summary>
    public bool CanReply { get; init; }

    /// <summary>When its first message must have come; unset once it has.</summary>
    public Instant AckDeadline { get; init; } = Instant.Never;

    /// <summary>What came for it before it said that it is ready; empty once it has.</summary>
    public ImmutableArray<EarlyMessagePart> Early { get; init; } = [];

    /// <summary>How far what it reads had come.</summary>
    public ChannelPosition LeftAt { get; init; }
}
