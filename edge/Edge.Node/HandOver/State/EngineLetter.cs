using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls.State;
using Edge.Node.Sessions.Identities;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>What a shard wrote of a session, as another node has read it.</summary>
internal sealed record EngineLetter : IDisposable
{
    /// <summary>What it is called and known by.</summary>
    public required SessionFacts Facts { get; init; }

    /// <summary>What it presents in DTLS.</summary>
    public required SessionIdentity Identity { get; init; }

    /// <summary>What it receives and is sent.</summary>
    public required MediaPart Media { get; init; }

    /// <summary>Its data channels; null without.</summary>
    public required SessionChannelsParts? Channels { get; init; }

    /// <summary>Its TCP connections, which come beside the letter.</summary>
    public ConnectionPart[] Connections { get; set; } = [];

    /// <summary>Its engine, connected. The session's once there is one.</summary>
    public required Peer Peer { get; init; }

    /// <summary>The moment, by this node's clock, from which times in it are told.</summary>
    public required Instant ReadAt { get; init; }

    /// <summary>Reads it; null when it makes no sense.</summary>
    /// <param name="bytes">What was written.</param>
    /// <param name="factory">Makes the engine.</param>
    /// <param name="identity">What it presents in DTLS.</param>
    /// <param name="random">A source of its own.</param>
    /// <param name="survival">What else is known when who wrote it has ended suddenly; null for one that was given.</param>
    /// <param name="now">The time.</param>
    public static EngineLetter? TryRead(
        ReadOnlySpan<byte> bytes,
        SessionFactory factory,
        SessionIdentity identity,
        Prng random,
        Survival? survival,
        Instant now
    )
    {
        var readAt = survival?.ArrivedAt ?? now;
        var reader = new StateReader(bytes, readAt);
        var outer = reader.BeginWhole(valuesMin: 4);
        if (
            SessionFacts.TryRead(ref reader) is not { } facts
            || MediaPart.TryRead(ref reader) is not { } media
            || !TryReadChannels(ref reader, out var channels)
            || TryReadPeer(ref reader) is not { } peer
        )
        {
            return null;
        }

        reader.End(outer);
        var letter = new EngineLetter
        {
            Facts = facts,
            Identity = identity,
            Media = media,
            Channels = channels,
            Peer = peer,
            ReadAt = readAt,
        };
        if (!reader.IsBroken)
        {
            return survival is null ? letter : letter.Survive(survival, now);
        }

        letter.Dispose();
        return null;

        Peer? TryReadPeer(ref StateReader from) =>
            survival is null
                ? factory.TryRestore(ref from, identity, facts.Role, random)
                : factory.TryRevive(ref from, identity, facts.Role, random, now);
    }

    /// <summary>Throws the engine away without a word to its client.</summary>
    public void Dispose() => Peer.Discard();

    private EngineLetter Survive(Survival survival, Instant now)
    {
        survival.ApplyTo(Peer, Media, now);
        return this with { Media = Media.Survive() };
    }

    private static bool TryReadChannels(ref StateReader reader, out SessionChannelsParts? channels)
    {
        channels = null;
        if (reader.IsNothing())
        {
            return true;
        }

        channels = SessionChannelsForm.TryRead(ref reader);
        return channels is not null;
    }
}
