using Control.Contract.Calls;
using Edge.Node.Sessions.Channels;
using Edge.Protocol.Negotiation.Sessions;

namespace Edge.Node.Sessions.Calls;

/// <summary>The refusals of the session and track API, and their sentences.</summary>
internal static class CallsErrors
{
    /// <summary>No such session in the app: the same for one that never was and for one that ended.</summary>
    public static readonly CallsError Gone = new(
        CallsErrorCode.SessionGone,
        "The session does not exist or has ended; make a new one."
    );

    /// <summary>A name is missing.</summary>
    public static readonly CallsError NoName = new(
        CallsErrorCode.InvalidParams,
        "trackName is missing."
    );

    /// <summary>Where this end writes the offer, it has to know what to ask for.</summary>
    public static readonly CallsError NoKind = new(
        CallsErrorCode.InvalidParams,
        "Without sessionDescription, kind has to be \"audio\" or \"video\"."
    );

    /// <summary>A remote track is not named in full.</summary>
    public static readonly CallsError NoSource = new(
        CallsErrorCode.InvalidParams,
        "A remote track needs sessionId and trackName."
    );

    /// <summary>The item was not offered to the client's side of the SDP.</summary>
    public static readonly CallsError NoSection = new(
        CallsErrorCode.InvalidParams,
        "mid names no section of the session."
    );

    /// <summary>The track is not there.</summary>
    public static readonly CallsError NotFound = new(
        CallsErrorCode.TrackNotFound,
        "Track not found on remote peer. Make sure the publisher peer is connected and sending packets for this track.",
        TimeSpan.FromSeconds(1)
    );

    /// <summary>The node that has the track does not answer.</summary>
    public static readonly CallsError Unreachable = new(
        CallsErrorCode.Unavailable,
        "The node of the session that publishes it cannot be reached now.",
        TimeSpan.FromSeconds(1)
    );

    /// <summary>Another node has gone on with the session since this was asked.</summary>
    public static readonly CallsError Moved = new(
        CallsErrorCode.Unavailable,
        "The session goes on at another node; ask again.",
        TimeSpan.FromSeconds(1)
    );

    /// <summary>A node of an older version would treat as plain what is not.</summary>
    public static readonly CallsError NotForOldNodes = new(
        CallsErrorCode.InvalidParams,
        "The track is encrypted end to end, which the node of the session that pulls it is too old for: pull it in a session of a newer node."
    );

    /// <summary>Redundant sound has to be opened for viewers without it.</summary>
    public static readonly CallsError NoRedundancy = new(
        CallsErrorCode.InvalidParams,
        "e2ee: the section prefers redundant sound (red before opus), which has to be read here for viewers that do not take it: put opus first."
    );

    /// <summary>The track is there, its media is not.</summary>
    public static readonly CallsError Empty = new(
        CallsErrorCode.TrackEmpty,
        "The track exists, but no packet of it came in time.",
        TimeSpan.FromSeconds(1)
    );

    /// <summary>The name is taken.</summary>
    public static readonly CallsError Repeated = new(
        CallsErrorCode.TrackRepeated,
        "The session publishes a track of this name already."
    );

    /// <summary>There is nothing to close.</summary>
    public static readonly CallsError NotOpen = new(
        CallsErrorCode.CloseTrack,
        "Track doesn't exist or was already closed."
    );

    /// <summary>There is nothing to update.</summary>
    public static readonly CallsError NotPulled = new(
        CallsErrorCode.UpdateTrack,
        "The session pulls no such track, and mid names no section that could carry it."
    );

    /// <summary>Another server wants another transport.</summary>
    public static readonly CallsError NoReplacement = new(
        CallsErrorCode.InvalidSessionDescription,
        "The other server's description begins another transport; make a new session for it."
    );

    /// <summary>An offer without data channels where they are to be established.</summary>
    public static readonly CallsError NoApplication = new(
        CallsErrorCode.InvalidSessionDescription,
        "The offer has no m=application section: create a data channel before the offer."
    );

