using System.Diagnostics.CodeAnalysis;
using Control.Contract;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls.State;
using Edge.Node.Sessions.Identities;
using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>A session out of a letter, before anybody knows of it.</summary>
internal sealed record SessionLetter : IDisposable
{
    /// <summary>What its shard wrote; null for one without media.</summary>
    public required EngineLetter? Engine { get; init; }

    /// <summary>What requests change of it; null for one of a stream.</summary>
    public required CallsSessionParts? Calls { get; init; }

    /// <summary>What others know of it.</summary>
    public required Surroundings Surroundings { get; init; }

    /// <summary>What it presents in DTLS.</summary>
    public required SessionIdentity Identity { get; init; }

    /// <summary>Whether other nodes keep it for a sudden end of its node.</summary>
    public bool IsKept { get; init; }

    /// <summary>Its stream, or its id where its tracks have names: with whom it is kept.</summary>
    public StreamKey? Stream => Role == SessionRole.Caller ? null : Engine!.Facts.Stream;

    /// <summary>Its id.</summary>
    public string Id => Calls?.Facts.Id ?? Engine!.Facts.Id;

    /// <summary>What it does.</summary>
    public SessionRole Role => Engine?.Facts.Role ?? SessionRole.Caller;

    /// <summary>Reads a session's; null when it makes no sense.</summary>
    public static SessionLetter? TryRead(
        ReadOnlySpan<byte> parcel,
        SessionFactory factory,
        Prng random,
        Instant now
    ) => TryRead(parcel, factory, random, survival: null, now);

    /// <summary>The same of a session whose node may have ended suddenly.</summary>
    /// <param name="parcel">What was written.</param>
    /// <param name="factory">Makes the engine.</param>
    /// <param name="random">A source of its own.</param>
    /// <param name="survival">What else is known then; null for one that was given.</param>
    /// <param name="now">The time.</param>
    public static SessionLetter? TryRead(
        ReadOnlySpan<byte> parcel,
        SessionFactory factory,
        Prng random,
        Survival? survival,
        Instant now
    )
    {
        var readAt = survival?.ArrivedAt ?? now;
        if (
            !SessionParcel.TryRead(parcel, factory.Identities, readAt, out var read)
            || !TryReadCalls(read.Calls, readAt, out var parts)
        )
        {
            return null;
        }

        var engine = read.Engine.IsEmpty
            ? null
            : EngineLetter.TryRead(read.Engine, factory, read.Identity, random, survival, now);
        engine?.Connections = read.Connections;
        var letter = new SessionLetter
        {
            Engine = engine,
            Calls = parts,
            Surroundings = read.Surroundings,
            Identity = read.Identity,
            IsKept = read.IsKept,
        };
        if (engine is null == read.Engine.IsEmpty && letter.MakesSense())
        {
            return letter;
        }

        letter.Dispose();
        return null;
    }

    /// <summary>Throws the engine away without a word to its client.</summary>
    public void Dispose() => Engine?.Dispose();

    private static bool TryReadCalls(
        ReadOnlySpan<byte> bytes,
        Instant now,
        out CallsSessionParts? parts
    )
    {
        parts = null;
        if (bytes.IsEmpty)
        {
            return true;
        }

        var reader = new StateReader(bytes, now);
        parts = CallsSessionForm.TryRead(ref reader);
        return parts is not null;
    }

    /// <summary>Both sides are of one session.</summary>
    [SuppressMessage("Style", "IDE0046", Justification = "One reason a line.")]
    private bool MakesSense()
    {
        if (Engine is null)
        {
            return Calls is { HasMedia: false };
        }

        if (Engine.Facts.Role != SessionRole.Caller)
        {
            return Calls is null && Engine.Channels is null;
        }

        return Calls is { HasMedia: true }
            && string.Equals(Calls.Facts.Id, Engine.Facts.Id, StringComparison.Ordinal)
            && string.Equals(Calls.Facts.AppId, Engine.Facts.Stream.AppId, StringComparison.Ordinal)
            && Engine.Channels is null == Engine.Peer.Transport.Channels is null;
    }
}
