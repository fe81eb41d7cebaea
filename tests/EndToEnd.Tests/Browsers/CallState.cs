namespace EndToEnd.Tests.Browsers;

/// <summary>What the page of a call says about itself.</summary>
/// <param name="View">loading, lobby, in-call or ended.</param>
/// <param name="State">outside, joining, live, reconnecting, left or failed.</param>
/// <param name="Message">What it says about that.</param>
/// <param name="SessionId">Its session; empty without one.</param>
/// <param name="IsChatOpen">Whether it can write.</param>
/// <param name="Messages">What was written.</param>
/// <param name="Tiles">Who and what is to be seen.</param>
internal sealed record CallState(
    string View,
    string State,
    string Message,
    string SessionId,
    bool IsChatOpen,
    IReadOnlyList<CallMessage> Messages,
    IReadOnlyList<CallTile> Tiles
)
{
    /// <summary>The tile of another person.</summary>
    public CallTile? Of(string name) =>
        Tiles.FirstOrDefault(tile =>
            !tile.IsOwn
            && !tile.IsScreen
            && string.Equals(tile.Name, name, StringComparison.Ordinal)
        );

    /// <summary>Whether so many people are to be seen, this one among them, and all of them move.</summary>
    public bool Sees(int people) =>
        State is "live"
        && Tiles.Count == people
        && Tiles.All(tile => tile is { Frames: > 0, Width: > 0, Height: > 0, IsStalled: false });

    /// <summary>With every tile, for the message of a wait that was in vain.</summary>
    public override string ToString() =>
        $"{View}, {State} {Message} {SessionId}: {string.Join("; ", Tiles)}; {Messages.Count} messages";
}
