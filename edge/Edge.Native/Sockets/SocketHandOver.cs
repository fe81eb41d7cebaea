using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Edge.Native.Sockets;

/// <summary>Gives open connections to another process of the machine, which finds them as if it had accepted them itself.</summary>
/// <remarks>
/// Each travels over a connection of its own to the stream socket that the other process listens at, with one byte: so there is
/// no link to keep or to repair, and a process that is not there, or takes nothing more, is an error at once. Source: unix(7),
/// SCM_RIGHTS. Threads: any.
/// </remarks>
public sealed unsafe class SocketHandOver
{
    /// <summary>Longest path in bytes: sun_path with its closing zero (unix(7)).</summary>
    public const int PathBytesMax = 107;

    /// <summary>The byte with which each descriptor travels.</summary>
    public const byte Sign = 1;

    /// <summary>How often a connect is begun again that a signal ended. Chosen: signals are rare, and the bound is of time.</summary>
    private const int ConnectsMax = 3;

    /// <summary>Room for one descriptor, aligned as <c>CMSG_SPACE</c>.</summary>
    private const int ControlBytes = ControlMessages.HeaderBytes + 8;

    private readonly byte[] _address;

    /// <summary>Names the other process's socket; nothing is opened.</summary>
    /// <param name="path">Its path; one that begins with a zero is a name that no file has (unix(7), abstract).</param>
    public SocketHandOver(string path)
    {
        var length = Encoding.UTF8.GetByteCount(path);
        if (length > PathBytesMax)
        {
            throw new ArgumentException("The path is too long for a socket.", nameof(path));
        }

        // Of a name without a file each byte counts, a closing zero, too.
        var isAbstract = path.StartsWith('\0');
        _address = new byte[sizeof(ushort) + length + (isAbstract ? 0 : 1)];
        MemoryMarshal.Write(_address, (ushort)LibC.FamilyUnix);
        Encoding.UTF8.GetBytes(path, _address.AsSpan(sizeof(ushort)));
    }

    /// <summary>Gives a connection away. The socket here stays the caller's, to be disposed in either case; nothing may watch
    /// it any more.</summary>
    /// <returns><see cref="SystemError.NoSuchFile"/> and <see cref="SystemError.ConnectionRefused"/>: nobody listens;
    /// <see cref="SystemError.WouldBlock"/>: somebody does, and takes nothing more.</returns>
    public SystemError Give(TcpSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var descriptor = LibC.Socket(
            LibC.FamilyUnix,
            LibC.SocketStream | LibC.SocketNonBlocking | LibC.SocketCloseOnExec,
            0
        );
        if (descriptor < 0)
        {
            return LibC.LastError;
        }

        socket.ForgetOptions();
        var error = Connect(descriptor);
        if (error == SystemError.None)
        {
            error = Send(descriptor, socket.Descriptor);
        }

        _ = LibC.Close(descriptor);
        return error;
    }

    /// <summary>Connects to the other process, for what is more than one connection given away.</summary>
    /// <remarks>The kernel bounds the wait (SO_SNDTIMEO): a non-blocking connect to a full queue fails at once, and nothing tells
    /// when there is room (connect(2), EAGAIN).</remarks>
    /// <param name="within">How long it may take where the queue of those that wait is full; up to three times as long when
    /// signals come.</param>
    /// <param name="link">The connection, which blocks; the caller's. Null when there is none.</param>
    /// <returns>As <see cref="Give(TcpSocket)"/>.</returns>
    public SystemError TryConnect(TimeSpan within, out SafeSocketHandle? link)
    {
        link = null;
        var descriptor = LibC.Socket(
            LibC.FamilyUnix,
            LibC.SocketStream | LibC.SocketCloseOnExec,
            0
        );
        if (descriptor < 0)
        {
            return LibC.LastError;
        }

        var error = ConnectWithin(descriptor, within);
        if (error == SystemError.None)
        {
            link = new SafeSocketHandle(descriptor, ownsHandle: true);
            return error;
        }

        _ = LibC.Close(descriptor);
        return error;
    }

    /// <summary>Gives a listener to the process at the other end of a connection. It stays open here, too.</summary>
    /// <param name="to">The connection.</param>
    /// <param name="listener">The listener.</param>
    public static SystemError Give(SafeSocketHandle to, TcpListener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        return Give(to, listener.Descriptor);
    }

    /// <summary>Gives a socket for datagrams to the process at the other end of a connection. It is one socket with two owners
    /// then: what comes waits in one queue, and the port is open until both have closed it.</summary>
    /// <param name="to">The connection.</param>
    /// <param name="socket">The socket.</param>
    public static SystemError Give(SafeSocketHandle to, UdpSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return Give(to, socket.Descriptor);
    }

