using Control.Contract;
using Control.Contract.Calls;

namespace Control.Server.Tests.Placement;

/// <summary>A request and an answer for each member of a node.</summary>
internal static class Samples
{
    public static readonly StreamKey Stream = new("shop", "cam");
    public static readonly SessionSdp Offer = new(IsOffer: true, "v=0\r\na=ice-pwd:a+b/c=\r\n");
    public static readonly SessionSdp Answer = new(IsOffer: false, "v=0\r\n");

    public static readonly CallsError Error = new(
        CallsErrorCode.InvalidParams,
        "That cannot be.",
        TimeSpan.FromSeconds(7)
    );

    private static readonly TrackRequest Track = new()
    {
        Location = TrackLocation.Remote,
        SessionId = "publisher",
        TrackName = "cam",
        Simulcast = new SimulcastChoice("h", HasPriorityOrder: true, HasFallback: false),
    };

    private static readonly DataChannelRequest Channel = new()
    {
        Location = TrackLocation.Local,
        Name = "chat",
        IsOrdered = false,
    };

    private static readonly TracksOutcome Tracks = new(
        [
            new TrackOutcome(Track)
            {
                Mid = "0",
                Kind = "video",
                Error = Error,
            },
        ],
        Offer
    );

    private static readonly DataChannelsOutcome Channels = new([new(Channel, 2, Error)]);

    /// <summary>A member, how it is called, and what the node answers.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="AskAsync">Calls it for a session.</param>
    /// <param name="Answers">What the node may answer.</param>
    /// <param name="IsOfSession">Whether it concerns a session that is there.</param>
    internal sealed record Member(
        string Name,
        Func<IMediaNode, SessionKey, Task<object?>> AskAsync,
        object?[] Answers,
        bool IsOfSession = true
    )
    {
        public override string ToString() => Name;
    }

