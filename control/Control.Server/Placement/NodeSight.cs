using Control.Contract.Nodes;

namespace Control.Server.Placement;

/// <summary>A node as this process sees it now.</summary>
/// <param name="Announcement">The last it said.</param>
/// <param name="Standing">Whether it is there.</param>
/// <param name="PlacedCount">Sessions that were made there since it said so.</param>
/// <param name="IsAvoided">Whether it failed lately: others are tried first.</param>
internal sealed record NodeSight(
    NodeAnnouncement Announcement,
    NodeStanding Standing,
    int PlacedCount = 0,
    bool IsAvoided = false
)
{
    /// <summary>Who it is.</summary>
    public NodeAddress Address => Announcement.Address;

    /// <summary>Whether it takes one more session.</summary>
    public bool TakesSessions =>
        Standing == NodeStanding.Alive
        && Announcement.HasRoom
        && Announcement.Sessions + PlacedCount < Announcement.SessionsMax;

    /// <summary>How busy it is, with what was placed there since it last said so.</summary>
    public double Load =>
        Announcement.Load + ((double)PlacedCount / Math.Max(1, Announcement.SessionsMax));
}
