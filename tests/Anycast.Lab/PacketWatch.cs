using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Edge.Processes.Links;

namespace Anycast.Lab;

/// <summary>Sees the packets at the anycast address of a node: when each came that was for it, and how many came from and went
/// to each port of clients. What nodes pass on to each other goes between their own addresses and is not seen. Needs root.</summary>
public sealed class PacketWatch : IDisposable
{
    /// <summary>ETH_P_ALL, in network order (packet(7)).</summary>
    private const ProtocolType Everything = (ProtocolType)0x0300;

    /// <summary>Longest that the kernel hands over: segments of TCP come joined.</summary>
    private const int PacketBytesMax = 65_536;

    private const int Header4Bytes = 20;
    private const int Header6Bytes = 40;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>How long it is known at least when a packet came, and at most twice as long: a lab may run for days. Chosen:
    /// more than any test waits.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private static readonly byte[] Address4 = IPAddress.Parse(LabPlan.Anycast4).GetAddressBytes();
    private static readonly byte[] Address6 = IPAddress.Parse(LabPlan.Anycast6).GetAddressBytes();

    private readonly Lock _lock = new();
    private readonly List<long> _came = [];
    private readonly Dictionary<int, long> _cameFrom = [];
    private readonly Dictionary<int, long> _sentTo = [];
    private readonly Socket _socket;
    private readonly Thread _thread;
    private volatile bool _isEnding;

    private PacketWatch(Socket socket)
    {
        _socket = socket;
        _thread = new Thread(Run) { IsBackground = true, Name = nameof(PacketWatch) };
        _thread.Start();
    }

    /// <summary>Begins.</summary>
    public static PacketWatch Start(NetworkSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        // Without the link's header: packets begin with that of IP.
        return new(
            space.Open(() => new Socket(AddressFamily.Packet, SocketType.Dgram, Everything))
        );
    }

    /// <summary>When the last one came (Stopwatch); null: none did.</summary>
    public long? LastCameAt
    {
        get
        {
            lock (_lock)
            {
                return _came.Count == 0 ? null : _came[^1];
            }
        }
    }

    /// <summary>When the first one came since a moment of the last five minutes (Stopwatch); null: none did.</summary>
    public long? FirstCameSince(long moment)
    {
        lock (_lock)
        {
            var index = _came.BinarySearch(moment);
            index = index < 0 ? ~index : index;
            return index < _came.Count ? _came[index] : null;
        }
    }

    /// <summary>How many came from a port of a client.</summary>
    public long CameFrom(int port)
    {
        lock (_lock)
        {
            return _cameFrom.GetValueOrDefault(port);
        }
    }

    /// <summary>How many it has sent to a port of a client.</summary>
    public long SentTo(int port)
    {
        lock (_lock)
        {
            return _sentTo.GetValueOrDefault(port);
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _isEnding = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Run()
    {
        var buffer = new byte[PacketBytesMax];
        while (!_isEnding)
        {
            if (_socket.Poll(LookEvery, SelectMode.SelectRead))
            {
                var length = _socket.Receive(buffer);
                Note(buffer.AsSpan(0, length), Stopwatch.GetTimestamp());
            }
        }
    }

    private void Note(ReadOnlySpan<byte> packet, long now)
    {
        var version = packet.Length < Header4Bytes ? 0 : packet[0] >> 4;
        if (version == 4)
        {
            var header = (packet[0] & 0xF) * 4;
            Note(packet[12..16], packet[16..20], packet[header..], Address4, now);
        }
        else if (version == 6 && packet.Length >= Header6Bytes)
        {
            Note(packet[8..24], packet[24..40], packet[Header6Bytes..], Address6, now);
        }
    }

    private void Note(
        ReadOnlySpan<byte> from,
        ReadOnlySpan<byte> to,
        ReadOnlySpan<byte> payload,
        ReadOnlySpan<byte> own,
        long now
    )
    {
        var isFromHere = from.SequenceEqual(own);
        var isForHere = to.SequenceEqual(own);
        // What is both asks the node from within.
        if (isFromHere == isForHere || payload.Length < 4)
        {
            return;
        }

        lock (_lock)
        {
            if (isForHere)
            {
                NoteCame(now);
                Count(_cameFrom, BinaryPrimitives.ReadUInt16BigEndian(payload));
                return;
            }

            Count(_sentTo, BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
        }
    }

    private void NoteCame(long now)
    {
        if (_came.Count > 0 && Stopwatch.GetElapsedTime(_came[0], now) > 2 * Kept)
        {
            // Rarely, for it moves all that stay.
            var old = _came.FindIndex(came => Stopwatch.GetElapsedTime(came, now) <= Kept);
            _came.RemoveRange(0, old < 0 ? _came.Count : old);
        }

        _came.Add(now);
    }

    private static void Count(Dictionary<int, long> counts, int port) =>
        counts[port] = counts.GetValueOrDefault(port) + 1;
}
