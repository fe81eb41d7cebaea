using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;

namespace Edge.Native.Sockets;

/// <summary>A non-blocking UDP socket that may share its port with the other shards (SO_REUSEPORT) and
/// moves datagrams in batches.</summary>
/// <remarks>
/// Threads: one owner. Errors: values; an ICMP error that the kernel hands over is no trouble of the
/// socket and is skipped. Source: socket(7), udp(7), ip(7), ipv6(7).
/// </remarks>
public sealed unsafe class UdpSocket : IDisposable
{
    /// <summary>How often a call is repeated after a signal or an ICMP error before giving up for now.
    /// Chosen: one more than the errors that can be pending at once (one) plus signals in a row.</summary>
    private const int AttemptsMax = 4;

    /// <summary>Batches without segments after a refusal. Chosen: what a refusal costs, a call for each message, is then
    /// less than a thousandth.</summary>
    private const int BatchesWhole = 1024;

    private readonly int _family;
    private readonly bool _allowsSegments;
    private int _descriptor;
    private int _batchesWhole;

    private UdpSocket(int descriptor, int family, NetworkAddress local, UdpSocketOptions options)
    {
        _descriptor = descriptor;
        _family = family;
        Local = local;
        ReportsLocalAddress = options.IsWildcard;
        // Kernels before 4.18 do not know the option, and would send a run as one datagram.
        _allowsSegments =
            options.AllowsSegments
            && SocketCalls.TrySet(descriptor, LibC.LevelUdp, LibC.OptionUdpSegment, 0);
    }

    /// <summary>The bound address, with the port the kernel chose if it was asked to.</summary>
    public NetworkAddress Local { get; }

    /// <summary>Whether each datagram tells its local address (the socket is bound to a wildcard).</summary>
    public bool ReportsLocalAddress { get; }

    /// <summary>Whether the kernel cuts messages into datagrams (UDP_SEGMENT). After a refusal it is taken not to for a
    /// while: a way out without checksums, or one with a smaller MTU, may be that of few destinations.</summary>
    public bool CanSegment => _allowsSegments && _batchesWhole == 0;

    /// <summary>Bytes the kernel really reserves for reception (twice what was asked, socket(7)).</summary>
    public int ReceiveBufferBytes => ReadOption(LibC.LevelSocket, LibC.OptionReceiveBuffer);

    internal int Descriptor => _descriptor;

    internal int Family => _family;

    /// <summary>Opens and binds; the error names what the kernel refused.</summary>
    public static SystemError TryOpen(
        UdpSocketOptions options,
        [NotNullWhen(true)] out UdpSocket? socket
    )
    {
        socket = null;
        var error = SocketCalls.TryCreate(
            options.Local,
            LibC.SocketDatagram,
            out var family,
            out var descriptor
        );
        if (error != SystemError.None)
        {
            return error;
        }

        error = Configure(descriptor, family, options);
        if (error == SystemError.None)
        {
            error = Bind(descriptor, family, options);
        }

        if (error != SystemError.None)
        {
            _ = LibC.Close(descriptor);
            return error;
        }

        socket = new(descriptor, family, SocketCalls.BoundAddress(descriptor), options);
        return SystemError.None;
    }

    /// <summary>Lets a byte of each datagram choose which of the sockets that share this one's port gets it: modulo how many
    /// there are, the first that was bound is 0. To be asked of one of them, when all are bound.</summary>
    /// <param name="offset">Where in the datagram the byte is; shorter datagrams go to the first socket.</param>
    /// <param name="sockets">How many share the port.</param>
    public SystemError ChooseByByte(int offset, int sockets) =>
        PortFilter.Attach(_descriptor, offset, sockets);

    /// <summary>Receives up to as many datagrams as the batch has buffers prepared; returns how many came,
    /// 0 when none is waiting.</summary>
    [HotPath]
    public int Receive(ReceiveBatch batch)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            batch.Prepare();
            var count = LibC.ReceiveMessages(
                _descriptor,
                batch.Headers,
                unchecked((uint)batch.PreparedCount),
                LibC.MessageDontWait,
                timeout: null
            );
            if (count >= 0)
            {
                batch.Complete(count);
                return count;
            }

