namespace Edge.Node.HandOver.Deciding;

/// <summary>What a node that departs does next.</summary>
internal enum DepartureStep : byte
{
    /// <summary>Asks the others what they would take.</summary>
    Ask,

    /// <summary>Looks which sessions could go, in groups.</summary>
    Find,

    /// <summary>Gives a group away, beside those that are on their way.</summary>
    Give,

    /// <summary>Waits until a group that is on its way is over.</summary>
    Await,

    /// <summary>Waits for the next round.</summary>
    Pause,

    /// <summary>What has not gone stays.</summary>
    Over,
}
