using Edge.Node.HandOver.Desk;
using Edge.Primitives;

namespace Edge.Node.HandOver.Deciding;

/// <summary>What other nodes of the PoP would take, with a ticket of each at hand: asked when it is needed for the first time, and
/// again when the answer is old.</summary>
/// <remarks>Bounded by <see cref="PeersMax"/> nodes, beyond which all are forgotten and asked anew. Threads: one at a time.</remarks>
internal sealed class PeerAnswers
{
    /// <summary>Chosen: more than nodes of a PoP.</summary>
    private const int PeersMax = 256;

    /// <summary>How long an answer is used. Chosen: less than its ticket is valid by what a letter may take to come.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(20);

    /// <summary>How long a node is left alone that would take nothing. Chosen: one that does not answer costs a session in so
    /// long a wait, not each.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ushort, PeerQuestion> _known = [];

    /// <summary>Finds what a node was asked last.</summary>
    /// <param name="node">Its number.</param>
    /// <param name="isNew">Whether it is to be asked now.</param>
    /// <param name="now">Now.</param>
    public PeerQuestion Find(ushort node, out bool isNew, Instant now)
    {
        isNew = !_known.TryGetValue(node, out var known) || now >= known.At + AgeOf(known);
        if (!isNew)
        {
            return known!;
        }

        if (_known.Count >= PeersMax)
        {
            _known.Clear();
        }

        known = new PeerQuestion(node, now);
        _known[node] = known;
        return known;
    }

    /// <inheritdoc cref="IPeerMemory.Exclude"/>
    public void Exclude(ushort node, Instant now)
    {
        var known = new PeerQuestion(node, now);
        known.HandleAnswer(null);
        _known[node] = known;
    }

    /// <inheritdoc cref="IPeerMemory.Forget"/>
    public void Forget(HandOverPeer peer)
    {
        if (
            _known.TryGetValue(peer.Node, out var known)
            && known.Answer is { } answer
            && answer.Ticket == peer.Ticket
        )
        {
            _ = _known.Remove(peer.Node);
        }
    }

    private static TimeSpan AgeOf(PeerQuestion known) =>
        !known.IsAnswered || known.Answer is { Room: > 0 } ? Age : Rest;
}
