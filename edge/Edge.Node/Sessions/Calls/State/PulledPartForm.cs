using System.Diagnostics.CodeAnalysis;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The form in which a <see cref="PulledTrack"/> goes to another process, but for its numbers, which are its
/// shard's.</summary>
internal static class PulledPartForm
{
    /// <summary>Writes what a section carries.</summary>
    public static void Write(StateWriter writer, PulledTrack pulled)
    {
        var group = writer.Begin();
        writer.Text(pulled.Mid);
        PullPartForm.Write(
            writer,
            new PullPart(PulledReference.To(pulled.Track), pulled.Choice, pulled.Delivery)
        );
        writer.End(group);
    }

    /// <summary>Reads what a section carries.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="appId">The app of who pulls.</param>
    /// <param name="pulled">The section.</param>
    public static bool TryRead(
        ref StateReader reader,
        string appId,
        [MaybeNullWhen(false)] out PulledPart pulled
    )
    {
        pulled = null;
        var group = reader.BeginWhole(valuesMin: 2);
        var mid = reader.Name();
        if (!PullPartForm.TryRead(ref reader, appId, out var pull))
        {
            return false;
        }

        reader.End(group);
        pulled = reader.IsBroken ? null : new PulledPart(mid, pull);
        return pulled is not null;
    }
}
