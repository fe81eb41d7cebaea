using Edge.Node.HandOver.Desk;
using Edge.Primitives;

namespace Edge.Node.HandOver.Deciding;

/// <summary>What a node was asked, and what it said.</summary>
/// <param name="node">Its number.</param>
/// <param name="at">When it was asked.</param>
internal sealed class PeerQuestion(ushort node, Instant at)
{
    private int _taken;

    /// <summary>The node's number.</summary>
    public ushort Node => node;

    /// <summary>When it was asked.</summary>
    public Instant At => at;

    /// <summary>Whether it is known what it says, or that it says nothing.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>What it said; null before, and when it takes nothing or does not answer.</summary>
    public HandOverPeer? Answer { get; private set; }

    /// <summary>It answered, or did not.</summary>
    public void HandleAnswer(HandOverPeer? answer)
    {
        IsAnswered = true;
        Answer = answer;
    }

    /// <summary>Takes room for a session; null when there is none.</summary>
    public HandOverPeer? TakePlace() =>
        Answer is { } peer && _taken < peer.Room && ++_taken > 0 ? peer : null;
}
