namespace Anycast.Takeover;

/// <summary>What became of sessions and messages.</summary>
public struct TakeoverStats
{
    /// <summary>Sessions taken over.</summary>
    public long TakenOver;

    /// <summary>Sessions that left: another node owns them.</summary>
    public long Superseded;

    /// <summary>Sessions that were handed over.</summary>
    public long HandedOver;

    /// <summary>Sessions dropped for want of a majority.</summary>
    public long Dropped;

    /// <summary>Elections that were begun.</summary>
    public long Elections;

    /// <summary>Changes of voters that were ended.</summary>
    public long Changes;

    /// <summary>Messages that were read.</summary>
    public long MessagesIn;

    /// <summary>Frames and items that could not be read.</summary>
    public long Malformed;

    /// <summary>Messages that found no room to wait.</summary>
    public long Lost;
}
