using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.Payload;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The form in which a <see cref="TrackMedia"/> goes to another process.</summary>
internal static class TrackMediaForm
{
    /// <summary>What a track is.</summary>
    public static TrackMedia Of(StreamTrack stream) =>
        new(stream.Description.Kind, stream.Codec, stream.Description.IsEncrypted);

    /// <summary>Writes what a track is.</summary>
    public static void Write(StateWriter writer, TrackMedia media)
    {
        var group = writer.Begin();
        writer.UInt((ulong)media.Kind);
        NegotiatedCodecForm.Write(writer, media.Codec);
        writer.Bool(media.IsEncrypted);
        writer.End(group);
    }

    /// <summary>Reads what a track is.</summary>
    public static bool TryRead(ref StateReader reader, [MaybeNullWhen(false)] out TrackMedia media)
    {
        media = null;
        var group = reader.BeginWhole(valuesMin: 1);
        var kind = (MediaKind)reader.Int32((int)MediaKind.Video);
        if (!NegotiatedCodecForm.TryRead(ref reader, out var codec))
        {
            return false;
        }

        var isEncrypted = reader.Bool();
        reader.End(group);
        media = reader.IsBroken ? null : new TrackMedia(kind, codec, isEncrypted);
        return media is not null;
    }
}
