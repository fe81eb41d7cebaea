using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Control.Contract.Calls;
using Control.Server.Calls.Wire;
using Control.Server.Http.Json;
using Control.Server.Http.OpenApi;

namespace Control.Server.Calls;

/// <summary>The table of the session API: every operation with its path, who may, its body and its
/// answer. Routing and /openapi.json are both made from it.</summary>
internal sealed class CallsApi(
    CallsShapes shapes,
    SessionCalls sessions,
    TrackCalls tracks,
    DataChannelCalls channels,
    EventCalls events,
    TokenCalls tokens
)
{
    private const string App = "/v1/apps/{appId}";
    private const string Session = App + "/sessions/{sessionId}";
    private const string Post = "POST";
    private const string Put = "PUT";
    private const string Get = "GET";
    private static readonly JsonShape Flag = new JsonShape.Flag();

    /// <summary>Every operation.</summary>
    public ImmutableArray<CallsOperation> Operations() =>
        [
            .. SessionOperations(),
            .. TrackOperations(),
            UpdateAudio(),
            .. DataChannelOperations(),
            .. AppOperations(),
        ];

    private ImmutableArray<CallsOperation> SessionOperations() =>
        [
            new(
                new ApiOperation("newSession", Post, App + "/sessions/new", "Make a session.")
                {
                    Result = Created(static () => CallsJsonContext.Wire.NewSessionAnswer),
                    Request = shapes.NewSession,
                    IsRequestOptional = true,
                    Query =
                    [
                        new(
                            "thirdparty",
                            Flag,
                            "The peer is another WebRTC server, perhaps ICE-lite: this side controls ICE, sends the checks, and writes the offer where a track comes without one."
                        ),
                        new(
                            "correlationId",
                            new JsonShape.Text(0, 256),
                            "A label for diagnosis; nothing is looked up by it."
                        ),
                        Group("The group it is in; with a token its own."),
                    ],
                },
                CallsScope.NewSession,
                sessions.NewAsync
            )
            {
                MakesSessions = true,
            },
            new(
                new ApiOperation("readSession", Get, Session, "A session as it is now.")
                {
                    Result = Ok(static () => CallsJsonContext.Wire.SessionAnswer),
                },
                CallsScope.Session,
                sessions.ReadAsync
            ),
            new(
                new ApiOperation("deleteSession", "DELETE", Session, "End a session.")
                {
                    Result = Done(),
                },
                CallsScope.Session,
                sessions.DeleteAsync
            ),
            new(
                new ApiOperation(
                    "restartIce",
                    Post,
                    Session + "/ice-restart",
                    "Restart ICE after a change of network; tracks and channels stay."
                )
                {
                    Result = Ok(static () => CallsJsonContext.Wire.RestartAnswer),
                    Request = shapes.RestartIce,
                },
                CallsScope.Session,
                sessions.RestartIceAsync
            ),
        ];

    private ImmutableArray<CallsOperation> TrackOperations() =>
        [
            OfTracks(
                new("newTracks", Post, Session + "/tracks/new", "Publish or pull tracks.")
                {
                    Result = Ok(static () => CallsJsonContext.Wire.TracksAnswer),
                    Request = shapes.NewTracks,
                },
                tracks.NewAsync
            ),
            new(
                new ApiOperation("renegotiate", Put, Session + "/renegotiate", "Answer our offer.")
                {
                    Result = Done(),
                    Request = shapes.Renegotiate,
                    Tag = "tracks",
                },
                CallsScope.Session,
                tracks.RenegotiateAsync
            ),
            OfTracks(
                new("closeTracks", Put, Session + "/tracks/close", "End tracks.")
                {
                    Result = Ok(static () => CallsJsonContext.Wire.TracksAnswer),
                    Request = shapes.CloseTracks,
                },
                tracks.CloseAsync
            ),
            OfTracks(
                new(
                    "updateTracks",
                    Put,
                    Session + "/tracks/update",
                    "Point pulled sections at other tracks or layers, without SDP."
                )
                {
                    Result = Ok(static () => CallsJsonContext.Wire.TracksAnswer),
                    Request = shapes.UpdateTracks,
                },
                tracks.UpdateAsync
            ),
        ];

    private CallsOperation UpdateAudio() =>
        new(
            new ApiOperation(
                "updateAudio",
                Put,
                Session + "/audio",
                "Choose, as a whole, what is heard of the audio tracks that are pulled."
            )
            {
                Result = Done(),
                Request = CallsShapes.Audio,
                Tag = "tracks",
            },
            CallsScope.Session,
            sessions.UpdateAudioAsync
        );

    private ImmutableArray<CallsOperation> DataChannelOperations() =>
        [
            OfChannels(
                new(
                    "establishDataChannels",
                    Post,
                    Session + "/datachannels/establish",
                    "Make the data-channel transport and its server-events channel."
                )
                {
                    Result = Ok(static () => CallsJsonContext.Wire.EstablishAnswer),
                    Request = shapes.Establish,
                },
                channels.EstablishAsync
            ),
            OfChannels(
                new(
                    "newDataChannels",
                    Post,
                    Session + "/datachannels/new",
                    "Make data channels to write to or to read from."
                )
                {
                    Result = Ok(static () => CallsJsonContext.Wire.DataChannelsAnswer),
                    Request = shapes.DataChannels,
                },
                channels.NewAsync
            ),
            OfChannels(
                new(
                    "updateDataChannels",
                    Put,
                    Session + "/datachannels/update",
                    "Grant or take the right to reply."
                )
                {
                    Result = Ok(static () => CallsJsonContext.Wire.DataChannelsAnswer),
                    Request = shapes.DataChannels,
                },
                channels.UpdateAsync
            ),
            OfChannels(
                new(
                    "closeDataChannels",
                    Put,
                    Session + "/datachannels/close",
                    "End data channels; may be repeated."
                )
                {
                    Result = Ok(static () => CallsJsonContext.Wire.DataChannelsAnswer),
                    Request = shapes.CloseDataChannels,
                },
                channels.CloseAsync
            ),
        ];

    private ImmutableArray<CallsOperation> AppOperations() =>
        [
            OfGroup(
                new("listSessions", Get, App + "/sessions", "The sessions of an app, in pages.")
                {
                    Result = Ok(static () => CallsJsonContext.Wire.SessionListAnswer),
                    Query = Paging(),
                },
                sessions.ListAsync
            ),
            OfGroup(
                new(
                    "listTracks",
                    Get,
                    App + "/tracks",
                    "The tracks that a page of the app's sessions publishes."
                )
                {
                    Result = Ok(static () => CallsJsonContext.Wire.TrackListAnswer),
                    Query = Paging(),
                },
                sessions.ListTracksAsync
            ),
            OfEvents("readEvents", App + "/events", CallsScope.Group),
            OfEvents("readSessionEvents", Session + "/events", CallsScope.Session),
            OfApp(
                new("newToken", Post, App + "/tokens", "Sign a token for a browser or an encoder.")
                {
                    Result = Created(static () => CallsJsonContext.Wire.TokenAnswer),
                    Request = shapes.NewToken,
                },
                tokens.NewAsync
            ) with
            {
                Scope = CallsScope.NewToken,
            },
            OfApp(
                new(
                    "revokeToken",
                    Post,
                    App + "/tokens/{tokenId}/revoke",
                    "Take a token back; media that runs goes on."
                )
                {
                    Result = Done(),
                    Request = CallsShapes.RevokeToken,
                    IsRequestOptional = true,
                },
                tokens.RevokeAsync
            ),
            Adapter("newAdapter", App + "/adapters/websocket/new"),
            Adapter("closeAdapter", App + "/adapters/websocket/close"),
        ];

    private static ImmutableArray<ApiParameter> Paging() =>
        [
            new("after", new JsonShape.Text(0, CallsShapes.SessionIdLengthMax), "`next` before."),
            new("limit", new JsonShape.Number(1, 1000), "Most sessions to look at."),
            Group("Only what is in this group; with a token its own."),
        ];

    private static ApiParameter Group(string meaning) => new("group", CallsShapes.Group, meaning);

    private static CallsOperation OfTracks(
        ApiOperation api,
        Func<CallsCall, Task<CallsAnswer>> handleAsync
    ) => new(api with { Tag = "tracks" }, CallsScope.Session, handleAsync) { ListsTracks = true };

    private static CallsOperation OfChannels(
        ApiOperation api,
        Func<CallsCall, Task<CallsAnswer>> handleAsync
    ) => new(api with { Tag = "data channels" }, CallsScope.Session, handleAsync);

    private static CallsOperation OfApp(
        ApiOperation api,
        Func<CallsCall, Task<CallsAnswer>> handleAsync
    ) => new(api with { Tag = "app" }, CallsScope.App, handleAsync);

    private static CallsOperation OfGroup(
        ApiOperation api,
        Func<CallsCall, Task<CallsAnswer>> handleAsync
    ) => OfApp(api, handleAsync) with { Scope = CallsScope.Group };

    private CallsOperation OfEvents(string id, string path, CallsScope scope) =>
        new(
            new(id, Get, path, "What happens from now on, as server-sent events.")
            {
                Result = new(
                    StatusCodes.Status200OK,
                    static () => CallsEventJson.Form,
                    "text/event-stream"
                ),
                Tag = "events",
                Query =
                    scope == CallsScope.Group ? [Group("Only what happens in this group.")] : [],
            },
            scope,
            _ => throw new InvalidOperationException("Events are streamed.")
        )
        {
            StreamAsync = events.StreamAsync,
        };

    private static CallsOperation Adapter(string id, string path) =>
        OfApp(
            new(id, Post, path, "Not served: needs media workers.") { Result = Done() },
            _ =>
                Task.FromResult(
                    CallsAnswer.Refuse(
                        StatusCodes.Status501NotImplemented,
                        CallsErrors.NotSupported,
                        "WebSocket adapters are not served by this build."
                    )
                )
        ) with
        {
            ListsTracks = true,
        };

    private static ApiResult Ok(Func<JsonTypeInfo> json) => new(StatusCodes.Status200OK, json);

    private static ApiResult Created(Func<JsonTypeInfo> json) =>
        new(StatusCodes.Status201Created, json);

    private static ApiResult Done() => Ok(static () => CallsJsonContext.Wire.EmptyAnswer);
}
