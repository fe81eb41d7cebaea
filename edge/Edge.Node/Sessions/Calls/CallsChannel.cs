using Control.Contract.Calls;
using Edge.Node.Sessions.Channels;

namespace Edge.Node.Sessions.Calls;

/// <summary>A data channel of a session as the API knows it.</summary>
/// <param name="Location">Whether the client writes it or reads it.</param>
/// <param name="PublisherId">The session that publishes it.</param>
/// <param name="Name">Its name there.</param>
/// <param name="End">The channel at the client.</param>
internal sealed record CallsChannel(
    TrackLocation Location,
    string PublisherId,
    string Name,
    ChannelEnd End
);
