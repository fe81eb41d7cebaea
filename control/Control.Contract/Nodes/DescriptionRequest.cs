using Control.Contract.Calls;

namespace Control.Contract.Nodes;

/// <summary>Brings the session description of a client.</summary>
/// <param name="Session">Its session.</param>
/// <param name="Description">The description; null where none is needed.</param>
public sealed record DescriptionRequest(SessionKey Session, SessionSdp? Description);
