using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Edge.Native.Sockets;

/// <summary>Who is at the other end of a connection between processes of this machine.</summary>
/// <remarks>Threads: any. Source: unix(7), SO_PEERCRED.</remarks>
public static unsafe class LocalPeer
{
    /// <summary>The user that may do everything.</summary>
    public const uint Root = 0;

    /// <summary>The user whose rights this process has.</summary>
    public static uint OwnUser => LibC.EffectiveUser();

    /// <summary>The first group of this process.</summary>
    public static uint OwnGroup => LibC.EffectiveGroup();

    /// <summary>Reads the user whose rights the process at the other end had when it connected, or began to listen. The kernel
    /// says so, not the process.</summary>
    /// <param name="link">The connection.</param>
    /// <param name="user">The user's number; <see cref="uint.MaxValue"/>, which nobody has, when there is an error.</param>
    public static SystemError TryReadUser(SafeSocketHandle link, out uint user)
    {
        var error = TryRead(link, out var credentials);
        user = error == SystemError.None ? credentials.User : uint.MaxValue;
        return error;
    }

    /// <summary>Reads the first group of the process at the other end, as <see cref="TryReadUser"/>.</summary>
    /// <param name="link">The connection.</param>
    /// <param name="group">The group's number; <see cref="uint.MaxValue"/> when there is an error.</param>
    public static SystemError TryReadGroup(SafeSocketHandle link, out uint group)
    {
        var error = TryRead(link, out var credentials);
        group = error == SystemError.None ? credentials.Group : uint.MaxValue;
        return error;
    }

    /// <summary>Reads the number of the process that connected, or began to listen, at the other end, as <see cref="TryReadUser"/>.
    /// When it has ended another process may have its number; while nobody else has its end, the link is over then.</summary>
    /// <param name="link">The connection.</param>
    /// <param name="process">Its number; 0 when there is an error, or when this process can see no number of it.</param>
    public static SystemError TryReadProcess(SafeSocketHandle link, out int process)
    {
        var error = TryRead(link, out var credentials);
        process = error == SystemError.None ? credentials.Process : 0;
        return error;
    }

    private static SystemError TryRead(SafeSocketHandle link, out Credentials credentials)
    {
        ArgumentNullException.ThrowIfNull(link);
        credentials = default;
        var isHeld = false;
        try
        {
            link.DangerousAddRef(ref isHeld);
            fixed (Credentials* read = &credentials)
            {
                var length = (uint)sizeof(Credentials);
                return
                    LibC.ReadOption(
                        (int)link.DangerousGetHandle(),
                        LibC.LevelSocket,
                        LibC.OptionPeerCredentials,
                        (int*)read,
                        &length
                    ) == 0
                    ? SystemError.None
                    : LibC.LastError;
            }
        }
        finally
        {
            if (isHeld)
            {
                link.DangerousRelease();
            }
        }
    }

    /// <summary><c>struct ucred</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Credentials
    {
        public int Process;
        public uint User;
        public uint Group;
    }
}
