using Anycast.Takeover.Indices;

namespace Anycast.Takeover.Tests.Simulation;

/// <summary>Sees every packet, every takeover and every write of a run, and throws at what must never be.</summary>
internal sealed class Checker(int reach, int aheadMax)
{
    private readonly Dictionary<(SessionKey, StreamId), IndexSet> _sent = [];
    private readonly Dictionary<(SessionKey, long), string> _owners = [];
    private readonly List<(SessionKey Session, long Epoch, int Version)> _takeovers = [];
    private readonly List<(SessionKey Session, long Epoch, int Version)> _held = [];

    /// <summary>Packets that were protected.</summary>
    public long Packets { get; private set; }

    /// <summary>Sessions that were taken over.</summary>
    public int Takeovers => _takeovers.Count;

    /// <summary>A packet is about to be protected under an index: no other ever was.</summary>
    public void Protect(SessionKey session, IndexLease lease, long index, string node)
    {
        if (!_sent.TryGetValue((session, lease.Stream), out var set))
        {
            set = new IndexSet();
            _sent[(session, lease.Stream)] = set;
        }

        Packets++;
        if (!set.Add(index))
        {
            throw new SafetyException($"{node} sends index {index} of {lease.Stream} again.");
        }

        if (lease.Stream.Kind == StreamKind.Srtp && lease.Limit - index > aheadMax)
        {
            throw new SafetyException($"{node} has {lease.Limit} reserved at {index}.");
        }
    }

    /// <summary>A receiver took a packet: it guessed right, unless the packet is older than any replay window.</summary>
    public void Receive(Receiver receiver, long index)
    {
        var highest = receiver.Highest;
        var guess = receiver.Receive(index);
        if (guess != index && index > highest - reach)
        {
            throw new SafetyException(
                $"A receiver that has {highest} takes index {index} for {guess}."
            );
        }
    }

    /// <summary>A node owns a session: nobody else does in this epoch, and it has every write that was held.</summary>
    public void Own(SessionKey session, long epoch, int version, string node)
    {
        if (!_owners.TryAdd((session, epoch), node))
        {
            throw new SafetyException($"{node} and {_owners[(session, epoch)]} own epoch {epoch}.");
        }

        _takeovers.Add((session, epoch, version));
        foreach (var held in _held)
        {
            Compare(held, (session, epoch, version));
        }
    }

    /// <summary>An owner was told that a write is held: no later one may lack it.</summary>
    public void Hold(SessionKey session, long epoch, int version)
    {
        _held.RemoveAll(held => held.Session == session && held.Epoch == epoch);
        _held.Add((session, epoch, version));
        foreach (var takeover in _takeovers)
        {
            Compare((session, epoch, version), takeover);
        }
    }

    private static void Compare(
        (SessionKey Session, long Epoch, int Version) held,
        (SessionKey Session, long Epoch, int Version) taken
    )
    {
        if (
            held.Session == taken.Session
            && held.Epoch < taken.Epoch
            && held.Version > taken.Version
        )
        {
            throw new SafetyException(
                $"Epoch {taken.Epoch} began with version {taken.Version}; {held.Version} was held in {held.Epoch}."
            );
        }
    }
}
