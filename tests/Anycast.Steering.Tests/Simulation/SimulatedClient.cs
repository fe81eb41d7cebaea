using System.Text;
using Edge.Primitives;

namespace Anycast.Steering.Tests.Simulation;

/// <summary>A client that publishes: checks as browsers send them, and media.</summary>
internal sealed class SimulatedClient(SteeringWorld world, int number)
{
    /// <summary>The longest time between two checks of a browser.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(2.5);

    private static readonly TimeSpan HandshakeTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FirstCheckInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>The time between two of its packets.</summary>
    public static readonly TimeSpan MediaInterval = TimeSpan.FromMilliseconds(50);

    private byte[] _fragment = [];
    private ushort _port;
    private bool _isConnected;
    private Instant _heardAt;

    /// <summary>The PoP that the client's routes lead to.</summary>
    public SimulatedPop Route { get; set; } = null!;

    /// <summary>The node of its session.</summary>
    public SimulatedNode Owner { get; private set; } = null!;

    /// <summary>The longest time in which nothing of a connected session came to its owner.</summary>
    public TimeSpan LongestGap { get; private set; }

    /// <summary>Its address, another one after each change of its network.</summary>
    public NetworkAddress Address => NetworkAddress.FromIPv4(0x0A00_0000 + (uint)number, _port);

    /// <summary>The username fragment of its session; null before it has one.</summary>
    public string? Fragment => _fragment.Length == 0 ? null : Encoding.ASCII.GetString(_fragment);

    /// <summary>Begins a session at a node; one that it had elsewhere has not heard so.</summary>
    public void Join(SimulatedNode owner)
    {
        Owner = owner;
        _isConnected = false;
        var fragment = owner.Admit(this);
        _fragment = Encoding.ASCII.GetBytes(fragment);
        Check(_fragment);
    }

    /// <summary>Its session is another node's from now on; it hears nothing of that.</summary>
    public void HandleMoved(SimulatedNode owner) => Owner = owner;

    /// <summary>Goes on from another port, as behind a NAT that forgot.</summary>
    public void Rebind() => _port++;

    /// <summary>Sends checks from a time on.</summary>
    public void Start()
    {
        world.After(CheckInterval * world.Random.NextDouble(), KeepChecking);
        world.After(MediaInterval * world.Random.NextDouble(), KeepSending);
    }

    /// <summary>Its session's node has something authentic of it.</summary>
    public void HandleTaken(Datagram taken)
    {
        if (taken.Fragment is not null)
        {
            if (!_isConnected)
            {
                world.After(HandshakeTime, SendHandshake);
            }

            return;
        }

        if (_isConnected)
        {
            NoteGap();
        }

        _isConnected = true;
        _heardAt = world.Now;
    }

    /// <summary>Counts the time since something came last, too.</summary>
    public void NoteGap()
    {
        var gap = world.Now - _heardAt;
        LongestGap = _isConnected && gap > LongestGap ? gap : LongestGap;
    }

    private void Check(byte[] fragment)
    {
        // Of a session that is over nothing is sent any more.
        if (ReferenceEquals(fragment, _fragment) && !_isConnected)
        {
            Send(fragment);
            world.After(FirstCheckInterval, () => Check(fragment));
        }
    }

    private void KeepChecking()
    {
        Send(_fragment);
        world.After(CheckInterval, KeepChecking);
    }

    private void KeepSending()
    {
        if (_isConnected)
        {
            Send(fragment: null);
        }

        world.After(MediaInterval, KeepSending);
    }

    private void SendHandshake()
    {
        if (!_isConnected)
        {
            Route.Receive(
                new Datagram(Address, Fragment: null, Fragment) { Stage = FlowStage.Opening }
            );
        }
    }

    private void Send(byte[]? fragment) => Route.Receive(new Datagram(Address, fragment, Fragment));
}