    /// <summary>Gives a connection to the process at the other end of another one, which goes on with it as it is. It stays open
    /// here, too; nothing may watch it any more.</summary>
    /// <param name="to">The connection between the processes.</param>
    /// <param name="socket">The one that is given.</param>
    public static SystemError Give(SafeSocketHandle to, TcpSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return Give(to, socket.Descriptor);
    }

    private static SystemError Give(SafeSocketHandle to, int given)
    {
        ArgumentNullException.ThrowIfNull(to);
        var isHeld = false;
        try
        {
            to.DangerousAddRef(ref isHeld);
            return Send((int)to.DangerousGetHandle(), given);
        }
        finally
        {
            if (isHeld)
            {
                to.DangerousRelease();
            }
        }
    }

    /// <summary>Takes what was given over a connection that was accepted.</summary>
    /// <param name="from">The accepted connection; it must have bytes to read.</param>
    /// <param name="taken">What was given; the caller's. Null when nothing was.</param>
    public static SystemError Take(SafeSocketHandle from, out SafeSocketHandle? taken)
    {
        ArgumentNullException.ThrowIfNull(from);
        taken = null;
        var isHeld = false;
        try
        {
            from.DangerousAddRef(ref isHeld);
            var error = Receive((int)from.DangerousGetHandle(), out var descriptor);
            taken = descriptor < 0 ? null : new SafeSocketHandle(descriptor, ownsHandle: true);
            return error;
        }
        finally
        {
            if (isHeld)
            {
                from.DangerousRelease();
            }
        }
    }

    private SystemError Connect(int descriptor)
    {
        fixed (byte* address = _address)
        {
            return LibC.Connect(descriptor, address, (uint)_address.Length) == 0
                ? SystemError.None
                : LibC.LastError;
        }
    }

    private SystemError ConnectWithin(int descriptor, TimeSpan within)
    {
        // A timeval: seconds and microseconds. All zero would be no limit.
        var limit = stackalloc long[2];
        limit[0] = within.Ticks / TimeSpan.TicksPerSecond;
        limit[1] = within.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        if (
            LibC.SetOption(
                descriptor,
                LibC.LevelSocket,
                LibC.OptionSendTimeout,
                (int*)limit,
                2 * sizeof(long)
            ) != 0
        )
        {
            return LibC.LastError;
        }

        var error = SystemError.Interrupted;
        for (var tried = 0; error == SystemError.Interrupted && tried < ConnectsMax; tried++)
        {
            error = Connect(descriptor);
        }

        return error;
    }

    private static SystemError Send(int descriptor, int given)
    {
        var one = Sign;
        var vector = new IoVector { Base = &one, Length = 1 };
        var control = stackalloc byte[ControlBytes];
        var body = new Span<byte>(control, ControlBytes);
        body.Clear();
        ControlMessages.WriteHeader(body, sizeof(int), LibC.LevelSocket, LibC.MessageRights);
        MemoryMarshal.Write(body[ControlMessages.HeaderBytes..], given);
        var header = new MessageHeader
        {
            Vectors = &vector,
            VectorCount = 1,
            Control = control,
            ControlLength = ControlBytes,
        };
        return
            LibC.SendMessages(descriptor, &header, 1, LibC.MessageDontWait | LibC.MessageNoSignal)
            == 1
            ? SystemError.None
            : LibC.LastError;
    }

    /// <summary>Reads one byte and the descriptor beside it, -1 when there is none. Where more were sent the kernel closes those
    /// that find no room.</summary>
    private static SystemError Receive(int descriptor, out int received)
    {
        received = -1;
        byte one = 0;
        var vector = new IoVector { Base = &one, Length = 1 };
        var control = stackalloc byte[ControlBytes];
        var header = new MessageHeader
        {
            Vectors = &vector,
            VectorCount = 1,
            Control = control,
            // Not the padding: a second descriptor would fit there.
            ControlLength = ControlMessages.HeaderBytes + sizeof(int),
        };
        var count = LibC.ReceiveMessages(
            descriptor,
            &header,
            1,
            LibC.MessageDontWait | LibC.MessageCloseOnExec,
            null
        );
        if (count != 1)
        {
            return LibC.LastError;
        }

        if (
            ControlMessages.TryFind(
                new ReadOnlySpan<byte>(control, (int)header.ControlLength),
                LibC.LevelSocket,
                LibC.MessageRights,
                sizeof(int),
                out var body
            )
        )
        {
            received = MemoryMarshal.Read<int>(body);
        }

        return SystemError.None;
    }
}
