using System.Net;
using System.Net.Sockets;
using Anycast.Lab;

namespace Mesh.Tests.Support;

/// <summary>Many flows from the site of the lab to the anycast address, one datagram a millisecond: some of them come to each
/// node that the router has among its next hops, whatever its hash. Nodes drop them, for they are nobody's.</summary>
internal sealed class FlowDrizzle : IDisposable
{
    /// <summary>Chosen: that a third of the hash has none of them happens once in 10^11 runs.</summary>
    private const int Flows = 64;

    private static readonly IPEndPoint To = new(
        IPAddress.Parse(LabPlan.Anycast4),
        LabPlan.MediaPort
    );

    private readonly Socket[] _sockets;
    private readonly Thread _thread;
    private volatile bool _isEnding;

    /// <summary>Begins.</summary>
    public FlowDrizzle(LabNetwork lab)
    {
        _sockets = lab.Site.Open(() =>
            Enumerable
                .Range(0, Flows)
                .Select(_ => new Socket(
                    AddressFamily.InterNetwork,
                    SocketType.Dgram,
                    ProtocolType.Udp
                ))
                .ToArray()
        );
        _thread = new Thread(Run) { IsBackground = true, Name = nameof(FlowDrizzle) };
        _thread.Start();
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _isEnding = true;
        _thread.Join();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private void Run()
    {
        // Nobody's protocol begins with this byte (RFC 7983 §7).
        byte[] junk = [0xFF];
        for (var turn = 0; !_isEnding; turn++)
        {
            try
            {
                _sockets[turn % Flows].SendTo(junk, To);
            }
            catch (SocketException)
            {
                // A node without an edge has its kernel refuse it.
            }

            Thread.Sleep(1);
        }
    }
}
