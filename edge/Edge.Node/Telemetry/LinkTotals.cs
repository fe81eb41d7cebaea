namespace Edge.Node.Telemetry;

/// <summary>What went over one direction of a session: counted from a start, or between two looks.</summary>
/// <param name="Packets">Media packets that were sent, without repetitions.</param>
/// <param name="Bytes">Bytes of those that came, or were sent.</param>
/// <param name="Lost">Packets lost, as reports count them; late ones may lower it again.</param>
internal readonly record struct LinkTotals(long Packets, long Bytes, long Lost)
{
    /// <summary>Both together.</summary>
    public static LinkTotals operator +(LinkTotals one, LinkTotals other) =>
        new(one.Packets + other.Packets, one.Bytes + other.Bytes, one.Lost + other.Lost);

    /// <summary>What came to it since an earlier look.</summary>
    public static LinkTotals operator -(LinkTotals now, LinkTotals before) =>
        new(now.Packets - before.Packets, now.Bytes - before.Bytes, now.Lost - before.Lost);
}
