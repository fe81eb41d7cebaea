using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Control.Contract;
using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Mesh.Names;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink;

/// <content>Asking other nodes for streams, and following what they answer.</content>
internal sealed partial class StreamDesk
{
    /// <summary>Asks the node that claims a stream, and follows it.</summary>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged."
    )]
    private async Task TryFollowAsync(StreamKey key, StreamClaim heard)
    {
        try
        {
            var question = new PeerQuestion(Version: 1)
            {
                Stream = new StreamQuestion(key.AppId, key.Name),
            };
            var reply = await engine
                .BusTo(heard.Owner)
                .RequestAsync(
                    MeshSubjects.Peer(heard.Owner),
                    JsonSerializer.SerializeToUtf8Bytes(
                        question,
                        PeerJsonContext.Default.PeerQuestion
                    ),
                    AskWithin,
                    CancellationToken.None
                );
            if (reply.IsAnswered)
            {
                _ = Follow(key, reply.Payload.Span);
            }
        }
        catch (Exception error)
        {
            LogFault(node.Logger, error);
        }
        finally
        {
            // What was not answered is asked again at the next claim.
            lock (_lock)
            {
                if (_claims.TryGetValue(key, out var claim))
                {
                    claim.Name.EndAsk(heard);
                }
            }
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a task that nobody awaits: an error of ours is logged."
    )]
    private async Task FindAsync(NamedClaim claim, TaskCompletionSource<bool> found)
    {
        var isFound = false;
        try
        {
            isFound = await AskAsync(claim);
        }
        catch (Exception error)
        {
            LogFault(node.Logger, error);
        }

        lock (_lock)
        {
            claim.Finding = null;
        }

        found.SetResult(isFound);
    }

    private async Task<bool> AskAsync(NamedClaim claim)
    {
        var key = claim.Key;
        var question = JsonSerializer.SerializeToUtf8Bytes(
            new StreamQuestion(key.AppId, key.Name),
            PeerJsonContext.Default.StreamQuestion
        );
        foreach (var bus in engine.Buses)
        {
            var reply = await bus.RequestAsync(
                claim.StreamSubject,
                question,
                AskWithin,
                CancellationToken.None
            );
            if (reply.IsAnswered && Follow(key, reply.Payload.Span))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes what a publisher says of its stream; false when that is nothing that can be played.</summary>
    private bool Follow(StreamKey key, ReadOnlySpan<byte> json)
    {
        var answer = PeerDesk.TryRead(json, PeerJsonContext.Default.StreamAnswer);
        if (answer is null)
        {
            return false;
        }

        var owner = new NodeAddress(answer.Pop, answer.Node);
        var demand = new DemandKey(owner, MeshSubjects.AppToken(key.AppId));
        var offers = new List<RemoteOffer>();
        foreach (var track in answer.Tracks ?? [])
        {
            if (
                TrackToken.TryParse(track.Token, out var token)
                && TrackWording.ReadOffer(track.Frame, token, demand) is { } offer
            )
            {
                offers.Add(offer);
            }
        }

        if (offers.Count == 0)
        {
            return false;
        }

        lock (_lock)
        {
            // Whoever plays a stream hears its claims, also when nobody did any more while the answer was awaited.
            var claim = Open(key);
            if (claim.IsMoving)
            {
                return false;
            }

            claim.HeardAt = node.Clock.Now();
        }

        var remote = new RemoteStream(key, new StreamClaim(answer.Generation, owner), [.. offers]);
        node.Apply(node.Streams.Follow(remote, OwnClaim(key), node.Clock.Now()));
        return true;
    }
}
