using System.Diagnostics;
using Edge.Primitives;
using Edge.Testing.Network;

namespace Edge.Processes.Links;

/// <summary>A link between two network namespaces that delays and loses packets as conditions say: what the
/// kernel's TCP does on it is what it does on a real one.</summary>
/// <remarks>
/// Two TUN devices and a thread between them; what becomes of a packet is decided by
/// <see cref="VirtualNetwork"/>, as in simulations, with one seed. Whoever opens it moves the devices into
/// their namespaces and gives them addresses. Only this thread touches the network: others tell it of new
/// conditions, and its counters are read after it ended.
/// </remarks>
public sealed class EmulatedLink : IDisposable
{
    /// <summary>Packets taken from one side before the other has its turn.</summary>
    private const int PacketsPerTurn = 64;

    /// <summary>How soon the end is noticed.</summary>
    private static readonly TimeSpan WaitLongest = TimeSpan.FromMilliseconds(100);

    // The ends of the virtual network; no packet carries these addresses.
    private static readonly NetworkAddress Left = NetworkAddress.FromIPv4(0xC000_0201, 0);
    private static readonly NetworkAddress Right = NetworkAddress.FromIPv4(0xC000_0202, 0);

    private readonly long _origin = Stopwatch.GetTimestamp();
    private readonly byte[] _packet = new byte[TunDevice.PacketBytesMax];
    private readonly VirtualNetwork _network;
    private readonly TunDevice _left;
    private readonly TunDevice _right;
    private readonly Thread _thread;
    private volatile bool _isEnding;
    private Change? _change;

    private EmulatedLink(TunDevice left, TunDevice right, VirtualNetwork network)
    {
        _left = left;
        _right = right;
        _network = network;
        _thread = new Thread(Run) { IsBackground = true, Name = nameof(EmulatedLink) };
    }

    /// <summary>What became of the packets of both directions; after <see cref="Stop"/> only.</summary>
    public VirtualNetworkStats Stats => _network.Stats;

    /// <summary>Packets that found their device down; after <see cref="Stop"/> only.</summary>
    public long Refused => _left.Refused + _right.Refused;

    private Instant Now => new(Stopwatch.GetElapsedTime(_origin).Ticks);

    /// <summary>Makes the devices in this process' network namespace and begins. It needs CAP_NET_ADMIN.</summary>
    /// <param name="left">The name of one device.</param>
    /// <param name="right">The name of the other one.</param>
    /// <param name="conditions">What each direction does to IP packets.</param>
    /// <param name="seed">What is drawn from.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The kernel gives no device.</exception>
    public static EmulatedLink Open(
        string left,
        string right,
        LinkConditions conditions,
        ulong seed
    )
    {
        var first = TunDevice.Open(left);
        try
        {
            var second = TunDevice.Open(right);
            var link = new EmulatedLink(first, second, new VirtualNetwork(seed, conditions));
            link._thread.Start();
            return link;
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    /// <summary>Has it do something else to packets from now on; those on their way arrive as they would
    /// have. Threads: any; of two changes at once one may never come about.</summary>
    /// <param name="toRight">What becomes of packets that go in at the left device.</param>
    /// <param name="toLeft">What becomes of those that go in at the right one.</param>
    public void SetConditions(LinkConditions toRight, LinkConditions toLeft) =>
        Volatile.Write(ref _change, new Change(toRight, toLeft));

    /// <summary>Ends the thread: nothing passes any more.</summary>
    public void Stop()
    {
        _isEnding = true;
        _thread.Join();
    }

    /// <summary>Ends it; the devices are gone.</summary>
    public void Dispose()
    {
        Stop();
        _left.Dispose();
        _right.Dispose();
    }

    private void Run()
    {
        while (!_isEnding)
        {
            if (Interlocked.Exchange(ref _change, null) is { } change)
            {
                _network.SetLink(Left, Right, change.ToRight);
                _network.SetLink(Right, Left, change.ToLeft);
            }

            Take(_left, Left, Right);
            Take(_right, Right, Left);
            var now = Now;
            while (_network.PollDeliver(now, out var arrived))
            {
                (arrived.To == Left ? _left : _right).Write(arrived.Bytes);
            }

            var next = Instant.Min(_network.PollTimeout(), now + WaitLongest);
            if (next > Now)
            {
                TunDevice.Wait(_left, _right, next - Now);
            }
        }
    }

    private void Take(TunDevice device, in NetworkAddress from, in NetworkAddress to)
    {
        for (var count = 0; count < PacketsPerTurn; count++)
        {
            var length = device.Read(_packet);
            if (length == 0)
            {
                return;
            }

            _network.SendPacket(from, to, _packet.AsSpan(0, length), Now);
        }
    }

    private sealed record Change(LinkConditions ToRight, LinkConditions ToLeft);
}