    /// <summary>Data channels without their transport.</summary>
    public static readonly CallsError NoChannels = new(
        CallsErrorCode.InvalidParams,
        "The session has no transport for data channels: call datachannels/establish first, or offer an m=application section."
    );

    /// <summary>The transport did not connect in time.</summary>
    public static readonly CallsError Connecting = new(
        CallsErrorCode.SessionConnecting,
        "The session's transport is not connected yet.",
        TimeSpan.FromSeconds(1)
    );

    /// <summary>The channel is not there.</summary>
    public static readonly CallsError ChannelNotFound = new(
        CallsErrorCode.TrackNotFound,
        "The session publishes no data channel of this name.",
        TimeSpan.FromSeconds(1)
    );

    /// <summary>A channel without a name.</summary>
    public static readonly CallsError NoChannelName = new(
        CallsErrorCode.InvalidParams,
        "dataChannelName is missing."
    );

    /// <summary>The name is taken.</summary>
    public static readonly CallsError ChannelRepeated = new(
        CallsErrorCode.TrackRepeated,
        "The session publishes a data channel of this name already."
    );

    /// <summary>No id is left.</summary>
    public static readonly CallsError TooManyChannels = new(
        CallsErrorCode.InvalidParams,
        $"A session has {ChannelLimits.ChannelsMax} data channels at most."
    );

    /// <summary>The id that another server gave cannot be had.</summary>
    public static readonly CallsError NoSuchId = new(
        CallsErrorCode.InvalidParams,
        "id: one from 1 to 65534 that no channel of the session has is expected; without it, the channel is opened under its name."
    );

    /// <summary>The session reads the channel often enough.</summary>
    public static readonly CallsError TooManyReaders = new(
        CallsErrorCode.InvalidParams,
        $"A session reads one data channel {ChannelLimits.ReadersOfOneMax} times at most."
    );

    /// <summary>Somebody else replies already.</summary>
    public static readonly CallsError ReplierTaken = new(
        CallsErrorCode.InvalidParams,
        "Another reader of this data channel has canReply: revoke it first."
    );

    /// <summary>There is nothing to update.</summary>
    public static readonly CallsError NoSuchReader = new(
        CallsErrorCode.UpdateTrack,
        "The session reads no such data channel."
    );

    /// <summary>There is nothing to close.</summary>
    public static readonly CallsError NoSuchChannel = new(
        CallsErrorCode.CloseTrack,
        "Data channel doesn't exist or was already closed."
    );

    /// <summary>An offer was needed.</summary>
    public static readonly CallsError NoOffer = new(
        CallsErrorCode.InvalidSessionDescription,
        "sessionDescription with an offer is needed unless force is true."
    );

    /// <summary>An offer was wanted and an answer came, or the other way round.</summary>
    public static CallsError WrongType(string wanted) =>
        new(
            CallsErrorCode.InvalidSessionDescription,
            $"sessionDescription.type has to be \"{wanted}\" here."
        );

    /// <summary>The SDP cannot be read.</summary>
    public static CallsError Unreadable(string? sentence) =>
        new(
            CallsErrorCode.InvalidSessionDescription,
            sentence ?? "The session description cannot be read."
        );

    /// <summary>A step of the negotiation was refused.</summary>
    public static CallsError From(SessionStep.Refused refused) =>
        new(CallsErrorCode.InvalidSessionDescription, refused.Sentence);

    /// <summary>There is no port left for a session with another server.</summary>
    public static CallsError NoPort(TimeSpan retryAfter) =>
        Overloaded("The node has no port left for another server now.", retryAfter);

    /// <summary>The node has no room.</summary>
    public static CallsError Overloaded(string sentence, TimeSpan retryAfter) =>
        new(CallsErrorCode.Overloaded, sentence, retryAfter);
}
