using System.Runtime.CompilerServices;
using Edge.Primitives;

namespace Edge.Testing.Network;

/// <summary>Virtual time: drives endpoints over a <see cref="VirtualNetwork"/> from deadline to deadline.</summary>
/// <remarks>
/// Deterministic: one thread, one seed, hosts served in the order they were added; at one instant
/// datagrams come before timeouts, and timeouts before scheduled actions. After each input a host is
/// drained. Every failure names the instant, the step and the seed.
/// Bounded: <see cref="WakesPerMillisecondMax"/>, <see cref="ArrivalsPerMillisecondMax"/>,
/// <see cref="TransmitsPerDrainMax"/> and <see cref="StepsMax"/> turn a busy loop into a failure that
/// names the endpoint.
/// </remarks>
public sealed class Simulation(ulong seed, LinkConditions? conditions = null)
{
    /// <summary>Chosen: no timer of a media stack ticks a hundred times in a millisecond.</summary>
    public const int WakesPerMillisecondMax = 100;

    /// <summary>Chosen: 1 Gbit/s of small packets is a hundred in a millisecond; a node has many peers.</summary>
    public const int ArrivalsPerMillisecondMax = 100_000;

    /// <summary>Chosen: far more than any queue of a core holds.</summary>
    public const int TransmitsPerDrainMax = 100_000;

    /// <summary>Largest datagram an endpoint may write: that of UDP over IPv4.</summary>
    private const int DatagramBytesMax = 65_507;

    private readonly List<SimulatedHost> _hosts = [];
    private readonly Dictionary<NetworkAddress, SimulatedHost> _byAddress = [];
    private readonly List<(string Sentence, Func<bool> Holds)> _invariants = [];
    private readonly PriorityQueue<Action, (Instant At, long Order)> _actions = new();
    private readonly TraceHash _trace = new();
    private readonly byte[] _buffer = new byte[DatagramBytesMax];
    private int _nextNumber;
    private long _order;

    /// <summary>The seed everything random comes from.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>The virtual time. Starts at one second, so that "now minus something" stays positive.</summary>
    public Instant Now { get; private set; } = Instant.Zero + TimeSpan.FromSeconds(1);

    /// <summary>The network between the hosts.</summary>
    public VirtualNetwork Network { get; } = new(seed, conditions);

    /// <summary>The random source of the test itself; endpoints get a fork of it.</summary>
    public Prng Random { get; } = Prng.FromNumber(seed);

    /// <summary>Steps taken so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Most steps of the whole simulation. Chosen: minutes of a large cluster.</summary>
    public long StepsMax { get; set; } = 20_000_000;

    /// <summary>How long hosts sleep at least: what is due within it is done at its end, as on a machine whose timers
    /// tick. Default zero: everything at its own instant.</summary>
    /// <remarks>For a hundred hosts, where most of the time would go into steps: then a host is asked for its
    /// deadline only after it was served, so nobody else may change it meanwhile.</remarks>
    public TimeSpan Grain { get; init; }

    /// <summary>Datagrams that no host had the address of.</summary>
    public long Unreachable { get; private set; }

    /// <summary>The hash of everything delivered and every timeout: equal for equal seeds.</summary>
    public ulong Trace => _trace.Value;

    /// <summary>What of a datagram enters the trace. With real handshakes, whose bytes and lengths come
    /// from OpenSSL's own randomness, use <see cref="TraceDigests.WithoutHandshakes"/>.</summary>
    public TraceDigest Digest { get; set; } = TraceDigests.Content;

    /// <summary>Sees every datagram when it is delivered: for recorders and wire-level assertions.</summary>
    public Action<VirtualDatagram, Instant>? Tap { get; set; }

    /// <summary>Adds an endpoint and drains what it already wants to send.</summary>
    public SimulatedHost Add(string name, in NetworkAddress address, ISimulatedEndpoint endpoint)
    {
        if (Find(address) is { } other)
        {
            throw new TestingException($"{name} cannot be at {address}: {other.Name} is there.");
        }

        var host = new SimulatedHost(_nextNumber++, name, address, endpoint);
        _hosts.Add(host);
        _byAddress.Add(address, host);
        Drain(host);
        return host;
    }

