using System.Collections.Immutable;
using System.Net.Sockets;
using Edge.Native.Sockets;

namespace Edge.Node.Front;

/// <summary>Which processes of this machine the front's listeners are taken from and given to. The place where edges meet is
/// known to everybody, and who has a listener has its connections.</summary>
/// <remarks>Threads: any.</remarks>
/// <param name="users">The users whose processes they are.</param>
internal sealed class FrontTrust(ImmutableArray<uint> users)
{
    /// <summary>This process's own user, and root, who needs nobody's leave.</summary>
    public static FrontTrust Own { get; } = new([LocalPeer.OwnUser, LocalPeer.Root]);

    /// <summary>The users whose processes they are.</summary>
    public ImmutableArray<uint> Users => users;

    /// <summary>Why the process at the other end of a link is not one of them, as a sentence; null when it is.</summary>
    public string? RefusalOf(SafeSocketHandle link)
    {
        var error = LocalPeer.TryReadUser(link, out var user);
        if (error != SystemError.None)
        {
            return $"The system does not say whose process it is ({error}).";
        }

        return users.Contains(user) ? null : $"It is a process of another user ({user}).";
    }
}
