using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>One direction between two servers: a queue, a wire, and what the other end wants to hear.</summary>
/// <remarks>While it is stalled nothing arrives and what is sent waits, as on a TCP connection whose packets are
/// lost; when it is reset everything on the way is lost.</remarks>
internal sealed class BusLink(
    MeshWorld world,
    BusServer from,
    BusServer to,
    BusRouteKind kind,
    BusConditions conditions
)
{
    private readonly Queue<Item> _waiting = new();
    private readonly Queue<Item> _held = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BusTally> _bySubject = new(StringComparer.Ordinal);
    private Instant _lastArrival;
    private ulong _lastParcel;
    private int _connection;
    private bool _isSending;
    private bool _isStalled;

    /// <summary>Who sends.</summary>
    public BusServer From => from;

    /// <summary>Who hears.</summary>
    public BusServer To => to;

    /// <summary>How they are joined.</summary>
    public BusRouteKind Kind => kind;

    /// <summary>What the wire does; may be changed at any time.</summary>
    public BusConditions Conditions { get; set; } = conditions;

    /// <summary>Whether the servers are connected.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Whether messages arrive.</summary>
    public bool IsOpen => IsConnected && !_isStalled;

    /// <summary>Bytes that wait.</summary>
    public long QueuedBytes { get; private set; }

    /// <summary>Most that ever waited.</summary>
    public long QueuedBytesPeak { get; private set; }

    /// <summary>Bytes of messages that crossed.</summary>
    public long Bytes { get; private set; }

    /// <summary>Messages that crossed.</summary>
    public long Messages { get; private set; }

    /// <summary>Messages that found the queue full, or were lost by chance.</summary>
    public long Overflown { get; private set; }

    /// <summary>Messages that were sent twice: nothing may cross a link twice.</summary>
    public long Repeated { get; private set; }

    /// <summary>What crossed of each subject of media.</summary>
    public IReadOnlyDictionary<string, BusTally> BySubject => _bySubject;

    /// <summary>The servers are connected anew: nothing is known of what the other end wants.</summary>
    public void Connect()
    {
        Reset();
        IsConnected = true;
    }

    /// <summary>The connection is lost, with all that is on the way.</summary>
    public void Reset()
    {
        _connection++;
        _waiting.Clear();
        _held.Clear();
        _told.Clear();
        QueuedBytes = 0;
        _isSending = false;
        _isStalled = false;
        IsConnected = false;
        from.ForgetWants(this);
    }

    /// <summary>From now on nothing arrives until it goes on.</summary>
    public void Stall() => _isStalled = true;

    /// <summary>What was held back arrives.</summary>
    public void GoOn()
    {
        _isStalled = false;
        while (!_isStalled && _held.TryDequeue(out var item))
        {
            QueuedBytes -= item.Bytes;
            Arrive(item);
        }

        Pump();
    }

    /// <summary>Sends a message, unless the queue is full.</summary>
    public void Send(BusParcel parcel)
    {
        if (!IsConnected)
        {
            return;
        }

        if (parcel.Id == _lastParcel)
        {
            Repeated++;
        }

        _lastParcel = parcel.Id;
        var isLost = Conditions.Loss > 0 && world.Random.NextDouble() < Conditions.Loss;
        if (isLost || QueuedBytes + parcel.Bytes > Conditions.QueueBytes)
        {
            Overflown++;
            return;
        }

        Enqueue(new Item(parcel, Pattern: "", Wants: false));
    }

    /// <summary>Tells the other end whether this one wants to hear a subject.</summary>
    public void Tell(string pattern, bool wants)
    {
        if (IsConnected && (wants ? _told.Add(pattern) : _told.Remove(pattern)))
        {
            Enqueue(new Item(Parcel: null, pattern, wants));
        }
    }

    private void Enqueue(in Item item)
    {
        _waiting.Enqueue(item);
        QueuedBytes += item.Bytes;
        QueuedBytesPeak = Math.Max(QueuedBytesPeak, QueuedBytes);
        Pump();
    }

    private void Pump()
    {
        while (!_isSending && !_isStalled && _waiting.TryDequeue(out var item))
        {
            var rate = Conditions.Rate.BitsPerSecond;
            if (rate == 0)
            {
                Depart(item);
                continue;
            }

            _isSending = true;
            var connection = _connection;
            world.After(
                new TimeSpan(((item.Bytes * 8L * TimeSpan.TicksPerSecond) + rate - 1) / rate),
                () =>
                {
                    if (connection == _connection)
                    {
                        _isSending = false;
                        Depart(item);
                        Pump();
                    }
                }
            );
        }
    }

    private void Depart(Item item)
    {
        QueuedBytes -= item.Bytes;
        var delay =
            Conditions.Jitter == TimeSpan.Zero
                ? Conditions.Delay
                : world.Draw(Conditions.Delay, Conditions.Delay + Conditions.Jitter);
        _lastArrival = Instant.Max(_lastArrival, world.Now + delay);
        var connection = _connection;
        world.At(
            _lastArrival,
            () =>
            {
                if (connection == _connection)
                {
                    HoldOrArrive(item);
                }
            }
        );
    }

    private void HoldOrArrive(in Item item)
    {
        if (!_isStalled && _held.Count == 0)
        {
            Arrive(item);
            return;
        }

        _held.Enqueue(item);
        QueuedBytes += item.Bytes;
    }

    private void Arrive(in Item item)
    {
        if (item.Parcel is not { } parcel)
        {
            to.HandleWants(from, item.Pattern, item.Wants);
            return;
        }

        Messages++;
        Bytes += parcel.Bytes;
        world.Note(parcel.Id, (ulong)parcel.Bytes);
        if (parcel.Subject.StartsWith("media.", StringComparison.Ordinal))
        {
            _bySubject[parcel.Subject] = _bySubject
                .GetValueOrDefault(parcel.Subject)
                .Add(parcel.Bytes);
        }

        to.Route(parcel, this);
    }

    /// <summary>A message, or what the sender wants to hear.</summary>
    private readonly record struct Item(BusParcel? Parcel, string Pattern, bool Wants)
    {
        private const int ControlBytes = 12;

        public int Bytes => Parcel?.Bytes ?? ControlBytes + Pattern.Length;
    }
}