    /// <summary>Takes a host away without a word to anybody, as a killed process goes.</summary>
    public void Remove(SimulatedHost host)
    {
        _hosts.Remove(host);
        _byAddress.Remove(host.Address);
    }

    /// <summary>Gives a host another address over the same path, as a NAT does that forgot its binding:
    /// what is on its way to the old address is lost.</summary>
    public void Rebind(SimulatedHost host, in NetworkAddress address)
    {
        if (Find(address) is { } other)
        {
            throw Failure($"{host.Name} cannot move to {address}: {other.Name} is there.");
        }

        Network.Move(host.Address, address);
        _byAddress.Remove(host.Address);
        _byAddress.Add(address, host);
        host.Address = address;
    }

    /// <summary>Adds a sentence that has to hold after every step.</summary>
    public void AddInvariant(string sentence, Func<bool> holds) =>
        _invariants.Add((sentence, holds));

    /// <summary>Runs an action once, a duration from now; all hosts are drained after it.</summary>
    public void After(TimeSpan delay, Action action) =>
        _actions.Enqueue(action, (Now + delay, _order++));

    /// <summary>Runs an action again and again, first a period from now, as a camera makes frames.</summary>
    public void Every(TimeSpan period, Action action) =>
        After(
            period,
            () =>
            {
                action();
                Every(period, action);
            }
        );

    /// <summary>Sends what hosts want to send now: after a command given to an endpoint directly.</summary>
    public void DrainAll()
    {
        foreach (var host in _hosts.ToArray())
        {
            Drain(host);
        }
    }

    /// <summary>Goes to the earliest deadline and serves everything due then; false when nothing is due ever.</summary>
    public bool Step()
    {
        var next = NextDeadline();
        if (!next.IsSet)
        {
            return false;
        }

        Now = Instant.Max(Now, EndOfGrain(next));
        Steps++;
        if (Steps > StepsMax)
        {
            throw Failure($"More than {StepsMax} steps. {BusiestHost()}");
        }

        Deliver();
        Expire();
        while (_actions.TryPeek(out _, out var priority) && priority.At <= Now)
        {
            _actions.Dequeue()();
            DrainAll();
        }

        CheckInvariants();
        return true;
    }

    /// <summary>Runs a duration of virtual time.</summary>
    public void RunFor(TimeSpan duration)
    {
        DrainAll();
        var end = Now + duration;
        while (EndOfGrain(NextDeadline()) <= end && Step()) { }

        Now = end;
    }

    /// <summary>Runs until a condition holds; throws when it does not within a duration.</summary>
    /// <param name="condition">Checked at the start and after every step.</param>
    /// <param name="within">Most virtual time it may take.</param>
    /// <param name="expectation">What failures say; the condition's source text by default.</param>
    public void RunUntil(
        Func<bool> condition,
        TimeSpan within,
        [CallerArgumentExpression(nameof(condition))] string expectation = ""
    )
    {
        if (!TryRunUntil(condition, within))
        {
            throw Failure($"Not within {within.TotalMilliseconds} ms: {expectation}");
        }
    }

    /// <summary>Runs until a condition holds; false, with the whole duration gone, when it does not.</summary>
    public bool TryRunUntil(Func<bool> condition, TimeSpan within)
    {
        DrainAll();
        var end = Now + within;
        while (!condition())
        {
            if (EndOfGrain(NextDeadline()) > end || !Step())
            {
                Now = end;
                return condition();
            }
        }

        return true;
    }

    private Instant NextDeadline()
    {
        var next = Network.PollTimeout();
        foreach (var host in _hosts)
        {
            next = Instant.Min(next, DeadlineOf(host));
        }

        return _actions.TryPeek(out _, out var priority) ? Instant.Min(next, priority.At) : next;
    }

    private Instant DeadlineOf(SimulatedHost host) =>
        Grain == TimeSpan.Zero ? host.Endpoint.PollTimeout() : host.Deadline;

