namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>Two servers and both directions between them: cut and healed together.</summary>
internal sealed class BusRoute
{
    /// <summary>After which silence the servers close a connection that brings nothing. Chosen: far below what NATS
    /// waits, so that a short scenario sees both what is held and what is lost.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(3);

    /// <summary>Longest time between two tries to connect. Source: NATS servers dial again each second.</summary>
    private static readonly TimeSpan DialInterval = TimeSpan.FromSeconds(1);

    private readonly MeshWorld _world;
    private bool _isCut;
    private int _change;

    public BusRoute(MeshWorld world, BusLink there, BusLink back)
    {
        _world = world;
        There = there;
        Back = back;
        Connect();
    }

    /// <summary>One direction.</summary>
    public BusLink There { get; }

    /// <summary>The other direction.</summary>
    public BusLink Back { get; }

    /// <summary>Whether messages arrive in both directions.</summary>
    public bool IsOpen => There.IsOpen && Back.IsOpen;

    /// <summary>Whether it joins two servers, in either order.</summary>
    public bool Joins(BusServer one, BusServer other) =>
        (There.From == one && There.To == other) || (There.From == other && There.To == one);

    /// <summary>Nothing arrives any more, and nobody is told; after a while the servers notice.</summary>
    public void Cut()
    {
        if (_isCut)
        {
            return;
        }

        _isCut = true;
        var change = ++_change;
        There.Stall();
        Back.Stall();
        _world.After(
            SilenceMax,
            () =>
            {
                if (change == _change)
                {
                    Disconnect();
                }
            }
        );
    }

    /// <summary>It works again: at once when nobody had noticed, else when the servers have dialled.</summary>
    public void Heal()
    {
        if (!_isCut)
        {
            return;
        }

        _isCut = false;
        _change++;
        if (There.IsConnected)
        {
            There.GoOn();
            Back.GoOn();
        }
        else
        {
            Dial();
        }
    }

    /// <summary>A server has gone, or the connection was closed.</summary>
    public void Disconnect()
    {
        There.Reset();
        Back.Reset();
        Dial();
    }

    private void Dial()
    {
        var change = ++_change;
        _world.After(
            _world.Draw(TimeSpan.Zero, DialInterval),
            () =>
            {
                if (change != _change || There.IsConnected)
                {
                    return;
                }

                if (!Connect())
                {
                    Dial();
                }
            }
        );
    }

    private bool Connect()
    {
        if (_isCut || !There.From.IsUp || !There.To.IsUp)
        {
            return false;
        }

        There.Connect();
        Back.Connect();
        There.From.TellAll(There);
        Back.From.TellAll(Back);
        return true;
    }
}
