using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Desk;
using Edge.Primitives;

namespace Edge.Node.HandOver.Early;

/// <summary>Asks other nodes of the PoP what they would take, as <see cref="PeerAnswers"/> says, and waits for what they say.</summary>
/// <remarks>Threads: any.</remarks>
/// <param name="ask">Asks a node; null from one that does not answer or takes nothing.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class HandOverPeers(Func<ushort, Task<HandOverPeer?>> ask, Func<Instant> clock)
    : IPeerMemory
{
    private readonly Lock _lock = new();
    private readonly PeerAnswers _answers = new();
    private readonly Dictionary<PeerQuestion, Task> _asked = [];

    /// <summary>Finds a node with room for another session; null when it has none, or does not answer.</summary>
    public async ValueTask<HandOverPeer?> FindAsync(ushort node)
    {
        PeerQuestion question;
        Task? answered;
        lock (_lock)
        {
            question = _answers.Find(node, out var isNew, clock());
            if (isNew)
            {
                Begin(question);
            }

            answered = _asked.GetValueOrDefault(question);
        }

        if (answered is not null)
        {
            await answered;
        }

        lock (_lock)
        {
            return question.TakePlace();
        }
    }

    /// <inheritdoc/>
    public void Exclude(ushort node)
    {
        lock (_lock)
        {
            _answers.Exclude(node, clock());
        }
    }

    /// <inheritdoc/>
    public void Forget(HandOverPeer peer)
    {
        lock (_lock)
        {
            _answers.Forget(peer);
        }
    }

    private void Begin(PeerQuestion question)
    {
        var asking = AskAsync(question);
        if (!question.IsAnswered)
        {
            _asked.Add(question, asking);
        }
    }

    private async Task AskAsync(PeerQuestion question)
    {
        HandOverPeer? answer = null;
        try
        {
            answer = await ask(question.Node);
        }
        finally
        {
            lock (_lock)
            {
                question.HandleAnswer(answer);
                _ = _asked.Remove(question);
            }
        }
    }
}
