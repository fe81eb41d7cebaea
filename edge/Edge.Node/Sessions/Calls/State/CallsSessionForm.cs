using System.Collections.Immutable;
using Control.Contract.Calls;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.Sdp;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The form in which a <see cref="CallsSession"/> goes to another node: all that the control plane knows of it.
/// </summary>
/// <remarks>
/// Not its media, which its shard writes, nor its data channels, which come and go on their shard
/// (<see cref="SessionChannelsForm"/>). Versions: values are appended, never taken away. Secret: what is written holds the
/// ICE passwords.
/// </remarks>
internal static class CallsSessionForm
{
    private const int ValuesOfFirstVersion = 15;

    /// <summary>Shortest id: logs show so much of it.</summary>
    private const int IdLengthMin = 16;

    /// <summary>Writes a session; false, with nothing of the writer to be used, when it cannot move: its peer is another
    /// server, it is over, it is too long, or it could not be read again. Threads: under its gate.</summary>
    public static bool Write(StateWriter writer, CallsSession session)
    {
        if (session.IceMode != IceMode.Lite || session.IsOver)
        {
            return false;
        }

        var start = writer.Written.Length;
        var group = writer.Begin();
        WriteFacts(writer, session.Facts);
        writer.Moment(session.CreatedAt);
        writer.Optional(session.Audio, AudioChoiceForm.Write);
        writer.Bool(session.WantsEvents);
        writer.Bool(session.Media is not null);
        writer.UInt((ulong)session.ToldSequence);
        writer.Optional(session.Credentials, IceCredentialsForm.Write);
        session.Negotiator.Write(writer);
        WritePublished(writer, session);
        WritePulled(writer, session);
        WriteIntents(writer, session);
        writer.End(group);
        if (writer.IsTooLong)
        {
            return false;
        }

        // A bound that a reader has and a writer has not would otherwise lose the session.
        var reader = new StateReader(writer.Written[start..], writer.Now);
        return TryRead(ref reader) is not null;
    }

    /// <summary>Reads a session; null when it makes no sense. Nothing but what it gives back knows of it.</summary>
    public static CallsSessionParts? TryRead(ref StateReader reader)
    {
        var group = reader.BeginWhole(ValuesOfFirstVersion);
        var facts = ReadFacts(ref reader);
        var createdAt = reader.Moment();
        var audio = reader.Optional<AudioChoice>(AudioChoiceForm.TryRead);
        var (wantsEvents, hasMedia) = (reader.Bool(), reader.Bool());
        var told = reader.Count();
        var credentials = reader.Optional<IceCredentials>(IceCredentialsForm.TryRead);
        if (!SessionNegotiator.TryRead(ref reader, out var negotiator))
        {
            return null;
        }

        var parts = new CallsSessionParts(facts, negotiator, createdAt)
        {
            Audio = audio,
            WantsEvents = wantsEvents,
            HasMedia = hasMedia,
            ToldSequence = told,
            Credentials = credentials,
            Published = reader.All<PublishedPart>(SdpLimits.SectionsMax, PublishedPartForm.TryRead),
            Pulled = ReadPulled(ref reader, facts.AppId),
            Intents = ReadIntents(ref reader, facts.AppId),
        };
        reader.End(group);
        if (!MakesSense(parts))
        {
            reader.Break();
        }

        return reader.IsBroken ? null : parts;
    }

    private static void WriteFacts(StateWriter writer, CallsSessionFacts facts)
    {
        writer.Text(facts.Id);
        writer.Text(facts.AppId);
        writer.OptionalText(facts.Owner);
        writer.OptionalText(facts.Group);
        writer.OptionalText(facts.CorrelationId);
    }

    private static CallsSessionFacts ReadFacts(ref StateReader reader) =>
        new(
            reader.Name(),
            reader.Name(),
            reader.OptionalText(),
            reader.OptionalText(),
            reader.OptionalText()
        );

    private static void WritePublished(StateWriter writer, CallsSession session)
    {
        var group = writer.Begin();
        // In an order that does not depend on the process.
        foreach (var track in session.Published.OrderBy(track => track.Mid, StringComparer.Ordinal))
        {
            PublishedPartForm.Write(writer, track);
        }

        writer.End(group);
    }

    private static void WritePulled(StateWriter writer, CallsSession session)
    {
        var group = writer.Begin();
        foreach (var pulled in session.Pulled.Values)
        {
            PulledPartForm.Write(writer, pulled);
        }

        writer.End(group);
    }

    private static void WriteIntents(StateWriter writer, CallsSession session)
    {
        var group = writer.Begin();
        foreach (var (mid, intent) in session.Intents)
        {
            SectionIntentForm.Write(writer, mid, intent);
        }

        writer.End(group);
    }

    private static ImmutableArray<PulledPart> ReadPulled(ref StateReader reader, string appId)
    {
        var group = reader.Begin(SdpLimits.SectionsMax, out var count);
        var pulled = ImmutableArray.CreateBuilder<PulledPart>(count);
        while (pulled.Count < count && PulledPartForm.TryRead(ref reader, appId, out var part))
        {
            pulled.Add(part);
        }

        reader.End(group);
        return reader.IsBroken ? [] : pulled.MoveToImmutable();
    }

    private static ImmutableArray<IntentPart> ReadIntents(ref StateReader reader, string appId)
    {
        var group = reader.Begin(SdpLimits.SectionsMax, out var count);
        var intents = ImmutableArray.CreateBuilder<IntentPart>(count);
        while (intents.Count < count && SectionIntentForm.TryRead(ref reader, appId, out var part))
        {
            intents.Add(part);
        }

        reader.End(group);
        return reader.IsBroken ? [] : intents.MoveToImmutable();
    }

    /// <summary>Names and sections are there once, and sections are those of the negotiation.</summary>
    private static bool MakesSense(CallsSessionParts parts)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var published = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts.Published)
        {
            if (
                !names.Add(part.Name)
                || !published.Add(part.Mid)
                || parts.Negotiator.Find(part.Mid) is null
            )
            {
                return false;
            }
        }

        var pulled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts.Pulled)
        {
            if (!pulled.Add(part.Mid) || parts.Negotiator.Find(part.Mid) is null)
            {
                return false;
            }
        }

        var intended = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in parts.Intents)
        {
            if (!intended.Add(part.Mid))
            {
                return false;
            }
        }

        return parts.Facts.Id.Length >= IdLengthMin && parts.CreatedAt.IsSet;
    }
}
