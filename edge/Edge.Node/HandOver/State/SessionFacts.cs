using System.Collections.Immutable;
using Control.Contract;
using Edge.Node.Sessions;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>What a session is called and known by, as it goes to another node.</summary>
internal sealed record SessionFacts
{
    private const int FragmentsMax = 8;
    private const int EventStreamsMax = 64;
    private const int KindsMax = 64;

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its stream; one without a name for a session whose tracks have names.</summary>
    public required StreamKey Stream { get; init; }

    /// <summary>What it does.</summary>
    public required SessionRole Role { get; init; }

    /// <summary>Username fragments that lead to it, the newest last.</summary>
    public required ImmutableArray<string> Fragments { get; init; }

    /// <summary>The name of the current ICE session.</summary>
    public required string IceTag { get; init; }

    /// <summary>The client's current ICE fragment.</summary>
    public required string RemoteFragment { get; init; }

    /// <summary>What was agreed at the start.</summary>
    public required ImmutableArray<MediaAgreement> Media { get; init; }

    /// <summary>Streams of events that its client opened.</summary>
    public required ImmutableArray<PlayerEvents> EventStreams { get; init; }

    /// <summary>Writes a session's. Threads: under its gate, or on its shard.</summary>
    public static void Write(StateWriter writer, Session session)
    {
        var group = writer.Begin();
        writer.Text(session.Id);
        writer.Text(session.Stream.AppId);
        writer.Text(session.Stream.Name);
        writer.UInt((ulong)session.Role);
        var fragments = writer.Begin();
        foreach (var fragment in session.Fragments)
        {
            writer.Text(fragment);
        }

        writer.End(fragments);
        writer.Text(session.IceTag);
        writer.Text(session.RemoteFragment);
        MediaAgreementForm.WriteAll(writer, session.Media);
        WriteEvents(writer, session.EventStreams);
        writer.End(group);
    }

    /// <summary>Reads a session's; null when it makes no sense.</summary>
    public static SessionFacts? TryRead(ref StateReader reader)
    {
        var group = reader.BeginWhole(valuesMin: 9);
        var id = reader.Text(HandOverValues.NameBytesMax);
        var stream = new StreamKey(
            reader.Text(HandOverValues.NameBytesMax),
            reader.Text(HandOverValues.NameBytesMax)
        );
        var role = (SessionRole)reader.Int32((int)SessionRole.Caller);
        var fragments = ReadTexts(ref reader, FragmentsMax);
        var tag = reader.Text(HandOverValues.NameBytesMax);
        var remote = reader.Text(HandOverValues.NameBytesMax);
        _ = MediaAgreementForm.TryReadAll(ref reader, out var media);
        var facts = new SessionFacts
        {
            Id = id,
            Stream = stream,
            Role = role,
            Fragments = fragments,
            IceTag = tag,
            RemoteFragment = remote,
            Media = media,
            EventStreams = ReadEvents(ref reader),
        };
        reader.End(group);
        return reader.IsBroken || id.Length == 0 || fragments.IsEmpty ? null : facts;
    }

    private static void WriteEvents(StateWriter writer, ImmutableArray<PlayerEvents> streams)
    {
        var group = writer.Begin();
        foreach (var stream in streams)
        {
            var values = writer.Begin();
            writer.Text(stream.Id);
            var kinds = writer.Begin();
            foreach (var kind in stream.Kinds ?? [])
            {
                writer.Text(kind);
            }

            writer.End(kinds);
            writer.End(values);
        }

        writer.End(group);
    }

    private static ImmutableArray<PlayerEvents> ReadEvents(ref StateReader reader)
    {
        var group = reader.Begin(EventStreamsMax, out var count);
        var streams = ImmutableArray.CreateBuilder<PlayerEvents>(count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var values = reader.BeginWhole(valuesMin: 2);
            var id = reader.Text(HandOverValues.NameBytesMax);
            streams.Add(new PlayerEvents(id, ReadTexts(ref reader, KindsMax)));
            reader.End(values);
        }

        reader.End(group);
        return streams.ToImmutable();
    }

    private static ImmutableArray<string> ReadTexts(ref StateReader reader, int max)
    {
        var group = reader.Begin(max, out var count);
        var texts = ImmutableArray.CreateBuilder<string>(count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            texts.Add(reader.Text(HandOverValues.NameBytesMax));
        }

        reader.End(group);
        return texts.ToImmutable();
    }
}
