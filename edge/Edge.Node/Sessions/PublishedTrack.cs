using Edge.Forwarding.KeyFrames;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport.Receiving;

namespace Edge.Node.Sessions;

/// <summary>One track of a publisher's session: where its packets go, and what viewers want of it.</summary>
/// <remarks>Threads: the session's shard.</remarks>
internal sealed class PublishedTrack
{
    /// <summary>Least time between two requests for a layer's key frame. Chosen: encoders answer within
    /// a frame and a round trip; more often only costs rate.</summary>
    private static readonly TimeSpan KeyFrameInterval = TimeSpan.FromMilliseconds(500);

    private readonly int[] _epochs;
    private readonly LayerReport[] _reports;
    private readonly LayerClaim[] _claims;

    /// <summary>Ties a section of a publisher's agreement to a stream's track.</summary>
    public PublishedTrack(MediaAgreement media, TrackSource source)
    {
        Media = media;
        Source = source;
        var layers = source.Rids.Length;
        _epochs = new int[layers];
        _reports = new LayerReport[layers];
        _claims = new LayerClaim[layers];
        Array.Fill(_epochs, -1);
        KeyFrames = new KeyFrameRequester(layers, KeyFrameInterval);
    }

    /// <summary>What was negotiated.</summary>
    public MediaAgreement Media { get; }

    /// <summary>What other shards know of it.</summary>
    public TrackSource Source { get; set; }

    /// <summary>Merges what all shards want.</summary>
    public KeyFrameRequester KeyFrames { get; }

    /// <summary>Shards that were given the cache and get every packet.</summary>
    public ulong ServedShards { get; set; }

    /// <summary>Key frames received.</summary>
    public long KeyFrameCount { get; set; }

    /// <summary>What was counted when it was last measured.</summary>
    public LinkTotals Measured { get; set; }

    /// <summary>Whether a layer begins anew with another SSRC; its first source is no new beginning.</summary>
    [HotPath]
    public bool TryBeginAnew(int layer, byte epoch)
    {
        var before = _epochs[layer];
        _epochs[layer] = epoch;
        return before >= 0 && before != epoch;
    }

    /// <summary>Keeps a layer's last sender report for shards that come later.</summary>
    public void NoteReport(int layer, NtpTimestamp ntp, uint rtpTimestamp) =>
        _reports[layer] = new LayerReport(ntp, rtpTimestamp);

    /// <summary>The last sender report of a layer; zero when none came.</summary>
    public LayerReport Report(int layer) => _reports[layer];

    /// <summary>Whether the publisher ever said which layers it sends.</summary>
    public bool HasClaims { get; private set; }

    /// <summary>Keeps what the publisher says of a layer for shards that come later.</summary>
    public void NoteClaim(int layer, LayerClaim claim)
    {
        HasClaims = true;
        _claims[layer] = claim;
    }

    /// <summary>What the publisher last said of a layer.</summary>
    public LayerClaim Claim(int layer) => _claims[layer];

    /// <summary>Which wall time an RTP timestamp stands for.</summary>
    internal readonly record struct LayerReport(NtpTimestamp Ntp, uint RtpTimestamp);
}
