using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The form in which a <see cref="PulledReference"/> goes to another process.</summary>
/// <remarks>The app is that of who pulls: nobody pulls from another's.</remarks>
internal static class PulledReferenceForm
{
    /// <summary>Writes a reference.</summary>
    public static void Write(StateWriter writer, PulledReference reference)
    {
        var group = writer.Begin();
        writer.Text(reference.Publisher.SessionId);
        writer.OptionalText(reference.Publisher.Group);
        writer.Text(reference.Name);
        writer.Content(reference.Content);
        TrackMediaForm.Write(writer, reference.Media);
        writer.Bool(reference.IsOver);
        writer.End(group);
    }

    /// <summary>Reads a reference.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="appId">The app of who pulls.</param>
    /// <param name="reference">What is named.</param>
    public static bool TryRead(
        ref StateReader reader,
        string appId,
        [MaybeNullWhen(false)] out PulledReference reference
    )
    {
        reference = null;
        var group = reader.BeginWhole(valuesMin: 5);
        var publisher = new EventSubject(appId, reader.Name(), reader.OptionalText());
        var name = reader.Name();
        var content = reader.Content();
        if (!TrackMediaForm.TryRead(ref reader, out var media))
        {
            return false;
        }

        var isOver = reader.Bool();
        reader.End(group);
        reference = reader.IsBroken
            ? null
            : new PulledReference(publisher, name, content, media, isOver);
        return reference is not null;
    }
}
