using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>A non-blocking TCP connection that sends at once what it is given, and takes little more than
/// the network does.</summary>
/// <remarks>Threads: one owner. Errors: values; never a signal. Source: tcp(7), recv(2), sendmsg(2).</remarks>
public sealed unsafe class TcpSocket : IDisposable
{
    /// <summary>Bytes not yet on the wire at which the kernel takes no more (TCP_NOTSENT_LOWAT). Chosen: seven
    /// packets, 0.2 s of a stream of 300 kbit/s: what waits here cannot be dropped any more, and where the
    /// network is fast nothing waits.</summary>
    private const int NotSentBytesMax = 8 * 1024;

    private int _descriptor;

    internal TcpSocket(int descriptor, NetworkAddress remote)
    {
        _descriptor = descriptor;
        Remote = remote;

        // Where the kernel refuses one of them, packets only wait longer.
        _ = SocketCalls.TrySet(descriptor, LibC.LevelTcp, LibC.OptionNoDelay, 1);
        _ = SocketCalls.TrySet(
            descriptor,
            LibC.LevelTcp,
            LibC.OptionNotSentLowWater,
            NotSentBytesMax
        );
    }

    /// <summary>The address of the other end.</summary>
    public NetworkAddress Remote { get; }

    /// <summary>Our address of the connection.</summary>
    public NetworkAddress Local => SocketCalls.BoundAddress(_descriptor);

    internal int Descriptor => _descriptor;

    /// <summary>Begins to connect, as a client: what is sent or received before it is connected would
    /// block.</summary>
    /// <param name="remote">The server.</param>
    /// <param name="socket">The connection.</param>
    /// <param name="receiveBufferBytes">Kernel buffer for what is not yet read; 0 for one that grows with
    /// need.</param>
    public static SystemError TryConnect(
        NetworkAddress remote,
        [NotNullWhen(true)] out TcpSocket? socket,
        int receiveBufferBytes = 0
    )
    {
        socket = null;
        var error = SocketCalls.TryCreate(
            remote,
            LibC.SocketStream,
            out var family,
            out var descriptor
        );
        if (error != SystemError.None)
        {
            return error;
        }

        // Before the handshake, which says how much it may grow.
        _ =
            receiveBufferBytes > 0
            && SocketCalls.TrySet(
                descriptor,
                LibC.LevelSocket,
                LibC.OptionReceiveBuffer,
                receiveBufferBytes
            );
        var address = stackalloc byte[SocketAddress.BytesMax];
        var length = SocketAddress.Write(
            new Span<byte>(address, SocketAddress.BytesMax),
            family,
            remote
        );
        if (
            LibC.Connect(descriptor, address, (uint)length) != 0
            && LibC.LastError is var refused and not SystemError.InProgress
        )
        {
            _ = LibC.Close(descriptor);
            return refused;
        }

        socket = new(descriptor, remote);
        return SystemError.None;
    }

    /// <summary>Goes on with a connection that another process has given (<see cref="SocketHandOver.Take"/>), in the middle of
    /// its stream.</summary>
    /// <param name="given">Owned from here on, unless it is no TCP connection.</param>
    public static TcpSocket? TryAdopt(SafeSocketHandle given)
    {
        ArgumentNullException.ThrowIfNull(given);
        var descriptor = (int)given.DangerousGetHandle();
        if (!SocketCalls.TryReadPeer(descriptor, out var remote))
        {
            return null;
        }

        given.SetHandleAsInvalid();
        return new(descriptor, remote);
    }

    /// <summary>Receives what has come, up to the room there is.</summary>
    /// <returns><see cref="SystemError.None"/> with 0 bytes: the other end sends no more.
    /// <see cref="SystemError.WouldBlock"/>: nothing has come. Anything else: the connection is over.</returns>
    [HotPath]
    public SystemError Receive(Span<byte> destination, out int length)
    {
        fixed (byte* pointer = destination)
        {
            var received = LibC.Receive(
                _descriptor,
                pointer,
                (nuint)destination.Length,
                LibC.MessageDontWait
            );
            length = (int)Math.Max(received, 0);
            return received >= 0 ? SystemError.None : ErrorOfCall();
        }
    }

    /// <summary>Shows what has come, which stays to be received.</summary>
    /// <returns>As <see cref="Receive"/>.</returns>
    public SystemError Peek(Span<byte> destination, out int length)
    {
        fixed (byte* pointer = destination)
        {
            var seen = LibC.Receive(
                _descriptor,
                pointer,
                (nuint)destination.Length,
                LibC.MessageDontWait | LibC.MessagePeek
            );
            length = (int)Math.Max(seen, 0);
            return seen >= 0 ? SystemError.None : ErrorOfCall();
        }
    }

    /// <summary>Lets the kernel take what it takes of any connection: for another owner, to whom a packet more or less that
    /// waits means nothing.</summary>
    internal void ForgetOptions() =>
        _ = SocketCalls.TrySet(_descriptor, LibC.LevelTcp, LibC.OptionNotSentLowWater, 0);

    /// <summary>Sends the pieces of a batch and empties it; tells how many bytes the kernel took.</summary>
    /// <returns><see cref="SystemError.WouldBlock"/> with 0 bytes: there is no room. Anything but that and
    /// <see cref="SystemError.None"/>: the connection is over.</returns>
    [HotPath]
    public SystemError Send(GatherBatch batch, out int length)
    {
        var header = batch.Seal();
        var taken = LibC.SendMessages(
            _descriptor,
            &header,
            1,
            LibC.MessageDontWait | LibC.MessageNoSignal
        );
        batch.Empty();
        length = taken > 0 ? (int)header.Length : 0;
        return taken > 0 ? SystemError.None : ErrorOfCall();
    }

    /// <summary>Ends it, in whichever processes it is open (<see cref="SocketHandOver"/>): the other end is told at once that
    /// nothing more comes. It stays to be disposed.</summary>
    public void ShutDown() => _ = LibC.ShutDown(_descriptor, LibC.ShutDownBoth);

    /// <summary>Closes it with a reset: the other end is told at once that nothing was or will be read, and
    /// nothing of it stays in the kernel (TIME_WAIT).</summary>
    public void Abort()
    {
        // struct linger: on, for 0 seconds.
        var linger = stackalloc int[2] { 1, 0 };
        _ = LibC.SetOption(
            _descriptor,
            LibC.LevelSocket,
            LibC.OptionLinger,
            linger,
            2 * sizeof(int)
        );
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            _ = LibC.Close(descriptor);
        }
    }

    /// <summary>A signal that came first is no end: the next readiness asks again.</summary>
    private static SystemError ErrorOfCall() =>
        LibC.LastError is var error and not SystemError.Interrupted
            ? error
            : SystemError.WouldBlock;
}