            if (LibC.LastError == SystemError.WouldBlock)
            {
                break;
            }
        }

        batch.Complete(0);
        return 0;
    }

    /// <summary>Sends everything the batch holds and empties it; returns how many datagrams the kernel took.
    /// A datagram it refuses is skipped; when it has no room the rest is dropped, as a full queue on the
    /// path would. A message that it does not cut goes datagram by datagram.</summary>
    [HotPath]
    public int Send(SendBatch batch)
    {
        var sent = 0;
        var next = 0;
        var waiting = batch.Count;
        var count = batch.Seal(_family, ReportsLocalAddress);
        _batchesWhole -= _batchesWhole > 0 ? 1 : 0;
        while (next < count)
        {
            var taken = SendFrom(batch, next, count - next);
            for (var index = 0; index < taken; index++)
            {
                sent += batch.Segments(next++);
            }

            if (taken > 0)
            {
                continue;
            }

            var error = LibC.LastError;
            if (error is SystemError.WouldBlock or SystemError.NoBuffers)
            {
                break;
            }

            if (error != SystemError.Interrupted)
            {
                sent += SendSegments(batch, next++, error);
            }
        }

        batch.Empty(refused: waiting - sent);
        return sent;
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

    /// <summary>Sends one message that was refused datagram by datagram, if it is more than one.</summary>
    private int SendSegments(SendBatch batch, int index, SystemError error)
    {
        var segments = batch.Segments(index);
        if (segments == 1)
        {
            return 0;
        }

        if (error is SystemError.InputOutput or SystemError.InvalidArgument)
        {
            _batchesWhole = BatchesWhole;
        }

        var sent = 0;
        for (var segment = 0; segment < segments; segment++)
        {
            batch.SealSegment(index, segment, _family, ReportsLocalAddress);
            sent += Math.Max(SendFrom(batch, index, 1), 0);
        }

        return sent;
    }

    private int SendFrom(SendBatch batch, int first, int count) =>
        LibC.SendMessages(
            _descriptor,
            batch.Headers + first,
            unchecked((uint)count),
            LibC.MessageDontWait
        );

    /// <summary>Binds to a port that others may share, or to any that nobody has: a socket that may share is given the
    /// port of another such socket when it asks for any, so it says only afterwards that it may.</summary>
    private static SystemError Bind(int descriptor, int family, UdpSocketOptions options)
    {
        var isGiven = options.Local.Port != 0;
        if (options.SharesPort && isGiven && !TryShare(descriptor))
        {
            return LibC.LastError;
        }

        var error = SocketCalls.Bind(descriptor, family, options.Local);
        return error == SystemError.None && options.SharesPort && !isGiven && !TryShare(descriptor)
            ? LibC.LastError
            : error;
    }

    private static bool TryShare(int descriptor) =>
        SocketCalls.TrySet(descriptor, LibC.LevelSocket, LibC.OptionReusePort, 1);

    private static SystemError Configure(int descriptor, int family, UdpSocketOptions options)
    {
        var isIPv6 = family == LibC.FamilyIPv6;
        if (
            (isIPv6 && !SocketCalls.TrySet(descriptor, LibC.LevelIPv6, LibC.OptionIPv6Only, 0))
            || (options.IsWildcard && !AskForLocalAddress(descriptor, isIPv6))
        )
        {
            return LibC.LastError;
        }

        // Without it datagrams count as received when they were fetched.
        _ =
            options.StampsArrivals
            && SocketCalls.TrySet(descriptor, LibC.LevelSocket, LibC.OptionTimestamp, 1);

        // Path MTU: some kernels refuse the IPv4 option on an IPv6 socket; media still flows without.
        _ = SocketCalls.TrySet(
            descriptor,
            LibC.LevelIPv4,
            LibC.OptionMtuDiscoverIPv4,
            LibC.MtuDiscoverProbe
        );
        _ =
            isIPv6
            && SocketCalls.TrySet(
                descriptor,
                LibC.LevelIPv6,
                LibC.OptionMtuDiscoverIPv6,
                LibC.MtuDiscoverProbe
            );

        // Beyond rmem_max and wmem_max only a process with CAP_NET_ADMIN may go; others get the maximum.
        _ =
            SocketCalls.TrySet(
                descriptor,
                LibC.LevelSocket,
                LibC.OptionReceiveBufferForce,
                options.ReceiveBufferBytes
            )
            || SocketCalls.TrySet(
                descriptor,
                LibC.LevelSocket,
                LibC.OptionReceiveBuffer,
                options.ReceiveBufferBytes
            );
        _ =
            SocketCalls.TrySet(
                descriptor,
                LibC.LevelSocket,
                LibC.OptionSendBufferForce,
                options.SendBufferBytes
            )
            || SocketCalls.TrySet(
                descriptor,
                LibC.LevelSocket,
                LibC.OptionSendBuffer,
                options.SendBufferBytes
            );
        return SystemError.None;
    }

    private static bool AskForLocalAddress(int descriptor, bool isIPv6) =>
        isIPv6
            ? SocketCalls.TrySet(descriptor, LibC.LevelIPv6, LibC.OptionReceivePacketInfoIPv6, 1)
            : SocketCalls.TrySet(descriptor, LibC.LevelIPv4, LibC.OptionPacketInfoIPv4, 1);

    private int ReadOption(int level, int option)
    {
        var value = 0;
        uint length = sizeof(int);
        return LibC.ReadOption(_descriptor, level, option, &value, &length) == 0 ? value : 0;
    }
}
