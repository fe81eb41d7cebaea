using Edge.Forwarding.KeyFrames;
using Edge.Primitives;
using Edge.Protocol.Transport.Receiving;

namespace Edge.Node.Sessions;

/// <summary>Where a track's packets come in, from a client or from another node: what the shard there
/// keeps for the others.</summary>
/// <remarks>Threads: that shard.</remarks>
internal sealed class TrackInlet
{
    /// <summary>Least time between two requests for a layer's key frame. Chosen: encoders answer within
    /// a frame and a round trip; more often only costs rate.</summary>
    private static readonly TimeSpan KeyFrameInterval = TimeSpan.FromMilliseconds(500);

    private readonly LayerReport[] _reports;
    private readonly LayerWord[] _words;

    /// <summary>Makes one of which nothing came yet.</summary>
    public TrackInlet(TrackSource source)
    {
        Source = source;
        var layers = source.Rids.Length;
        _reports = new LayerReport[layers];
        _words = new LayerWord[layers];
        KeyFrames = new KeyFrameRequester(layers, KeyFrameInterval);
    }

    /// <summary>What other shards know of it.</summary>
    public TrackSource Source { get; set; }

    /// <summary>Merges what all shards want.</summary>
    public KeyFrameRequester KeyFrames { get; }

    /// <summary>Shards that were given the cache and get every packet.</summary>
    public ulong ServedShards { get; set; }

    /// <summary>Keeps a layer's last sender report for shards that come later.</summary>
    public void Note(int layer, in LayerReport report) => _reports[layer] = report;

    /// <summary>The last sender report of a layer; zero when none came.</summary>
    public LayerReport Report(int layer) => _reports[layer];

    /// <summary>Keeps what was said of a layer for shards that come later.</summary>
    public void Note(int layer, in LayerWord word) => _words[layer] = word;

    /// <summary>What was last said of a layer; unsaid when nothing was.</summary>
    public LayerWord Word(int layer) => _words[layer];

    /// <summary>Which wall time an RTP timestamp stands for.</summary>
    internal readonly record struct LayerReport(NtpTimestamp Ntp, uint RtpTimestamp);

    /// <summary>What is said of a layer: by its publisher, who claims; or by another node, who knows.</summary>
    /// <param name="Said">By whom.</param>
    /// <param name="Claim">Whether it is being sent, and the size of its pictures.</param>
    /// <param name="Rate">Its rate, where another node says so.</param>
    internal readonly record struct LayerWord(LayerSpeaker Said, LayerClaim Claim, Bitrate Rate);
}
