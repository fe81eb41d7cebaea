using Edge.Forwarding.Tracks;
using Edge.Mesh;
using Edge.Node.Sessions;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>A track that a session is sent, as it goes to another node.</summary>
internal sealed record PlayedPart
{
    /// <summary>The sender's stream.</summary>
    public required int Stream { get; init; }

    /// <summary>What was agreed.</summary>
    public required MediaAgreement Media { get; init; }

    /// <summary>Of a stream's tracks of its kind the how many-th it is; 0 for a track that is pulled by name.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Which publisher's run it was sent; null before the first.</summary>
    public required SourceName? Source { get; init; }

    /// <summary>How it is sent.</summary>
    public required PlayTerms Terms { get; init; }

    /// <summary>The layer that its client was last said to be sent.</summary>
    public required Rid ToldRid { get; init; }

    /// <summary>Whether its client was last said that it is sent nothing.</summary>
    public required bool IsToldPaused { get; init; }

    /// <summary>What was counted when it was last measured.</summary>
    public required LinkTotals Measured { get; init; }

    /// <summary>Its numbers, its layer, its place.</summary>
    public required Subscription Subscription { get; init; }

    /// <summary>What its shard knew of it.</summary>
    public required TrackKnowledge Knowledge { get; init; }

    /// <summary>Writes a track, while it is attached. Threads: the session's shard.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="played">The track.</param>
    /// <param name="ordinal">Which of a stream's tracks it is.</param>
    /// <param name="knowledge">The replica whose knowledge goes along; null where another part has it.</param>
    public static void Write(
        StateWriter writer,
        PlayedTrack played,
        int ordinal,
        TrackReplica? knowledge
    )
    {
        var group = writer.Begin();
        writer.UInt((ulong)played.Stream);
        MediaAgreementForm.Write(writer, played.Media);
        writer.UInt((ulong)ordinal);
        WriteSource(writer, played);
        writer.Int(played.Terms.Priority);
        writer.Rate(played.Terms.Minimum);
        writer.Bool(played.Terms.IsPaused);
        writer.Token(played.ToldRid.Token);
        writer.Bool(played.IsToldPaused);
        writer.Totals(played.Measured);
        played.Subscription.Write(writer);
        TrackKnowledge.Write(writer, knowledge);
        writer.End(group);
    }

    /// <summary>Reads a track; null when it makes no sense.</summary>
    public static PlayedPart? TryRead(ref StateReader reader)
    {
        var group = reader.BeginWhole(valuesMin: 12);
        var stream = reader.Int32(HandOverValues.TracksMax);
        if (!MediaAgreementForm.TryRead(ref reader, out var media))
        {
            return null;
        }

        var ordinal = reader.Int32(HandOverValues.TracksMax);
        SourceName? source = reader.IsNothing() ? null : SourceNameForm.Read(ref reader);
        var terms = new PlayTerms(
            (int)reader.Int(int.MinValue, int.MaxValue),
            reader.Rate(Bitrate.Unlimited),
            reader.Bool()
        );
        var told = new Rid(reader.Token());
        var isToldPaused = reader.Bool();
        var measured = reader.Totals();
        if (Subscription.TryRead(ref reader) is not { } subscription)
        {
            return null;
        }

        subscription.TakesTelephoneEvents = media.TelephoneEventPayloadType is not null;
        var part = new PlayedPart
        {
            Stream = stream,
            Media = media,
            Ordinal = ordinal,
            Source = source,
            Terms = terms,
            ToldRid = told,
            IsToldPaused = isToldPaused,
            Measured = measured,
            Subscription = subscription,
            Knowledge = TrackKnowledge.Read(ref reader),
        };
        reader.End(group);
        return reader.IsBroken ? null : part;
    }

    /// <summary>Makes the track of a session that goes on here.</summary>
    public PlayedTrack Restore(Session session, StreamTrack track) =>
        new(session, Stream, Media, track, Subscription) { Terms = Terms };

    private static void WriteSource(StateWriter writer, PlayedTrack played)
    {
        if (played.Replica?.Source is { } source)
        {
            SourceNameForm.Write(writer, source.Name);
        }
        else
        {
            writer.Nothing();
        }
    }
}
