using Control.Contract;
using Edge.Mesh.Names;

namespace Edge.Node.MeshLink;

/// <content>Streams whose publisher moves between nodes of the PoP. Threads: any.</content>
internal sealed partial class StreamDesk
{
    /// <summary>This node's publisher of a stream is about to go to another node: nothing is claimed or answered any more, and
    /// what others say of the stream is not heard until <see cref="EndMove"/> or <see cref="GoOn"/>. Nobody is told.</summary>
    /// <returns>What was claimed; null when this node does not publish the stream.</returns>
    public ClaimNotice? Release(StreamKey key)
    {
        ClaimNotice? released;
        IDisposable[] answering;
        lock (_lock)
        {
            if (
                !_claims.TryGetValue(key, out var claim)
                || (released = claim.Name.Release(node.Clock.Now())) is null
            )
            {
                return null;
            }

            claim.IsMoving = true;
            answering = Take(claim.Answering);
        }

        Close(answering);
        return released;
    }

    /// <summary>The publisher has gone to another node; comes behind <see cref="Sessions.StreamDirectory.ForgetMoved"/>. What
    /// others say of the stream is heard again.</summary>
    public void EndMove(StreamKey key)
    {
        lock (_lock)
        {
            if (_claims.TryGetValue(key, out var claim))
            {
                claim.IsMoving = false;
                claim.HeardAt = node.Clock.Now();
            }
        }
    }

    /// <summary>A publisher that came from another node goes on here, or one that nobody took; comes behind
    /// <see cref="Sessions.StreamDirectory.PublishMoved"/> and <see cref="MeshEngine.ResumeExportAsync"/>, because who hears it
    /// asks for the tracks.</summary>
    public void GoOn(StreamKey key, in ClaimNotice former)
    {
        NamedClaim claim;
        ClaimNotice notice;
        lock (_lock)
        {
            claim = Open(key);
            claim.IsMoving = false;
            notice = claim.Name.GoOn(former.Claim, former.Age, node.Clock.Now());
            if (claim.Answering.Count == 0)
            {
                SubscribeAll(claim.Answering, claim.StreamSubject, HandleQuestion(key));
            }
        }

        Say(claim, notice);
    }
}
