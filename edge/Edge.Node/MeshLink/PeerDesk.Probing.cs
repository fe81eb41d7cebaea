using System.Diagnostics;
using System.Text.Json;
using Edge.Bus;
using Edge.Mesh;
using Edge.Mesh.Peers;
using Edge.Primitives;

namespace Edge.Node.MeshLink;

/// <content>How long a question to another PoP and its answer take: over the same servers and links as requests of clients.</content>
internal sealed partial class PeerDesk
{
    /// <summary>Chosen: a small message each way, of which a graph has several a minute.</summary>
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait; what takes longer is not counted.</summary>
    private static readonly TimeSpan ProbeWithin = TimeSpan.FromSeconds(5);

    /// <summary>A question without a part. Every version answers it at once, without looking for anything.</summary>
    private static readonly byte[] Probe = JsonSerializer.SerializeToUtf8Bytes(
        new PeerQuestion(Version: 1),
        PeerJsonContext.Default.PeerQuestion
    );

    private Instant _probesAt = Instant.Zero;

    /// <summary>Asks one node of each other PoP whose tracks are watched here. Threads: housekeeping.</summary>
    public void KeepHouse(Instant now)
    {
        if (now < _probesAt)
        {
            return;
        }

        var asked = new HashSet<PeerPop>();
        foreach (var track in engine.Remote)
        {
            if (track.Intake.Path is { } path && asked.Add(path.Peer))
            {
                _probesAt = now + ProbeInterval;
                _ = ProbeAsync(track.Sender.Owner, path.Peer);
            }
        }
    }

    private async Task ProbeAsync(NodeAddress owner, PeerPop peer)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var reply = await engine
                .BusTo(owner)
                .RequestAsync(MeshSubjects.Peer(owner), Probe, ProbeWithin, _stopping.Token);
            if (reply.Status == BusReplyStatus.Answered)
            {
                peer.NoteRoundTrip(Stopwatch.GetElapsedTime(began));
            }
        }
        catch (OperationCanceledException)
        {
            // The node ends.
        }
    }
}
