using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.State;

/// <summary>The form in which a <see cref="PlayableTrack"/> goes to another process.</summary>
public static class PlayableTrackForm
{
    /// <summary>Writes a track.</summary>
    public static void Write(StateWriter writer, PlayableTrack track)
    {
        var group = writer.Begin();
        writer.UInt((ulong)track.Kind);
        NegotiatedCodecForm.Write(writer, track.Codec);
        writer.Text(track.TrackId);
        writer.UInt(track.LocalSsrc.Value);
        writer.UInt(track.LocalRtxSsrc.Value);
        writer.OptionalText(track.StreamId);
        writer.End(group);
    }

    /// <summary>Reads a track. Its names come from people and may hold anything.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out PlayableTrack track
    )
    {
        track = null;
        var group = reader.BeginWhole(valuesMin: 1);
        var kind = (MediaKind)reader.Int32((int)MediaKind.Video);
        if (!NegotiatedCodecForm.TryRead(ref reader, out var codec))
        {
            return false;
        }

        var read = new PlayableTrack(
            kind,
            codec,
            reader.Text(NegotiatedValues.TextBytesMax),
            new Ssrc(reader.UInt32()),
            new Ssrc(reader.UInt32())
        )
        {
            StreamId = reader.OptionalText(),
        };
        reader.End(group);
        track = reader.IsBroken ? null : read;
        return track is not null;
    }
}
