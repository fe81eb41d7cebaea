using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Control.Contract.Calls;
using Control.Contract.Nodes;

namespace Control.Contract.Tests.Nodes;

/// <summary>One record of each kind that control and nodes send each other, with every member set to
/// something that is not its type's default.</summary>
internal static class Samples
{
    private static readonly SessionKey Session = new("shop", "AQIDBA");
    private static readonly StreamKey Stream = new("shop", "cam");
    private static readonly SessionSdp Offer = new(IsOffer: true, "v=0\r\na=ice-pwd:a+b/c=\r\n");
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(1500);
    private static readonly DateTimeOffset At = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CallsError Error = new(
        CallsErrorCode.TrackEmpty,
        "No \"packet\" of <it> came.",
        Wait
    );

    private static readonly TrackRequest Track = new()
    {
        Location = TrackLocation.Remote,
        Mid = "#mic",
        SessionId = "AQIDBA",
        TrackName = "câm",
        Kind = "video",
        IsBidirectional = true,
        Simulcast = new SimulcastChoice("h", HasPriorityOrder: true, HasFallback: true),
        Delivery = new DeliveryChoice
        {
            Priority = 2,
            MinBitsPerSecond = 300_000,
            IsPaused = true,
        },
        Content = TrackContent.Screen,
        IsEncrypted = true,
    };

    private static readonly DataChannelRequest Channel = new()
    {
        Location = TrackLocation.Remote,
        SessionId = "AQIDBA",
        Name = "chat",
        Id = 4,
        IsOrdered = true,
        RetransmitsMax = 3,
        LifeTimeMsMax = 100,
        WaitsForAck = true,
        CanReply = true,
    };

    private static readonly CallsSessionState State = new(
        "AQIDBA",
        "connected",
        "ann",
        "sub:ann",
        [
            new TrackState(
                TrackLocation.Remote,
                "1",
                "AQIDBB",
                "cam",
                "video",
                TrackStatus.Active,
                Track.Simulcast
            )
            {
                Content = TrackContent.Screen,
                IsEncrypted = true,
                Delivery = Track.Delivery,
            },
        ],
        [new DataChannelState(TrackLocation.Remote, "AQIDBB", "chat", 4, TrackStatus.Active)]
    )
    {
        Group = "room",
        Audio = new AudioChoice { LoudestMax = 3, RepeatsLevels = true },
    };

