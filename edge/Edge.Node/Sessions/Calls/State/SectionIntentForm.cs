using System.Diagnostics.CodeAnalysis;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The form in which a <see cref="SectionIntent"/> goes to another process, with the section that it is about.
/// </summary>
internal static class SectionIntentForm
{
    private const int Publish = 0;
    private const int Pull = 1;

    /// <summary>Writes what a section is wanted for.</summary>
    public static void Write(StateWriter writer, string mid, SectionIntent intent)
    {
        var group = writer.Begin();
        writer.Text(mid);
        switch (intent)
        {
            case SectionIntent.Publish publish:
                writer.UInt(Publish);
                writer.Text(publish.Name);
                writer.Content(publish.Content);
                writer.Bool(publish.IsEncrypted);
                break;
            case SectionIntent.Pull pull:
                writer.UInt(Pull);
                PullPartForm.Write(
                    writer,
                    new PullPart(PulledReference.To(pull.Track), pull.Choice, pull.Delivery)
                );
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        writer.End(group);
    }

    /// <summary>Reads what a section is wanted for; a kind that this version does not know makes no sense to it.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="appId">The app of the session.</param>
    /// <param name="intent">What for.</param>
    public static bool TryRead(
        ref StateReader reader,
        string appId,
        [MaybeNullWhen(false)] out IntentPart intent
    )
    {
        intent = null;
        var group = reader.BeginWhole(valuesMin: 3);
        var mid = reader.Name();
        SectionIntent.Publish? publish = null;
        PullPart? pull = null;
        if (reader.Int32(Pull) == Publish)
        {
            publish = new SectionIntent.Publish(reader.Name(), reader.Content(), reader.Bool());
        }
        else
        {
            _ = PullPartForm.TryRead(ref reader, appId, out pull);
        }

        reader.End(group);
        intent = reader.IsBroken ? null : new IntentPart(mid, publish, pull);
        return intent is not null;
    }
}
