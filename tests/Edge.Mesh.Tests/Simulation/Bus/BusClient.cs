namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>A node's connection to the server of its PoP.</summary>
/// <remarks>When the connection is lost it dials again by itself, and then subscribes again what was
/// subscribed; what was published meanwhile is lost.</remarks>
internal sealed class BusClient
{
    /// <summary>Longest time between two tries to connect. Chosen: what clients of NATS are set to here.</summary>
    private static readonly TimeSpan DialInterval = TimeSpan.FromMilliseconds(500);

    private readonly MeshWorld _world;
    private readonly BusServer _server;
    private readonly SimulatedBus _bus;
    private readonly List<BusSubscription> _subscriptions = [];
    private readonly Dictionary<string, Action<BusReplyKind, byte[]>> _asked = new(
        StringComparer.Ordinal
    );
    private readonly string _inbox;
    private ulong _nextRequest;
    private bool _isClosed;

    public BusClient(MeshWorld world, SimulatedBus bus, BusServer server, ulong number)
    {
        _world = world;
        _bus = bus;
        _server = server;
        _inbox = $"_INBOX.{number}";
        server.Add(this);
        _ = Subscribe($"{_inbox}.*", HandleReply);
        if (!TryConnect())
        {
            Dial();
        }
    }

    /// <summary>Whether there is a connection.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Which connection it is; another one after each loss.</summary>
    public int Connection { get; private set; }

    /// <summary>Told of each change of the connection.</summary>
    public Action<bool>? ConnectionChanged { get; set; }

    /// <summary>Messages published.</summary>
    public long Published { get; private set; }

    /// <summary>Bytes of their payloads.</summary>
    public long PublishedBytes { get; private set; }

    /// <summary>Messages that could not be sent.</summary>
    public long Refused { get; private set; }

    /// <summary>Publishes a message; false when there is no connection.</summary>
    public bool TryPublish(string subject, ReadOnlySpan<byte> payload, string? replyTo = null)
    {
        if (!IsConnected)
        {
            Refused++;
            return false;
        }

        Published++;
        PublishedBytes += payload.Length;
        _server.Route(
            new BusParcel(_bus.NextParcel(), subject, payload.ToArray(), replyTo),
            over: null
        );
        return true;
    }

    /// <summary>Takes messages of a subject until disposed.</summary>
    public BusSubscription Subscribe(string pattern, BusHandler handler)
    {
        var subscription = new BusSubscription(this, pattern, handler);
        _subscriptions.Add(subscription);
        if (IsConnected)
        {
            _server.Add(subscription);
        }

        return subscription;
    }

    /// <summary>Publishes a message and waits for the first answer.</summary>
    public void Request(
        string subject,
        ReadOnlySpan<byte> payload,
        TimeSpan within,
        Action<BusReplyKind, byte[]> done
    )
    {
        var replyTo = $"{_inbox}.{_nextRequest++}";
        _asked.Add(replyTo, done);
        if (IsConnected && !_server.IsWanted(subject))
        {
            _world.After(BusServer.LocalDelay, () => End(replyTo, BusReplyKind.NoResponders, []));
        }
        else if (!TryPublish(subject, payload, replyTo))
        {
            _world.After(BusServer.LocalDelay, () => End(replyTo, BusReplyKind.Unavailable, []));
        }
        else
        {
            _world.After(within, () => End(replyTo, BusReplyKind.TimedOut, []));
        }
    }

    /// <summary>The process ends.</summary>
    public void Close()
    {
        _isClosed = true;
        Disconnect();
        _server.Remove(this);
        _asked.Clear();
    }

    /// <summary>The connection is lost.</summary>
    public void Disconnect()
    {
        if (IsConnected)
        {
            foreach (var subscription in _subscriptions)
            {
                _server.Remove(subscription);
            }

            IsConnected = false;
            Connection++;
            ConnectionChanged?.Invoke(false);
        }

        if (!_isClosed)
        {
            Dial();
        }
    }

    /// <summary>Takes a message of the server, if the connection is still the same.</summary>
    public void Take(BusSubscription subscription, BusParcel parcel, int connection)
    {
        if (IsConnected && connection == Connection && !subscription.IsDisposed)
        {
            subscription.Handle(parcel);
        }
    }

    /// <summary>Forgets a subscription.</summary>
    public void Remove(BusSubscription subscription)
    {
        if (_subscriptions.Remove(subscription) && IsConnected)
        {
            _server.Remove(subscription);
        }
    }

    private void Dial() =>
        _world.After(
            _world.Draw(TimeSpan.Zero, DialInterval),
            () =>
            {
                if (!_isClosed && !IsConnected && !TryConnect())
                {
                    Dial();
                }
            }
        );

    private bool TryConnect()
    {
        if (!_server.IsUp)
        {
            return false;
        }

        IsConnected = true;
        Connection++;
        foreach (var subscription in _subscriptions)
        {
            _server.Add(subscription);
        }

        ConnectionChanged?.Invoke(true);
        return true;
    }

    private void HandleReply(BusParcel parcel) =>
        End(parcel.Subject, BusReplyKind.Answered, parcel.Payload);

    private void End(string replyTo, BusReplyKind kind, byte[] payload)
    {
        if (_asked.Remove(replyTo, out var done))
        {
            done(kind, payload);
        }
    }
}
