using Control.Contract.Calls;

namespace Control.Contract;

/// <summary>What control asks of an edge node: sessions made, changed and ended by SDP.</summary>
/// <remarks>
/// Implementations: the node in the same process (standalone), a proxy of one in another process, and all
/// nodes of all PoPs as one. Nothing here throws for what a client did wrong, nor for a node that cannot be
/// reached: refusals are values. Threads: any.
/// </remarks>
public interface IMediaNode
{
    /// <summary>The session and track API of the node; null where it offers none.</summary>
    ICallsNode? Calls { get; }

    /// <summary>Makes a session that publishes the tracks of an offer under a stream's name. A publisher
    /// that is already there under the name is replaced: the newest generation wins.</summary>
    ValueTask<SessionResult> PublishAsync(SessionRequest request, CancellationToken cancellation);

    /// <summary>Makes a session that plays a stream.</summary>
    ValueTask<SessionResult> PlayAsync(SessionRequest request, CancellationToken cancellation);

    /// <summary>Applies the ICE fragment of a PATCH: trickled candidates or an ICE restart.</summary>
    ValueTask<IceUpdateResult> UpdateIceAsync(
        IceUpdateRequest request,
        CancellationToken cancellation
    );

    /// <summary>Changes what a player is sent, or who is told of it.</summary>
    ValueTask<PlayerChangeResult> ChangePlayerAsync(
        PlayerChange change,
        CancellationToken cancellation
    );

    /// <summary>Ends a session at once.</summary>
    ValueTask<CloseResult> CloseAsync(SessionKey session, CancellationToken cancellation);

    /// <summary>Ends every session of an app, those of <see cref="Calls"/> too, without waiting for their
    /// goodbyes.</summary>
    ValueTask CloseAppAsync(string appId);

    /// <summary>What is known of a session.</summary>
    ValueTask<DescribeResult> DescribeAsync(SessionKey session, CancellationToken cancellation);

    /// <summary>Whether a stream has a publisher whose media can be played now.</summary>
    ValueTask<bool> IsLiveAsync(StreamKey stream, CancellationToken cancellation);

    /// <summary>How many viewers streams have on the node; 0 of what it does not know.</summary>
    ValueTask<ViewerCountResult> CountViewersAsync(
        ViewerCountRequest request,
        CancellationToken cancellation
    );

    /// <summary>Totals of the node.</summary>
    NodeReport Report();
}
