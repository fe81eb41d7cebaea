using Edge.Mesh;
using Edge.Node.Sessions;

namespace Edge.Node.Steering;

/// <summary>Decides who answers what concerns a session, so that exactly one node does.</summary>
/// <remarks>
/// What is asked of a node is heard by it and by all who have sessions of it. Who has the session answers. Of one that another
/// node has, whose name was asked passes the question on, for that one may listen to the name since a moment only; everybody
/// else is silent. That nobody has it says the node itself while it is in the PoP, else the one with the lowest number of those
/// that have sessions of it. Threads: any.
/// </remarks>
internal sealed class AnswerRule(NodeState node)
{
    /// <summary>Finds who answers, once that is known.</summary>
    /// <param name="name">Whose name was asked.</param>
    /// <param name="sessionId">About which session.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<AnswerVerdict> FindAsync(
        NodeAddress name,
        string sessionId,
        CancellationToken cancellation
    )
    {
        if (node.Adoptions is not { } adoptions)
        {
            return AnswerVerdict.Here;
        }

        await adoptions.Moving.WaitAsync(sessionId, cancellation);
        if (node.HasSession(sessionId))
        {
            return AnswerVerdict.Here;
        }

        if (!adoptions.TryFindHolder(sessionId, out var holder))
        {
            // Others may just be about to say that they have it.
            await adoptions.WhenSettledAsync(cancellation);
            if (!adoptions.TryFindHolder(sessionId, out holder))
            {
                return adoptions.SpeaksFor(name) ? AnswerVerdict.Here : AnswerVerdict.Silent;
            }
        }

        return name == adoptions.Self ? AnswerVerdict.Pass(holder) : AnswerVerdict.Silent;
    }

    /// <summary>Finds who answers when this node was to, and has found no such session: it may have moved meanwhile, and who has it
    /// now took it for this one's to answer.</summary>
    /// <param name="sessionId">About which session.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<AnswerVerdict> FindAgainAsync(
        string sessionId,
        CancellationToken cancellation
    )
    {
        if (node.Adoptions is not { } adoptions)
        {
            return AnswerVerdict.Here;
        }

        await adoptions.Moving.WaitAsync(sessionId, cancellation);
        return adoptions.TryFindHolder(sessionId, out var holder)
            ? AnswerVerdict.Pass(holder)
            : AnswerVerdict.Here;
    }
}