    private static readonly SessionReport Report = new(
        Stream,
        IsPublisher: true,
        "connected",
        "ufrag+",
        [
            new TrackReport("0", "video", "VP8", 1, 2, 3, 4, "h")
            {
                LineIndex = 1,
                Paused = "network",
                Layers =
                [
                    new LayerReport("h", 500_000, 640, 360)
                    {
                        Inner = [new InnerLayerReport(1, 2, 400_000, 640, 360)],
                    },
                ],
            },
        ],
        1.5
    )
    {
        IsActive = true,
        IsLeaving = true,
        AvailableKbps = 900,
        GivenKbps = 800,
        EventStreams = [new PlayerEvents("id", ["layers"])],
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Sample> All { get; } =
    [
        Of(value: true, NodeJson.Types.Boolean),
        Of(Session, NodeJson.Types.SessionKey),
        Of(Stream, NodeJson.Types.StreamKey),
        Of(new ViewerCountRequest([Stream]), NodeJson.Types.ViewerCountRequest),
        Of(new ViewerCountResult([3]), NodeJson.Types.ViewerCountResult),
        Of(new SessionRequest(Stream, Offer.Sdp), NodeJson.Types.SessionRequest),
        Of(new SessionResult.Created("AQIDBA", Offer.Sdp, "u"), NodeJson.Types.SessionResult),
        Of(
            new SessionResult.Refused(RefusalReason.NoPublisher, "Nobody.", Wait),
            NodeJson.Types.SessionResult
        ),
        Of(new IceUpdateRequest(Session, "a=x", "u"), NodeJson.Types.IceUpdateRequest),
        Of(new IceUpdateResult.Trickled(), NodeJson.Types.IceUpdateResult),
        Of(new IceUpdateResult.Restarted("a=x", "u"), NodeJson.Types.IceUpdateResult),
        Of(new IceUpdateResult.NotFound(), NodeJson.Types.IceUpdateResult),
        Of(new IceUpdateResult.Stale("u"), NodeJson.Types.IceUpdateResult),
        Of(
            new IceUpdateResult.Refused(RefusalReason.Unavailable, "No."),
            NodeJson.Types.IceUpdateResult
        ),
        Of(
            new PlayerChange(Session)
            {
                Layer = new LayerChoice("1", "h", 640, 360)
                {
                    SpatialId = 1,
                    TemporalId = 2,
                    SpatialIdMax = 3,
                    TemporalIdMax = 4,
                },
                Events = new PlayerEvents("id", ["layers"]),
            },
            NodeJson.Types.PlayerChange
        ),
        Of(new PlayerChangeResult.Done(), NodeJson.Types.PlayerChangeResult),
        Of(new PlayerChangeResult.NotFound(), NodeJson.Types.PlayerChangeResult),
        Of(new PlayerChangeResult.Refused("No."), NodeJson.Types.PlayerChangeResult),
        Of(new PlayerChangeResult.Unavailable("No.", Wait), NodeJson.Types.PlayerChangeResult),
        Of(new CloseResult.Closed(), NodeJson.Types.CloseResult),
        Of(new CloseResult.NotFound(), NodeJson.Types.CloseResult),
        Of(new CloseResult.Unavailable("No.", Wait), NodeJson.Types.CloseResult),
        Of(new DescribeResult.Found(Report), NodeJson.Types.DescribeResult),
        Of(new DescribeResult.NotFound(), NodeJson.Types.DescribeResult),
        Of(new DescribeResult.Unavailable("No.", Wait), NodeJson.Types.DescribeResult),
        Of(
            new NewSessionRequest("shop", Offer, IsThirdParty: true, "ann", "sub:ann")
            {
                Group = "room",
                Audio = new AudioChoice { LoudestMax = 3, RepeatsLevels = true },
            },
            NodeJson.Types.NewSessionRequest
        ),
        Of(new NewSessionOutcome("AQIDBA", Offer), NodeJson.Types.NewSessionOutcome),
        Of(
            new NewTracksRequest(Session, [Track], Offer, DiscoversTracks: true),
            NodeJson.Types.NewTracksRequest
        ),
        Of(
            new CloseTracksRequest(Session, ["0", "1"], IsForced: true, Offer),
            NodeJson.Types.CloseTracksRequest
        ),
        Of(new UpdateTracksRequest(Session, [Track]), NodeJson.Types.UpdateTracksRequest),
        Of(
            new UpdateAudioRequest(
                Session,
                new AudioChoice { LoudestMax = 3, RepeatsLevels = true }
            ),
            NodeJson.Types.UpdateAudioRequest
        ),
        Of(
            new TracksOutcome(
                [
                    new TrackOutcome(Track)
                    {
                        Mid = "1",
                        TrackName = "cam",
                        Kind = "video",
                        Content = TrackContent.Screen,
                        IsEncrypted = true,
                        Delivery = Track.Delivery,
                        Error = Error,
                    },
                ],
                Offer
            ),
            NodeJson.Types.TracksOutcome
        ),
        Of(new EstablishOutcome(Offer, 1), NodeJson.Types.EstablishOutcome),
        Of(new DataChannelsRequest(Session, [Channel]), NodeJson.Types.DataChannelsRequest),
        Of(
            new DataChannelsOutcome([new DataChannelOutcome(Channel, 4, Error)]),
            NodeJson.Types.DataChannelsOutcome
        ),
        Of(new CloseDataChannelsRequest(Session, [4, 6]), NodeJson.Types.CloseDataChannelsRequest),
        Of(
            new CloseDataChannelsOutcome([new ClosedDataChannel(4, Error)]),
            NodeJson.Types.CloseDataChannelsOutcome
        ),
        Of(State, NodeJson.Types.CallsSessionState),
        Of(
            new ListSessionsRequest("shop", "room", "AQIDBA", 100),
            NodeJson.Types.ListSessionsRequest
        ),
        Of(new SessionPage([State], "AQIDBA") { IsIncomplete = true }, NodeJson.Types.SessionPage),
        Of(
            new CallsEvent(CallsEventKind.LayerChanged, "AQIDBA", At, 7)
            {
                Group = "room",
                TrackName = "cam",
                PublisherSessionId = "AQIDBB",
                Mid = "1",
                MediaKind = "video",
                Rid = "h",
                Paused = "network",
                Rids = ["l", "h"],
                Speakers = [new ActiveSpeakerState("AQIDBB", "mic", "2", -23)],
                Uplink = new LinkQuality(100, 0.25, 1200.5)
                {
                    AvailableKbps = 900,
                    GivenKbps = 800,
                },
                Downlink = new LinkQuality(100, 0.5, 300) { AvailableKbps = 900, GivenKbps = 800 },
                RoundTripMs = 12.5,
                DataChannelName = "chat",
                DataChannelId = 4,
                Reason = "requested",
                Deadline = At,
            },
            NodeJson.Types.CallsEvent
        ),
        Of(Error, NodeJson.Types.CallsError),
        Of(new NodeDone(), NodeJson.Types.NodeDone),
        Of(new NodeFault(NodeFaultKind.TooLong, "Too long.", Wait), NodeJson.Types.NodeFault),
        Of(new AppRequest("shop"), NodeJson.Types.AppRequest),
        Of(new DescriptionRequest(Session, Offer), NodeJson.Types.DescriptionRequest),
        Of(new GoAwayRequest(Wait), NodeJson.Types.GoAwayRequest),
        Of(
            new OpenEventsRequest(new EventsRequest("shop", "AQIDBA", "room"), "_INBOX.1", Wait),
            NodeJson.Types.OpenEventsRequest
        ),
        Of(new EventsLease(Wait, IsNew: true), NodeJson.Types.EventsLease),
        Of(new CloseEventsRequest("_INBOX.1"), NodeJson.Types.CloseEventsRequest),
        Of(Announcement(), NodeJson.Types.NodeAnnouncement),
    ];

    private static NodeAnnouncement Announcement() =>
        new()
        {
            Pop = "fra",
            Node = "n1",
            PopNumber = 4711,
            NodeNumber = 42,
            Life = ulong.MaxValue,
            Readiness = NodeReadiness.Draining,
            SessionsMax = 4096,
            Load = 0.25,
            Report = new NodeReport(1, 2, 3, 4, 5, 6),
            Limits = new CallsNodeLimits(),
            LanAddress = "10.0.0.1:7100",
            Version = "0.1.0",
            Envelope = 1,
        };

    private static Sample Of<T>(T value, JsonTypeInfo<T> type) =>
        new(
            value!.GetType(),
            JsonSerializer.Serialize(value, type),
            json => NodeJson.TryRead(json, type, out var read) ? read : null,
            read => JsonSerializer.Serialize((T)read, type)
        );

    /// <summary>A record and the JSON it makes.</summary>
    /// <param name="Type">What it is.</param>
    /// <param name="Json">As it is written.</param>
    /// <param name="Read">Reads it; null when it cannot be read.</param>
    /// <param name="Write">Writes what was read.</param>
    internal sealed record Sample(
        Type Type,
        string Json,
        Func<byte[], object?> Read,
        Func<object, string> Write
    )
    {
        public override string ToString() =>
            Type.DeclaringType is { } outer ? $"{outer.Name}.{Type.Name}" : Type.Name;
    }
}
