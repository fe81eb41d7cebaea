using System.Collections.Immutable;

namespace Control.Contract.Calls;

/// <summary>Asks to end tracks.</summary>
/// <param name="Session">The session.</param>
/// <param name="Mids">Their m-sections.</param>
/// <param name="IsForced">Whether media ends without SDP.</param>
/// <param name="Offer">The client's offer with the sections stopped; required unless forced.</param>
public sealed record CloseTracksRequest(
    SessionKey Session,
    ImmutableArray<string> Mids,
    bool IsForced,
    SessionSdp? Offer
);
