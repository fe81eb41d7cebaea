using System.Globalization;

namespace Control.Contract.Nodes;

/// <summary>The subjects by which processes find nodes.</summary>
public static class NodeSubject
{
    /// <summary>What every node of every PoP says of itself.</summary>
    public const string Announcements = "nodes.*.*";

    private const string AnnouncementPrefix = "nodes.";

    /// <summary>Where a node takes requests.</summary>
    public static string Requests(NodeAddress node) => $"node.{node}";

    /// <summary>Where a node says how it is.</summary>
    public static string Announcement(NodeAddress node) => $"{AnnouncementPrefix}{node}";

    /// <summary>What every node of a PoP says of itself.</summary>
    public static string AnnouncementsOf(ushort pop) =>
        string.Create(CultureInfo.InvariantCulture, $"{AnnouncementPrefix}{pop}.*");

    /// <summary>Whose announcements come on a subject.</summary>
    public static bool TryParseAnnouncement(ReadOnlySpan<char> subject, out NodeAddress node)
    {
        node = default;
        return subject.StartsWith(AnnouncementPrefix, StringComparison.Ordinal)
            && NodeAddress.TryParse(subject[AnnouncementPrefix.Length..], out node);
    }
}