    private Instant EndOfGrain(Instant instant)
    {
        var rest = Grain == TimeSpan.Zero || !instant.IsSet ? 0 : instant.Ticks % Grain.Ticks;
        return rest == 0 ? instant : instant + Grain - new TimeSpan(rest);
    }

    private void Deliver()
    {
        while (Network.PollDeliver(Now, out var datagram))
        {
            if (Find(datagram.To) is not { } host)
            {
                Unreachable++;
                continue;
            }

            Record(host, Digest(datagram.Bytes));
            Tap?.Invoke(datagram, Now);
            StartMillisecond(host);
            host.Arrivals++;
            if (host.Arrivals > ArrivalsPerMillisecondMax)
            {
                throw Failure(
                    $"{host} got more than {ArrivalsPerMillisecondMax} datagrams within a millisecond."
                );
            }

            Guard(host, () => host.Endpoint.HandleDatagram(datagram.From, datagram.Bytes, Now));
            Drain(host);
        }
    }

    private void Expire()
    {
        foreach (var host in _hosts.ToArray())
        {
            if (DeadlineOf(host) > Now)
            {
                continue;
            }

            Record(host, 0);
            StartMillisecond(host);
            host.Wakes++;
            if (host.Wakes > WakesPerMillisecondMax)
            {
                throw Failure(
                    $"{host} wanted to be woken more than {WakesPerMillisecondMax} times within a millisecond, now for {host.Endpoint.DescribeTimeout()}."
                );
            }

            Guard(host, () => host.Endpoint.HandleTimeout(Now));
            Drain(host);
            if (host.Endpoint.PollTimeout() < Now)
            {
                throw Failure(
                    $"{host} has a deadline in the past ({host.Endpoint.PollTimeout()}) after its timeout was handled, for {host.Endpoint.DescribeTimeout()}."
                );
            }
        }
    }

    private void Drain(SimulatedHost host)
    {
        for (var count = 0; ; count++)
        {
            var length = 0;
            var meta = default(TransmitMeta);
            Guard(host, () => length = host.Endpoint.PollTransmit(_buffer, Now, out meta));
            if (length == 0)
            {
                host.Deadline =
                    Grain == TimeSpan.Zero ? Instant.Never : host.Endpoint.PollTimeout();
                return;
            }

            if (count == TransmitsPerDrainMax)
            {
                throw Failure(
                    $"{host} sent more than {TransmitsPerDrainMax} datagrams at one instant."
                );
            }

            Network.Send(host.Address, meta.Destination, _buffer.AsSpan(0, length), Now);
        }
    }

    private void CheckInvariants()
    {
        foreach (var (sentence, holds) in _invariants)
        {
            if (!holds())
            {
                throw Failure($"Broken: {sentence}");
            }
        }
    }

    private void Guard(SimulatedHost host, Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is not TestingException)
        {
            throw new TestingException(
                Failure($"{host} threw {failure.GetType().Name}: {failure.Message}").Message,
                failure
            );
        }
    }

    private void Record(SimulatedHost host, ulong digest)
    {
        _trace.Add(unchecked((ulong)Now.Ticks));
        _trace.Add((ulong)host.Number);
        _trace.Add(digest);
    }

    private void StartMillisecond(SimulatedHost host)
    {
        var millisecond = Now.Ticks / TimeSpan.TicksPerMillisecond;
        if (host.Millisecond != millisecond)
        {
            host.Millisecond = millisecond;
            host.Wakes = 0;
            host.Arrivals = 0;
        }
    }

    private string BusiestHost() =>
        _hosts.MinBy(host => host.Endpoint.PollTimeout()) is { } host
            ? $"The next to wake is {host}, for {host.Endpoint.DescribeTimeout()}."
            : "There is no host.";

    private SimulatedHost? Find(in NetworkAddress address) => _byAddress.GetValueOrDefault(address);

    private TestingException Failure(string sentence) =>
        new($"At {Now}, step {Steps}, seed {Seed}: {sentence}");
}
