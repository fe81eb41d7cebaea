namespace Control.Server.Placement;

/// <summary>Why a node gave no answer.</summary>
/// <param name="Kind">What kind of trouble.</param>
/// <param name="RetryAfter">When the node itself says to ask again, if it does.</param>
internal sealed record NodeFailure(NodeFailureKind Kind, TimeSpan? RetryAfter = null);