    /// <summary>Every member that a node is asked by message.</summary>
    public static IReadOnlyList<Member> Members { get; } =
    [
        new(
            nameof(IMediaNode.PublishAsync),
            async (node, _) => await node.PublishAsync(new(Stream, Offer.Sdp), default),
            [
                new SessionResult.Created("id", Answer.Sdp, "tag"),
                new SessionResult.Refused(RefusalReason.Malformed, "No.", TimeSpan.FromSeconds(3)),
            ],
            IsOfSession: false
        ),
        new(
            nameof(IMediaNode.PlayAsync),
            async (node, _) => await node.PlayAsync(new(Stream, Offer.Sdp), default),
            [
                new SessionResult.Created("id", Answer.Sdp, "tag"),
                new SessionResult.Refused(RefusalReason.NoPublisher, "Nobody."),
            ],
            IsOfSession: false
        ),
        new(
            nameof(IMediaNode.UpdateIceAsync),
            async (node, session) =>
                await node.UpdateIceAsync(new(session, "a=ice-ufrag:x", "tag"), default),
            [
                new IceUpdateResult.Trickled(),
                new IceUpdateResult.Restarted("a=x", "tag"),
                new IceUpdateResult.NotFound(),
                new IceUpdateResult.Stale("tag"),
                new IceUpdateResult.Refused(RefusalReason.Unsupported, "No."),
            ]
        ),
        new(
            nameof(IMediaNode.ChangePlayerAsync),
            async (node, session) =>
                await node.ChangePlayerAsync(
                    new(session)
                    {
                        Layer = new LayerChoice("1", "h", 640, 360)
                        {
                            SpatialId = 1,
                            TemporalId = 2,
                            SpatialIdMax = 3,
                            TemporalIdMax = 4,
                        },
                    },
                    default
                ),
            [
                new PlayerChangeResult.Done(),
                new PlayerChangeResult.NotFound(),
                new PlayerChangeResult.Refused("No."),
            ]
        ),
        new(
            nameof(IMediaNode.CloseAsync),
            async (node, session) => await node.CloseAsync(session, default),
            [new CloseResult.Closed(), new CloseResult.NotFound()]
        ),
        new(
            nameof(IMediaNode.CloseAppAsync),
            async (node, session) =>
            {
                await node.CloseAppAsync(session.AppId);
                return null;
            },
            [null],
            IsOfSession: false
        ),
        new(
            nameof(IMediaNode.DescribeAsync),
            async (node, session) => await node.DescribeAsync(session, default),
            [
                new DescribeResult.Found(new(Stream, true, "connected", "tag", [], 1.5)),
                new DescribeResult.NotFound(),
            ]
        ),
        new(
            nameof(IMediaNode.IsLiveAsync),
            async (node, _) => await node.IsLiveAsync(Stream, default),
            [true, false],
            IsOfSession: false
        ),
        new(
            nameof(IMediaNode.CountViewersAsync),
            async (node, _) => await node.CountViewersAsync(new([Stream]), default),
            [new ViewerCountResult([3])],
            IsOfSession: false
        ),
        new(
            nameof(ICallsNode.CreateSessionAsync),
            async (node, _) =>
                await node.Calls!.CreateSessionAsync(
                    new("shop", Offer, IsThirdParty: true, "label", "owner") { Group = "room" },
                    default
                ),
            [new NewSessionOutcome("id", Answer), Error],
            IsOfSession: false
        ),
        new(
            nameof(ICallsNode.NewTracksAsync),
            async (node, session) =>
                await node.Calls!.NewTracksAsync(new(session, [Track], Offer, false), default),
            [Tracks, Error]
        ),
        new(
            nameof(ICallsNode.RenegotiateAsync),
            async (node, session) => await node.Calls!.RenegotiateAsync(session, Answer, default),
            [null, Error]
        ),
        new(
            nameof(ICallsNode.CloseTracksAsync),
            async (node, session) =>
                await node.Calls!.CloseTracksAsync(new(session, ["0"], true, null), default),
            [Tracks, Error]
        ),
        new(
            nameof(ICallsNode.UpdateTracksAsync),
            async (node, session) =>
                await node.Calls!.UpdateTracksAsync(new(session, [Track]), default),
            [Tracks, Error]
        ),
        new(
            nameof(ICallsNode.UpdateAudioAsync),
            async (node, session) =>
                await node.Calls!.UpdateAudioAsync(new(session, new AudioChoice()), default),
            [null, Error]
        ),
        new(
            nameof(ICallsNode.EstablishDataChannelsAsync),
            async (node, session) =>
                await node.Calls!.EstablishDataChannelsAsync(session, null, default),
            [new EstablishOutcome(Offer, 0), Error]
        ),
        new(
            nameof(ICallsNode.NewDataChannelsAsync),
            async (node, session) =>
                await node.Calls!.NewDataChannelsAsync(new(session, [Channel]), default),
            [Channels, Error]
        ),
        new(
            nameof(ICallsNode.UpdateDataChannelsAsync),
            async (node, session) =>
                await node.Calls!.UpdateDataChannelsAsync(new(session, [Channel]), default),
            [Channels, Error]
        ),
        new(
            nameof(ICallsNode.CloseDataChannelsAsync),
            async (node, session) =>
                await node.Calls!.CloseDataChannelsAsync(new(session, [2, 4]), default),
            [new CloseDataChannelsOutcome([new(2, null), new(4, Error)]), Error]
        ),
        new(
            nameof(ICallsNode.RestartIceAsync),
            async (node, session) => await node.Calls!.RestartIceAsync(session, Offer, default),
            [Tracks, Error]
        ),
        new(
            nameof(ICallsNode.GetSessionAsync),
            async (node, session) => await node.Calls!.GetSessionAsync(session, default),
            [State("id"), Error]
        ),
        new(
            nameof(ICallsNode.DeleteSessionAsync),
            async (node, session) => await node.Calls!.DeleteSessionAsync(session, default),
            [null, Error]
        ),
        new(
            nameof(ICallsNode.ListSessionsAsync),
            async (node, _) =>
                await node.Calls!.ListSessionsAsync(new("shop", "room", "after", 10), default),
            [new SessionPage([State("id")], "id"), new SessionPage([], null)],
            IsOfSession: false
        ),
    ];

    public static CallsSessionState State(string sessionId) =>
        new(
            sessionId,
            "connected",
            "label",
            "owner",
            [new(TrackLocation.Local, "0", sessionId, "cam", "video", TrackStatus.Active, null)],
            [new(TrackLocation.Local, null, "chat", 2, TrackStatus.Initializing)]
        )
        {
            Group = "room",
        };
}
