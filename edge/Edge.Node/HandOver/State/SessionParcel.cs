using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>A session in a letter: what its shard wrote, what requests change of it, and what others know of it.</summary>
internal static class SessionParcel
{
    /// <summary>Writes one. Secret: it holds keys.</summary>
    public static byte[] Write(
        ReadOnlySpan<byte> engine,
        ReadOnlySpan<byte> calls,
        Surroundings surroundings,
        Instant now
    )
    {
        // Each part has a bound of its own.
        using var writer = new StateWriter(now, int.MaxValue);
        var group = writer.Begin();
        writer.Bytes(engine);
        writer.Bytes(calls);
        surroundings.Write(writer);
        writer.End(group);
        return writer.Written.ToArray();
    }

    /// <summary>Reads one; false when it makes no sense.</summary>
    /// <param name="parcel">What was written.</param>
    /// <param name="now">The time.</param>
    /// <param name="engine">What its shard wrote; empty for one without media.</param>
    /// <param name="calls">What requests change of it; empty for one of a stream.</param>
    /// <param name="surroundings">What others know of it.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> parcel,
        Instant now,
        out ReadOnlySpan<byte> engine,
        out ReadOnlySpan<byte> calls,
        [NotNullWhen(true)] out Surroundings? surroundings
    )
    {
        var reader = new StateReader(parcel, now);
        var group = reader.BeginWhole(valuesMin: 3);
        engine = reader.Bytes(HandOverValues.SessionBytesMax);
        calls = reader.Bytes(HandOverValues.SessionBytesMax);
        surroundings = Surroundings.TryRead(ref reader);
        reader.End(group);
        return !reader.IsBroken && surroundings is not null && !(engine.IsEmpty && calls.IsEmpty);
    }
}
