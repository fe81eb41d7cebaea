using Control.Contract.Nodes;
using Edge.Bus;
using Edge.Node.Steering;

namespace Edge.Node.Serving;

/// <summary>Decides whether this node answers a request, and passes it on to who does.</summary>
/// <remarks>Threads: one at a time.</remarks>
/// <param name="names">Under which names this node is asked.</param>
/// <param name="name">The node that it was sent to.</param>
/// <param name="message">The request as it came.</param>
/// <param name="bus">Where it came from.</param>
/// <param name="replyTo">The subject of its answer.</param>
internal sealed class RequestGate(
    ServedNames names,
    Mesh.NodeAddress name,
    ReadOnlyMemory<byte> message,
    IBus bus,
    string replyTo
)
{
    private bool _isTaken;
    private long _moves;

    /// <summary>Whether this node may say that it does not do it: else somebody else may be doing it.</summary>
    public bool MayRefuse => IsOwnName || _isTaken;

    /// <summary>Whether it was sent to this node, and not to one whose sessions it has.</summary>
    public bool IsOwnName => name == names.Self;

    /// <summary>Whether it is this node that answers for a name that it was sent to what concerns no session.</summary>
    public bool SpeaksForName => names.Adoptions?.SpeaksFor(name) != false;

    /// <summary>Whether a session that was here when it was looked at may have been on its way since.</summary>
    public bool MayHaveMoved => Moves != _moves;

    private long Moves => names.Adoptions?.Moving.Begun ?? 0;

    /// <summary>Whether this node answers what concerns a session. If not, who does has heard it now.</summary>
    public async ValueTask<bool> IsHereAsync(string sessionId, CancellationToken cancellation)
    {
        if (names.Rule is not { } rule)
        {
            return true;
        }

        // Before it is looked at: a move that began already is waited for there.
        _moves = Moves;
        var verdict = await rule.FindAsync(name, sessionId, cancellation);
        // One that was passed on comes by the name that was asked, too.
        _isTaken = verdict != AnswerVerdict.Silent && names.Recent.TryAdd(replyTo) && Pass(verdict);
        return _isTaken;
    }

    /// <summary>The same once no such session was found: it may have moved meanwhile.</summary>
    public async ValueTask<bool> IsStillHereAsync(
        string sessionId,
        CancellationToken cancellation
    ) => names.Rule is not { } rule || Pass(await rule.FindAgainAsync(sessionId, cancellation));

    private bool Pass(AnswerVerdict verdict)
    {
        if (verdict.PassTo is { } holder)
        {
            // One that is lost was not done: its asker hears nothing, as where it was lost on its way here.
            _ = bus.TryPublish(
                NodeSubject.Requests(new NodeAddress(holder.Pop, holder.Node)),
                message.Span,
                replyTo
            );
        }

        return verdict.IsHere;
    }
}
