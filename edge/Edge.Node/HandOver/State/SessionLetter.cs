using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>A session out of a letter, before anybody knows of it.</summary>
internal sealed record SessionLetter : IDisposable
{
    /// <summary>What it is called and known by.</summary>
    public required SessionFacts Facts { get; init; }

    /// <summary>What it receives and is sent.</summary>
    public required MediaPart Media { get; init; }

    /// <summary>Its engine, connected. The session's once there is one.</summary>
    public required Peer Peer { get; init; }

    /// <summary>What others know of it.</summary>
    public required Surroundings Surroundings { get; init; }

    /// <summary>The moment, by this node's clock, from which times in it are told.</summary>
    public required Instant ReadAt { get; init; }

    /// <summary>Reads a session's; null when it makes no sense.</summary>
    public static SessionLetter? TryRead(
        ReadOnlySpan<byte> parcel,
        SessionFactory factory,
        Prng random,
        Instant now
    )
    {
        if (!SessionParcel.TryRead(parcel, now, out var engine, out var surroundings))
        {
            return null;
        }

        var reader = new StateReader(engine, now);
        var outer = reader.BeginWhole(valuesMin: 3);
        if (
            SessionFacts.TryRead(ref reader) is not { } facts
            || MediaPart.TryRead(ref reader) is not { } media
            || factory.TryRestore(ref reader, facts.Role, random) is not { } peer
        )
        {
            return null;
        }

        reader.End(outer);
        var letter = new SessionLetter
        {
            Facts = facts,
            Media = media,
            Peer = peer,
            Surroundings = surroundings,
            ReadAt = now,
        };
        if (!reader.IsBroken)
        {
            return letter;
        }

        letter.Dispose();
        return null;
    }

    /// <summary>Throws the engine away without a word to its client.</summary>
    public void Dispose() => Peer.Dispose();
}
