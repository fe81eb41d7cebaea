using System.Diagnostics.CodeAnalysis;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The form in which what a session publishes goes to another process, but for its receiving end, which is its
/// shard's.</summary>
internal static class PublishedPartForm
{
    /// <summary>Writes a track.</summary>
    public static void Write(StateWriter writer, CallsTrack track)
    {
        var group = writer.Begin();
        writer.Text(track.Name);
        writer.Text(track.Mid);
        writer.Content(track.Content);
        TrackMediaForm.Write(writer, TrackMediaForm.Of(track.Stream));
        writer.Bool(track.Stream.Started.IsCompleted);
        writer.Moment(track.Stream.LastMediaAt);
        writer.Bool(track.WasSilent);
        track.Wanted.Write(writer);
        writer.End(group);
    }

    /// <summary>Reads a track.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out PublishedPart track
    )
    {
        track = null;
        var group = reader.BeginWhole(valuesMin: 8);
        var name = reader.Name();
        var mid = reader.Name();
        var content = reader.Content();
        if (!TrackMediaForm.TryRead(ref reader, out var media))
        {
            return false;
        }

        var read = new PublishedPart(name, mid, content, media)
        {
            HasBegun = reader.Bool(),
            LastMediaAt = reader.Moment(),
            WasSilent = reader.Bool(),
            Wanted = WantedLayers.Read(ref reader),
        };
        reader.End(group);
        track = reader.IsBroken ? null : read;
        return track is not null;
    }
}
