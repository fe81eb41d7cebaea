using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Control.Contract.Calls;

/// <summary>Events as clients read them: the data of an event stream's lines, and the messages of the
/// "server-events" data channel. Control writes the ones and edges the others.</summary>
public static class CallsEventJson
{
    /// <summary>The form, for the description of the API.</summary>
    public static JsonTypeInfo<EventAnswer> Form => CallsEventJsonContext.Wire.EventAnswer;

    /// <summary>Writes an event (<see cref="CallsEventWriter"/>).</summary>
    public static byte[] Write(CallsEvent happened) =>
        JsonSerializer.SerializeToUtf8Bytes(ToAnswer(happened), Form);

    /// <summary>What an event is called.</summary>
    public static string ToName(CallsEventKind kind) =>
        kind switch
        {
            CallsEventKind.SessionConnected => "session.connected",
            CallsEventKind.SessionEnded => "session.ended",
            CallsEventKind.TrackPublished => "track.published",
            CallsEventKind.TrackStarted => "track.started",
            CallsEventKind.TrackSilent => "track.silent",
            CallsEventKind.TrackResumed => "track.resumed",
            CallsEventKind.TrackEnded => "track.ended",
            CallsEventKind.TrackWanted => "track.wanted",
            CallsEventKind.LayerChanged => "layer.changed",
            CallsEventKind.ActiveSpeakers => "speakers.active",
            CallsEventKind.DataChannelPublished => "datachannel.published",
            CallsEventKind.DataChannelEnded => "datachannel.ended",
            CallsEventKind.Quality => "quality",
            CallsEventKind.GoingAway => "node.going_away",
            _ => throw new InvalidOperationException($"There is no name for {kind}."),
        };

    private static EventAnswer ToAnswer(CallsEvent happened) =>
        new(ToName(happened.Kind), happened.At, happened.Sequence)
        {
            SessionId = happened.SessionId,
            Group = happened.Group,
            TrackName = happened.TrackName,
            PublisherSessionId = happened.PublisherSessionId,
            Mid = happened.Mid,
            Kind = happened.MediaKind,
            Rid = happened.Rid,
            Paused = happened.Paused,
            Rids = happened.Rids,
            Speakers = ToSpeakers(happened.Speakers),
            Uplink = ToLink(happened.Uplink),
            Downlink = ToLink(happened.Downlink),
            RoundTripMs = happened.RoundTripMs,
            DataChannelName = happened.DataChannelName,
            DataChannelId = happened.DataChannelId,
            Reason = happened.Reason,
            Deadline = happened.Deadline,
        };

    private static ImmutableArray<SpeakerAnswer>? ToSpeakers(
        ImmutableArray<ActiveSpeakerState>? speakers
    ) =>
        speakers
            ?.Select(speaker => new SpeakerAnswer(
                speaker.PublisherSessionId,
                speaker.TrackName,
                speaker.Mid,
                speaker.Level
            ))
            .ToImmutableArray();

    private static LinkAnswer? ToLink(LinkQuality? quality) =>
        quality is null
            ? null
            : new LinkAnswer(quality.Packets, quality.LossFraction, quality.Kbps)
            {
                AvailableKbps = quality.AvailableKbps,
                GivenKbps = quality.GivenKbps,
            };
}
