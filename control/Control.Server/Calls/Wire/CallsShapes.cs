using System.Collections.Immutable;
using Control.Contract.Calls;
using Control.Server.Apps;
using Control.Server.Http.Json;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Calls.Wire;

/// <summary>What the bodies of the session API look like, with the limits of this process.</summary>
/// <remarks>Required is what no form of a request can do without; what only one form needs is asked for
/// where the form is known, item by item.</remarks>
internal sealed class CallsShapes
{
    /// <summary>Chosen: ids of ours have 60 characters; other servers' are named in tests.</summary>
    public const int SessionIdLengthMax = 256;

    // RFC 8843 mids are tokens; browsers count. "#" and a track's name is as long as a name.
    private const int MidExtra = 1;
    private const int RidLengthMax = 255;
    private const int StreamIdMax = 65_534;
    private const int UnsignedShortMax = 65_535;

    /// <summary>A group's name.</summary>
    public static JsonShape Group { get; } = new JsonShape.Text(1, AppTokenClaims.GroupLengthMax);

    private static readonly JsonShape Flag = new JsonShape.Flag();
    private static readonly JsonShape SessionId = new JsonShape.Text(1, SessionIdLengthMax);
    private static readonly JsonShape Location = Choice("local", "remote");
    private static readonly JsonShape Order = Choice("none", "asciibetical");

    private readonly JsonShape _name;
    private readonly JsonShape _sdp;
    private readonly JsonShape _mid;

    public CallsShapes(CallsLimits limits)
    {
        _name = new JsonShape.Text(1, limits.NameLength);
        _mid = new JsonShape.Text(1, limits.NameLength + MidExtra);
        _sdp = new JsonShape.Text(1, limits.BodyBytes, TextForm.Lines);
        var description = Description();
        var track = Track();
        var channel = Channel();
        NewSession = new(
            "NewSessionRequest",
            [
                Offer(description),
                new("audio", Audio, "What is heard of the audio tracks that it will pull."),
            ]
        );
        NewTracks = new(
            "TracksRequest",
            [
                new(
                    "tracks",
                    new JsonShape.List(track, 0, limits.TracksPerRequest),
                    "All local or all remote; left out with autoDiscover."
                ),
                Offer(description),
                new("autoDiscover", Flag, "Every new sending section becomes a track."),
            ]
        );
        Renegotiate = new(
            "RenegotiateRequest",
            [Required("sessionDescription", description, "The answer to our offer.")]
        );
        CloseTracks = CloseTracksOf(description, limits.TracksPerRequest);
        UpdateTracks = new(
            "UpdateTracksRequest",
            [
                Required(
                    "tracks",
                    new JsonShape.List(UpdatedTrack(), 1, limits.TracksPerRequest),
                    "Sections, and what they are to carry."
                ),
            ]
        );
        RestartIce = new(
            "IceRestartRequest",
            [Required("sessionDescription", description, "An offer with new ICE credentials.")]
        );
        Establish = EstablishOf(description);
        DataChannels = new(
            "DataChannelsRequest",
            [
                Required(
                    "dataChannels",
                    new JsonShape.List(channel, 1, limits.DataChannelsPerRequest),
                    "The channels."
                ),
            ]
        );
        CloseDataChannels = CloseDataChannelsOf(limits.DataChannelsPerRequest);
        NewToken = TokenOf(limits);
    }

    public JsonShape.Object NewSession { get; }

    public JsonShape.Object NewTracks { get; }

    public JsonShape.Object Renegotiate { get; }

    public JsonShape.Object CloseTracks { get; }

    public JsonShape.Object UpdateTracks { get; }

    public JsonShape.Object RestartIce { get; }

    public JsonShape.Object Establish { get; }

    public JsonShape.Object DataChannels { get; }

    public JsonShape.Object CloseDataChannels { get; }

    public JsonShape.Object NewToken { get; }

    /// <summary>Of a request to take a token back.</summary>
    public static JsonShape.Object RevokeToken { get; } =
        new(
            "RevokeTokenRequest",
            [
                new(
                    "expiresAt",
                    new JsonShape.Number(0, 253_402_300_799),
                    "The token's exp: until then it is remembered; for ever when left out."
                ),
            ]
        );

    /// <summary>Of what a session hears.</summary>
    public static JsonShape.Object Audio { get; } =
        new(
            "AudioObject",
            [
                new(
                    "loudest",
                    new JsonShape.Number(0, AudioChoice.TracksMax),
                    "Most tracks forwarded at once, those that are spoken in; 0: all."
                ),
                new(
                    "levels",
                    new JsonShape.Flag(),
                    "Whether speakers.active is repeated each second, with fresh levels, while anybody speaks."
                ),
            ]
        );

    private JsonShape.Object Description() =>
        new(
            "SessionDescription",
            [
                Required("type", Choice("offer", "answer"), "Whose turn it is."),
                Required("sdp", _sdp, "The SDP."),
            ]
        );

    private JsonShape.Object Track() =>
        new("TrackObject", [Required("location", Location, "Which way."), .. TrackMembers()]);

    private JsonShape.Object UpdatedTrack() =>
        new("UpdatedTrackObject", [new("location", Location, "Which way."), .. TrackMembers()]);

