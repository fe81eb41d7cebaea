using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Wire.State;

namespace Edge.Node.Takeover.Portraits;

/// <summary>What changes of a session with each packet, as other nodes keep it: how far its client's own indices are.</summary>
/// <remarks>Versions: values are appended, never taken away.</remarks>
internal static class SessionPulse
{
    /// <summary>Most bytes. Chosen: a thousand sources.</summary>
    private const int BytesMax = 16 * 1024;

    // An array's header and three values of a byte or more: as many as can be written.
    private const int BoundsMax = BytesMax / 8;

    // 48 bits, the longest.
    private const long IndexMax = (1L << 48) - 1;

    /// <summary>Writes it; empty when it is too long.</summary>
    public static byte[] Write(ImmutableArray<IndexBound> received)
    {
        using var writer = new StateWriter(Instant.Zero, BytesMax);
        var outer = writer.Begin();
        var list = writer.Begin();
        foreach (var bound in received)
        {
            var values = writer.Begin();
            writer.UInt((ulong)bound.Space);
            writer.UInt(bound.Ssrc.Value);
            writer.Int(bound.Last);
            writer.End(values);
        }

        writer.End(list);
        writer.End(outer);
        return writer.Written.ToArray();
    }

    /// <summary>Reads it; empty when it makes no sense.</summary>
    public static ImmutableArray<IndexBound> Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes, Instant.Zero);
        var outer = reader.BeginWhole(valuesMin: 1);
        var list = reader.Begin(BoundsMax, out var count);
        var received = ImmutableArray.CreateBuilder<IndexBound>(count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var values = reader.BeginWhole(valuesMin: 3);
            received.Add(
                new IndexBound(
                    (IndexSpace)reader.Int32((int)IndexSpace.Record),
                    new Ssrc(reader.UInt32()),
                    reader.Int(-1, IndexMax)
                )
            );
            reader.End(values);
        }

        reader.End(list);
        reader.End(outer);
        return reader.IsBroken ? [] : received.ToImmutable();
    }
}
