using System.Net.Sockets;
using Edge.Native.Sockets;

namespace Edge.Host.Links;

/// <summary>Who is given the media sockets: who has one can read what clients send, nearly all of it encrypted, and can send from
/// the port.</summary>
/// <remarks>As for the front's listeners (<c>FrontTrust</c>), and besides the group: anycastd is a user of its own.</remarks>
internal static class WatcherTrust
{
    /// <summary>Why the process that listens at the other end is not to be given them, as a sentence; null when it is.</summary>
    public static string? RefusalOf(SafeSocketHandle link)
    {
        if (
            LocalPeer.TryReadUser(link, out var user) != SystemError.None
            || LocalPeer.TryReadGroup(link, out var group) != SystemError.None
        )
        {
            return "The system does not say whose process it is.";
        }

        return IsTrusted(user, group)
            ? null
            : $"It is a process of another user and group ({user}, {group}).";
    }

    /// <summary>Whether a process of a user and a first group is one of this one's user, of root, or of this one's group.</summary>
    public static bool IsTrusted(uint user, uint group) =>
        user == LocalPeer.OwnUser || user == LocalPeer.Root || group == LocalPeer.OwnGroup;
}
