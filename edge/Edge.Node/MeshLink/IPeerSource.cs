using Control.Contract.Calls;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions.Calls;

namespace Edge.Node.MeshLink;

/// <summary>What a node can say to others about its tracks and data channels.</summary>
internal interface IPeerSource
{
    /// <summary>Finds a track of a session of this node, waiting for its name and its first packet.</summary>
    ValueTask<CallsResult<CallsTrack>> FindTrackAsync(
        TrackQuestion question,
        CancellationToken cancellation
    );

    /// <summary>Finds a data channel that a session of this node publishes, waiting for its name.</summary>
    ValueTask<CallsResult<CallsChannel>> FindChannelAsync(
        ChannelQuestion question,
        CancellationToken cancellation
    );
}
