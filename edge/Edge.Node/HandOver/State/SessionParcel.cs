using Edge.Node.Sessions.Identities;
using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>A session in a letter: what its shard wrote, what requests change of it, what others know of it, what it
/// presents in DTLS, and the TCP connections that go beside it.</summary>
internal static class SessionParcel
{
    /// <summary>Writes one. Secret: it holds keys.</summary>
    public static byte[] Write(
        ReadOnlySpan<byte> engine,
        ReadOnlySpan<byte> calls,
        Surroundings surroundings,
        SessionIdentity identity,
        IReadOnlyList<ConnectionPart> connections,
        bool isKept,
        Instant now
    )
    {
        // Each part has a bound of its own.
        using var writer = new StateWriter(now, int.MaxValue);
        var group = writer.Begin();
        writer.Bytes(engine);
        writer.Bytes(calls);
        surroundings.Write(writer);
        SessionIdentityForm.Write(writer, identity);
        ConnectionPart.WriteAll(writer, connections);
        writer.Bool(isKept);
        writer.End(group);
        return writer.Written.ToArray();
    }

    /// <summary>Reads one; false when it makes no sense.</summary>
    /// <param name="parcel">What was written.</param>
    /// <param name="identities">Those of this node.</param>
    /// <param name="now">The time.</param>
    /// <param name="parts">What is in it.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> parcel,
        SessionIdentities identities,
        Instant now,
        out Parts parts
    )
    {
        parts = default;
        var reader = new StateReader(parcel, now);
        var group = reader.BeginWhole(valuesMin: 3);
        var engine = reader.Bytes(HandOverValues.SessionBytesMax);
        var calls = reader.Bytes(HandOverValues.SessionBytesMax);
        if (
            Surroundings.TryRead(ref reader) is not { } surroundings
            || SessionIdentityForm.TryRead(ref reader, identities) is not { } identity
        )
        {
            return false;
        }

        var connections = ConnectionPart.ReadAll(ref reader);
        // The version before did not write it.
        var isKept = !reader.IsNothing() && reader.Bool();
        reader.End(group);
        parts = new Parts(engine, calls, surroundings, identity, connections, isKept);
        return !reader.IsBroken && !(engine.IsEmpty && calls.IsEmpty);
    }

    /// <summary>Reads which TCP connections come beside one that is refused, whatever else is in it; none when it makes no
    /// sense.</summary>
    public static ConnectionPart[] ReadConnections(ReadOnlySpan<byte> parcel)
    {
        var reader = new StateReader(parcel, Instant.Zero);
        var group = reader.BeginWhole(valuesMin: 3);
        _ = reader.Bytes(HandOverValues.SessionBytesMax);
        _ = reader.Bytes(HandOverValues.SessionBytesMax);
        // What others know of it, and what it presents.
        Pass(ref reader);
        Pass(ref reader);
        var connections = ConnectionPart.ReadAll(ref reader);
        reader.End(group);
        return reader.IsBroken ? [] : connections;
    }

    private static void Pass(ref StateReader reader)
    {
        if (!reader.IsNothing())
        {
            reader.End(reader.Begin());
        }
    }

    /// <summary>What a parcel has in it.</summary>
    /// <param name="engine">See <see cref="Engine"/>.</param>
    /// <param name="calls">See <see cref="Calls"/>.</param>
    /// <param name="surroundings">See <see cref="Surroundings"/>.</param>
    /// <param name="identity">See <see cref="Identity"/>.</param>
    /// <param name="connections">See <see cref="Connections"/>.</param>
    /// <param name="isKept">See <see cref="IsKept"/>.</param>
    public readonly ref struct Parts(
        ReadOnlySpan<byte> engine,
        ReadOnlySpan<byte> calls,
        Surroundings surroundings,
        SessionIdentity identity,
        ConnectionPart[] connections,
        bool isKept
    )
    {
        /// <summary>What its shard wrote; empty for one without media. Borrows the parcel.</summary>
        public ReadOnlySpan<byte> Engine { get; } = engine;

        /// <summary>What requests change of it; empty for one of a stream. Borrows the parcel.</summary>
        public ReadOnlySpan<byte> Calls { get; } = calls;

        /// <summary>What others know of it.</summary>
        public Surroundings Surroundings { get; } = surroundings;

        /// <summary>What it presents in DTLS.</summary>
        public SessionIdentity Identity { get; } = identity;

        /// <summary>Its TCP connections, which come beside the letter.</summary>
        public ConnectionPart[] Connections { get; } = connections;

        /// <summary>Whether other nodes keep it for a sudden end of its node.</summary>
        public bool IsKept { get; } = isKept;
    }
}
