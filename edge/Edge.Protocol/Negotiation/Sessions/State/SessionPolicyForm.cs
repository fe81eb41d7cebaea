using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.Sessions.State;

/// <summary>The form in which a <see cref="SessionPolicy"/> goes to another process.</summary>
/// <remarks>It goes with its session, because the client knows parts of it (the canonical name) and sections were agreed under
/// it; a process whose own default differs holds to it for the sessions that it makes itself.</remarks>
internal static class SessionPolicyForm
{
    // Chosen: more than there are formats.
    private const int PreferredCodecsMax = 64;

    private static readonly SessionPolicy Default = SessionPolicy.Default;

    /// <summary>Writes a policy.</summary>
    public static void Write(StateWriter writer, SessionPolicy policy)
    {
        var group = writer.Begin();
        WritePublish(writer, policy.Publish);
        writer.Text(policy.Cname);
        writer.UInt((ulong)policy.SectionsMax);
        writer.UInt((ulong)policy.NeglectedSectionsMax);
        writer.Bool(policy.AddsAnchor);
        writer.UInt((ulong)policy.MessageBytesMax);
        writer.End(group);
    }

    /// <summary>Reads a policy.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out SessionPolicy policy
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var read = new SessionPolicy
        {
            Publish = ReadPublish(ref reader),
            Cname = reader.HasMore ? reader.Line() : Default.Cname,
            SectionsMax = reader.Int32(SdpLimits.SectionsMax, Default.SectionsMax),
            NeglectedSectionsMax = reader.Int32(int.MaxValue, Default.NeglectedSectionsMax),
            AddsAnchor = reader.Bool(Default.AddsAnchor),
            MessageBytesMax = reader.HasMore
                ? (long)reader.UInt(long.MaxValue)
                : Default.MessageBytesMax,
        };
        reader.End(group);
        if (read.SectionsMax == 0)
        {
            reader.Break();
        }

        policy = reader.IsBroken ? null : read;
        return policy is not null;
    }

    private static void WritePublish(StateWriter writer, PublishPolicy policy)
    {
        var group = writer.Begin();
        writer.All(policy.PreferredCodecs, WriteKind);
        writer.UInt((ulong)policy.TracksPerKindMax);
        writer.UInt((ulong)policy.LayersMax);
        writer.Bool(policy.AcceptsVideoOrientation);
        writer.End(group);
    }

    private static PublishPolicy ReadPublish(ref StateReader reader)
    {
        var group = reader.Begin();
        var policy = new PublishPolicy
        {
            PreferredCodecs = reader.All<CodecKind>(PreferredCodecsMax, TryReadKind),
            TracksPerKindMax = reader.Int32(int.MaxValue, Default.Publish.TracksPerKindMax),
            LayersMax = reader.Int32(int.MaxValue, Default.Publish.LayersMax),
            AcceptsVideoOrientation = reader.Bool(),
        };
        reader.End(group);
        return policy;
    }

    private static void WriteKind(StateWriter writer, CodecKind kind) => writer.UInt((ulong)kind);

    private static bool TryReadKind(ref StateReader reader, out CodecKind kind)
    {
        kind = (CodecKind)reader.Int32((int)CodecKind.Av1);
        return !reader.IsBroken;
    }
}
