using Control.Contract.Calls;

namespace Control.Contract.Nodes;

/// <summary>Everything that a node can be asked for: the members of <see cref="IMediaNode"/> and
/// <see cref="ICallsNode"/>. What these only tell (totals, limits) is in the announcement.</summary>
public static class NodeOperations
{
    private static readonly NodeJsonContext Json = NodeJson.Types;

    /// <summary><see cref="IMediaNode.PublishAsync"/>.</summary>
    public static NodeOperation<SessionRequest, SessionResult> Publish { get; } =
        new("publish", Json.SessionRequest, Json.SessionResult);

    /// <summary><see cref="IMediaNode.PlayAsync"/>.</summary>
    public static NodeOperation<SessionRequest, SessionResult> Play { get; } =
        new("play", Json.SessionRequest, Json.SessionResult);

    /// <summary><see cref="IMediaNode.UpdateIceAsync"/>.</summary>
    public static NodeOperation<IceUpdateRequest, IceUpdateResult> UpdateIce { get; } =
        new("updateIce", Json.IceUpdateRequest, Json.IceUpdateResult);

    /// <summary><see cref="IMediaNode.ChangePlayerAsync"/>.</summary>
    public static NodeOperation<PlayerChange, PlayerChangeResult> ChangePlayer { get; } =
        new("changePlayer", Json.PlayerChange, Json.PlayerChangeResult);

    /// <summary><see cref="IMediaNode.CloseAsync"/>.</summary>
    public static NodeOperation<SessionKey, CloseResult> Close { get; } =
        new("close", Json.SessionKey, Json.CloseResult);

    /// <summary><see cref="IMediaNode.CloseAppAsync"/>.</summary>
    public static NodeOperation<AppRequest, NodeDone> CloseApp { get; } =
        new("closeApp", Json.AppRequest, Json.NodeDone);

    /// <summary><see cref="IMediaNode.DescribeAsync"/>.</summary>
    public static NodeOperation<SessionKey, DescribeResult> Describe { get; } =
        new("describe", Json.SessionKey, Json.DescribeResult);

    /// <summary><see cref="IMediaNode.IsLiveAsync"/>.</summary>
    public static NodeOperation<StreamKey, bool> IsLive { get; } =
        new("isLive", Json.StreamKey, Json.Boolean);

    /// <summary><see cref="IMediaNode.CountViewersAsync"/>.</summary>
    public static NodeOperation<ViewerCountRequest, ViewerCountResult> CountViewers { get; } =
        new("countViewers", Json.ViewerCountRequest, Json.ViewerCountResult);

    /// <summary><see cref="ICallsNode.CreateSessionAsync"/>.</summary>
    public static NodeOperation<NewSessionRequest, NewSessionOutcome> CreateSession { get; } =
        new("createSession", Json.NewSessionRequest, Json.NewSessionOutcome);

    /// <summary><see cref="ICallsNode.NewTracksAsync"/>.</summary>
    public static NodeOperation<NewTracksRequest, TracksOutcome> NewTracks { get; } =
        new("newTracks", Json.NewTracksRequest, Json.TracksOutcome);

    /// <summary><see cref="ICallsNode.RenegotiateAsync"/>.</summary>
    public static NodeOperation<DescriptionRequest, NodeDone> Renegotiate { get; } =
        new("renegotiate", Json.DescriptionRequest, Json.NodeDone);

    /// <summary><see cref="ICallsNode.CloseTracksAsync"/>.</summary>
    public static NodeOperation<CloseTracksRequest, TracksOutcome> CloseTracks { get; } =
        new("closeTracks", Json.CloseTracksRequest, Json.TracksOutcome);

    /// <summary><see cref="ICallsNode.UpdateTracksAsync"/>.</summary>
    public static NodeOperation<UpdateTracksRequest, TracksOutcome> UpdateTracks { get; } =
        new("updateTracks", Json.UpdateTracksRequest, Json.TracksOutcome);

    /// <summary><see cref="ICallsNode.UpdateAudioAsync"/>.</summary>
    public static NodeOperation<UpdateAudioRequest, NodeDone> UpdateAudio { get; } =
        new("updateAudio", Json.UpdateAudioRequest, Json.NodeDone);

    /// <summary><see cref="ICallsNode.EstablishDataChannelsAsync"/>.</summary>
    public static NodeOperation<
        DescriptionRequest,
        EstablishOutcome
    > EstablishDataChannels { get; } =
        new("establishDataChannels", Json.DescriptionRequest, Json.EstablishOutcome);

    /// <summary><see cref="ICallsNode.NewDataChannelsAsync"/>.</summary>
    public static NodeOperation<DataChannelsRequest, DataChannelsOutcome> NewDataChannels { get; } =
        new("newDataChannels", Json.DataChannelsRequest, Json.DataChannelsOutcome);

    /// <summary><see cref="ICallsNode.UpdateDataChannelsAsync"/>.</summary>
    public static NodeOperation<
        DataChannelsRequest,
        DataChannelsOutcome
    > UpdateDataChannels { get; } =
        new("updateDataChannels", Json.DataChannelsRequest, Json.DataChannelsOutcome);

    /// <summary><see cref="ICallsNode.CloseDataChannelsAsync"/>.</summary>
    public static NodeOperation<
        CloseDataChannelsRequest,
        CloseDataChannelsOutcome
    > CloseDataChannels { get; } =
        new("closeDataChannels", Json.CloseDataChannelsRequest, Json.CloseDataChannelsOutcome);

    /// <summary><see cref="ICallsNode.RestartIceAsync"/>.</summary>
    public static NodeOperation<DescriptionRequest, TracksOutcome> RestartIce { get; } =
        new("restartIce", Json.DescriptionRequest, Json.TracksOutcome);

    /// <summary><see cref="ICallsNode.GetSessionAsync"/>.</summary>
    public static NodeOperation<SessionKey, CallsSessionState> GetSession { get; } =
        new("getSession", Json.SessionKey, Json.CallsSessionState);

    /// <summary><see cref="ICallsNode.DeleteSessionAsync"/>.</summary>
    public static NodeOperation<SessionKey, NodeDone> DeleteSession { get; } =
        new("deleteSession", Json.SessionKey, Json.NodeDone);

    /// <summary><see cref="ICallsNode.ListSessionsAsync"/>: as many as a message holds.</summary>
    public static NodeOperation<ListSessionsRequest, SessionPage> ListSessions { get; } =
        new("listSessions", Json.ListSessionsRequest, Json.SessionPage);

    /// <summary><see cref="ICallsNode.ReadEventsAsync"/>, begun or gone on with.</summary>
    public static NodeOperation<OpenEventsRequest, EventsLease> OpenEvents { get; } =
        new("openEvents", Json.OpenEventsRequest, Json.EventsLease);

    /// <summary><see cref="ICallsNode.ReadEventsAsync"/>, ended.</summary>
    public static NodeOperation<CloseEventsRequest, NodeDone> CloseEvents { get; } =
        new("closeEvents", Json.CloseEventsRequest, Json.NodeDone);

    /// <summary><see cref="ICallsNode.GoAway"/>.</summary>
    public static NodeOperation<GoAwayRequest, NodeDone> GoAway { get; } =
        new("goAway", Json.GoAwayRequest, Json.NodeDone);
}