    private ImmutableArray<JsonMember> TrackMembers() =>
        [
            new("mid", _mid, "The section, or # and the name of the track it carries."),
            new("sessionId", SessionId, "Remote: the session that publishes it."),
            new("trackName", _name, "Its name within its session."),
            new("kind", Choice("audio", "video"), "Needed where the server writes the offer."),
            new("bidirectionalMediaStream", Flag, "Whether the section goes both ways."),
            new("simulcast", Simulcast(), "Which layer of a remote track."),
            new(
                "priority",
                new JsonShape.Number(-DeliveryChoice.PriorityMax, DeliveryChoice.PriorityMax),
                "Remote: a higher one is served first where the network does not carry all; 0 when left out, of a shared screen 1."
            ),
            new(
                "minBitrate",
                new JsonShape.Number(0, DeliveryChoice.BitsPerSecondMax),
                "Remote: bits a second below which a picture is not wanted, unless there is no better one."
            ),
            new("paused", Flag, "Remote: nothing is sent until it is false again; no SDP changes."),
            new(
                "e2ee",
                Flag,
                "Local: whether it is encrypted end to end: pullers are told, and nothing of it is read. Remote: its publisher says that; passed over."
            ),
            new(
                "content",
                Choice("screen"),
                "Local: what it shows, like a=content:slides in the SDP (RFC 4796). Remote: its publisher says that; passed over."
            ),
        ];

    private static JsonShape.Object Simulcast() =>
        new(
            "SimulcastObject",
            [
                new(
                    "preferredRid",
                    new JsonShape.Text(0, RidLengthMax),
                    "The layer; empty: the server decides."
                ),
                new("priorityOrdering", Order, "Whether the server may step down."),
                new(
                    "ridNotAvailable",
                    Order,
                    "Whether the next layer takes a missing one's place."
                ),
            ]
        );

    private JsonShape.Object CloseTracksOf(JsonShape.Object description, int countMax)
    {
        var item = new JsonShape.Object(
            "ClosedTrackObject",
            [Required("mid", _mid, "The section.")]
        );
        return new(
            "CloseTracksRequest",
            [
                Required("tracks", new JsonShape.List(item, 1, countMax), "The sections to end."),
                Required("force", Flag, "Whether media ends without SDP."),
                Offer(description),
            ]
        );
    }

    private static JsonShape.Object EstablishOf(JsonShape.Object description)
    {
        var channel = new JsonShape.Object(
            "EventsChannelObject",
            [
                Required("location", Choice("remote"), "The server writes it."),
                Required("dataChannelName", Choice("server-events"), "Its name."),
            ]
        );
        return new(
            "DataChannelRequest",
            [Required("dataChannel", channel, "The server's own channel."), Offer(description)]
        );
    }

    private JsonShape.Object Channel() =>
        new(
            "DataChannelObject",
            [
                Required("location", Location, "Which way."),
                Required("dataChannelName", _name, "Its name within its session."),
                new("sessionId", SessionId, "Remote: the session that publishes it."),
                new("id", new JsonShape.Number(0, StreamIdMax), "The stream id, if it has one."),
                new("ordered", Flag, "Whether messages arrive in order; true when left out."),
                new(
                    "maxRetransmits",
                    new JsonShape.Number(0, UnsignedShortMax),
                    "Most repetitions of a message; excludes maxPacketLifeTime."
                ),
                new(
                    "maxPacketLifeTime",
                    new JsonShape.Number(0, UnsignedShortMax),
                    "Milliseconds until a message is given up; excludes maxRetransmits."
                ),
                new(
                    "waitForAck",
                    Flag,
                    "Remote: nothing is sent before the reader's first message."
                ),
                new("canReply", Flag, "Remote: the reader's messages go to the publisher."),
            ]
        );

    private static JsonShape.Object CloseDataChannelsOf(int countMax)
    {
        var item = new JsonShape.Object(
            "ClosedDataChannelObject",
            [Required("id", new JsonShape.Number(0, StreamIdMax), "The stream id.")]
        );
        return new(
            "CloseDataChannelsRequest",
            [
                Required(
                    "dataChannels",
                    new JsonShape.List(item, 1, countMax),
                    "The channels to end."
                ),
            ]
        );
    }

    private JsonShape.Object TokenOf(CallsLimits limits)
    {
        var names = new JsonShape.FlagOr(new JsonShape.List(_name, 0, TokenNames.CountMax));
        var sessions = new JsonShape.FlagOr(new JsonShape.List(SessionId, 0, TokenNames.CountMax));
        return new(
            "NewTokenRequest",
            [
                Required("ttl", new JsonShape.Number(1, limits.TokenSeconds), "Seconds it lives."),
                new("publish", names, "Names it may publish; true or \"*\" for every one."),
                new("pull", sessions, "Sessions it may pull from; true or \"*\" for every one."),
                new("session", SessionId, "The one session it is limited to."),
                new("subject", new JsonShape.Text(1, 128), "Whose it is."),
                new("group", Group, "The one group it is limited to."),
                new("invite", Flag, "Whether all it does is to make a token for each who comes."),
                new("stream", _name, "With action: the one WHIP or WHEP stream."),
                new("action", Choice("publish", "play"), "With stream: what it may do there."),
            ]
        )
        {
            IsClosed = true,
        };
    }

    private static JsonMember Offer(JsonShape.Object description) =>
        new("sessionDescription", description, "The client's offer.");

    private static JsonMember Required(string name, JsonShape shape, string meaning) =>
        new(name, shape, meaning) { IsRequired = true };

    private static JsonShape.Choice Choice(params ImmutableArray<string> texts) => new(texts);
}
