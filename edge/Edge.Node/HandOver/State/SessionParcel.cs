using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>A session in a letter: what its shard wrote, and what others know of it.</summary>
internal static class SessionParcel
{
    /// <summary>Writes one. Secret: it holds keys.</summary>
    public static byte[] Write(
        ReadOnlySpan<byte> engine,
        Surroundings surroundings,
        Instant now
    )
    {
        // Each part has a bound of its own.
        using var writer = new StateWriter(now, int.MaxValue);
        var group = writer.Begin();
        writer.Bytes(engine);
        surroundings.Write(writer);
        writer.End(group);
        return writer.Written.ToArray();
    }

    /// <summary>Reads one; false when it makes no sense.</summary>
    /// <param name="parcel">What was written.</param>
    /// <param name="now">The time.</param>
    /// <param name="engine">What its shard wrote, within <paramref name="parcel"/>.</param>
    /// <param name="surroundings">What others know of it.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> parcel,
        Instant now,
        out ReadOnlySpan<byte> engine,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Surroundings? surroundings
    )
    {
        var reader = new StateReader(parcel, now);
        var group = reader.BeginWhole(valuesMin: 2);
        engine = reader.Bytes(HandOverValues.SessionBytesMax);
        surroundings = Surroundings.TryRead(ref reader);
        reader.End(group);
        return !reader.IsBroken && surroundings is not null;
    }
}
