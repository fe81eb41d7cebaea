namespace Anycast.Bird.Replies;

/// <summary>Reads the list of protocols.</summary>
public static class BirdProtocols
{
    // Name, protocol, table, state, since; then whatever the protocol says of itself.
    private const int NameColumn = 0;
    private const int StateColumn = 3;

    /// <summary>The state of a protocol of this name; null when the answer has none.</summary>
    public static BirdProtocolState? Find(IReadOnlyList<BirdLine> lines, string name)
    {
        ArgumentNullException.ThrowIfNull(lines);
        foreach (var line in lines)
        {
            if (line.Code != BirdCode.ProtocolEntry)
            {
                continue;
            }

            var columns = line.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (
                columns.Length > StateColumn
                && string.Equals(columns[NameColumn], name, StringComparison.Ordinal)
            )
            {
                return ToState(columns[StateColumn]);
            }
        }

        return null;
    }

    private static BirdProtocolState ToState(string text) =>
        text switch
        {
            "up" => BirdProtocolState.Up,
            "down" => BirdProtocolState.Down,
            _ => BirdProtocolState.Between,
        };
}
