using System.Text.Json;
using Control.Contract.Calls;
using Control.Server.Http.Json;

namespace Control.Server.Calls.Wire;

/// <summary>Turns checked bodies into what a node is asked.</summary>
internal static class CallsRequests
{
    /// <summary>The session description of a body; null when there is none.</summary>
    public static SessionSdp? ToSdp(JsonElement body)
    {
        if (body.Find("sessionDescription") is not { } value)
        {
            return null;
        }

        var isOffer = string.Equals(value.FindText("type"), "offer", StringComparison.Ordinal);
        return new SessionSdp(isOffer, value.FindText("sdp")!);
    }

    /// <summary>A track.</summary>
    public static TrackRequest ToTrack(JsonElement value) =>
        new()
        {
            Location = ToLocation(value) ?? TrackLocation.Remote,
            Mid = value.FindText("mid"),
            SessionId = value.FindText("sessionId"),
            TrackName = value.FindText("trackName"),
            Kind = value.FindText("kind"),
            IsBidirectional = value.FindFlag("bidirectionalMediaStream") ?? false,
            Simulcast = ToSimulcast(value),
            Delivery = ToDelivery(value),
            IsEncrypted = value.FindFlag("e2ee") ?? false,
            Content = value.FindText("content") is null ? TrackContent.Any : TrackContent.Screen,
        };

    /// <summary>What is to be heard; null when nothing is said of it. 0 is the same as no limit.</summary>
    public static AudioChoice? ToAudio(JsonElement? value) =>
        value is { } audio
            ? new AudioChoice
            {
                LoudestMax = audio.FindNumber("loudest") is { } most and > 0 ? (int)most : null,
                RepeatsLevels = audio.FindFlag("levels") ?? false,
            }
            : null;

    /// <summary>A data channel.</summary>
    public static DataChannelRequest ToChannel(JsonElement value) =>
        new()
        {
            Location = ToLocation(value) ?? TrackLocation.Remote,
            SessionId = value.FindText("sessionId"),
            Name = value.FindText("dataChannelName")!,
            Id = (int?)value.FindNumber("id"),
            IsOrdered = value.FindFlag("ordered") ?? true,
            RetransmitsMax = (int?)value.FindNumber("maxRetransmits"),
            LifeTimeMsMax = (int?)value.FindNumber("maxPacketLifeTime"),
            WaitsForAck = value.FindFlag("waitForAck") ?? false,
            CanReply = value.FindFlag("canReply"),
        };

    /// <summary>How a track is to be sent; null when nothing is said of it.</summary>
    private static DeliveryChoice? ToDelivery(JsonElement track)
    {
        var choice = new DeliveryChoice
        {
            Priority = (int?)track.FindNumber("priority"),
            MinBitsPerSecond = track.FindNumber("minBitrate"),
            IsPaused = track.FindFlag("paused"),
        };
        return choice == new DeliveryChoice() ? null : choice;
    }

    private static SimulcastChoice? ToSimulcast(JsonElement track) =>
        track.Find("simulcast") is { } value
            ? new SimulcastChoice(
                value.FindText("preferredRid"),
                IsAlphabetical(value, "priorityOrdering"),
                IsAlphabetical(value, "ridNotAvailable")
            )
            : null;

    private static bool IsAlphabetical(JsonElement value, string name) =>
        string.Equals(value.FindText(name), "asciibetical", StringComparison.Ordinal);

    private static TrackLocation? ToLocation(JsonElement value) =>
        value.FindText("location") switch
        {
            "local" => TrackLocation.Local,
            "remote" => TrackLocation.Remote,
            _ => null,
        };
}
