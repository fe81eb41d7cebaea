using Edge.Primitives;

namespace Edge.Node.Sessions;

/// <summary>How a track is to be sent to one viewer, beside its layer.</summary>
/// <param name="Priority">Who comes first where the viewer's network does not carry everything.</param>
/// <param name="Minimum">Pictures of less are not wanted, unless there are no better ones.</param>
/// <param name="IsPaused">Whether nothing is sent for now.</param>
internal readonly record struct PlayTerms(int Priority, Bitrate Minimum, bool IsPaused);
