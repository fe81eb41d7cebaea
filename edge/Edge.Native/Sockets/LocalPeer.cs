using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Edge.Native.Sockets;

/// <summary>Who is at the other end of a connection between processes of this machine.</summary>
/// <remarks>Threads: any. Source: unix(7), SO_PEERCRED.</remarks>
public static unsafe class LocalPeer
{
    /// <summary>The user that may do everything.</summary>
    public const uint Root = 0;

    /// <summary><c>struct ucred</c>: process, user and group, 32 bits each.</summary>
    private const int CredentialBytes = 12;
    private const int UserOffset = 4;

    /// <summary>The user whose rights this process has.</summary>
    public static uint OwnUser => LibC.EffectiveUser();

    /// <summary>Reads the user whose rights the process at the other end had when it connected, or began to listen. The kernel
    /// says so, not the process.</summary>
    /// <param name="link">The connection.</param>
    /// <param name="user">The user's number; <see cref="uint.MaxValue"/>, which nobody has, when there is an error.</param>
    public static SystemError TryReadUser(SafeSocketHandle link, out uint user)
    {
        ArgumentNullException.ThrowIfNull(link);
        user = uint.MaxValue;
        var isHeld = false;
        try
        {
            link.DangerousAddRef(ref isHeld);
            var credentials = stackalloc byte[CredentialBytes];
            uint length = CredentialBytes;
            if (
                LibC.ReadOption(
                    (int)link.DangerousGetHandle(),
                    LibC.LevelSocket,
                    LibC.OptionPeerCredentials,
                    (int*)credentials,
                    &length
                ) != 0
            )
            {
                return LibC.LastError;
            }

            user = MemoryMarshal.Read<uint>(
                new ReadOnlySpan<byte>(credentials, CredentialBytes)[UserOffset..]
            );
            return SystemError.None;
        }
        finally
        {
            if (isHeld)
            {
                link.DangerousRelease();
            }
        }
    }
}
