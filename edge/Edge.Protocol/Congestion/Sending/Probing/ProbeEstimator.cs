using Edge.Primitives;

namespace Edge.Protocol.Congestion.Sending.Probing;

/// <summary>What probes found: how fast their packets left, and how fast they came.</summary>
/// <remarks>
/// Counts when four fifths of a probe came. One that came more slowly than it left filled the path: then
/// the path carries a little less than what came.
/// Bounded: the last <see cref="ClustersMax"/> probes. Source: libwebrtc's and str0m's probe estimators
/// (protocols.md §3.7).
/// </remarks>
internal sealed partial class ProbeEstimator
{
    /// <summary>Probes under way at a time.</summary>
    public const int ClustersMax = 8;

    private const double ReceivedMin = 0.8;
    private const double FasterMax = 2.0;
    private const double UnsaturatedMin = 0.9;
    private const double SaturatedFactor = 0.95;

    /// <summary>Longer than this it was no probe, but packets.</summary>
    private static readonly TimeSpan LengthMax = TimeSpan.FromSeconds(1);

    private readonly Cluster[] _clusters = new Cluster[ClustersMax];

    /// <summary>The last probe that was there, but came faster than it can have left; 0 for none.</summary>
    public ushort Lump { get; private set; }

    /// <summary>A probe is about to be sent.</summary>
    [HotPath]
    public void HandleRequest(in ProbeRequest request) =>
        _clusters[request.Cluster % ClustersMax] = new Cluster
        {
            Id = request.Cluster,
            BytesMin = (int)(request.Bytes * ReceivedMin),
            PacketsMin = (int)(request.Packets * ReceivedMin),
        };

    /// <summary>Takes a received packet of a probe, in the order of arrival.</summary>
    /// <param name="result">The packet.</param>
    /// <param name="measured">What the path carries, as far as this probe knows by now.</param>
    /// <param name="isSaturated">Whether the probe filled the path.</param>
    /// <returns>Whether the probe has a result.</returns>
    [HotPath]
    public bool TryMeasure(in PacketResult result, out Bitrate measured, out bool isSaturated)
    {
        measured = Bitrate.Zero;
        isSaturated = false;
        ref var cluster = ref _clusters[result.Packet.ProbeCluster % ClustersMax];
        if (result.Packet.ProbeCluster == 0 || cluster.Id != result.Packet.ProbeCluster)
        {
            return false;
        }

        cluster.Add(result);
        if (cluster.Packets < cluster.PacketsMin || cluster.Bytes < cluster.BytesMin)
        {
            return false;
        }

        var isMeasured = TryMeasure(cluster, out measured, out isSaturated);
        Lump = isMeasured ? (ushort)0 : cluster.Id;
        return isMeasured;
    }

    /// <summary>Forgets a lump.</summary>
    public void ForgetLump() => Lump = 0;

    private static bool TryMeasure(in Cluster cluster, out Bitrate measured, out bool isSaturated)
    {
        measured = Bitrate.Zero;
        isSaturated = false;
        var sending = cluster.LastSentAt - cluster.FirstSentAt;
        var receiving = cluster.LastArrival - cluster.FirstArrival;
        var isUsable =
            sending > TimeSpan.Zero
            && receiving > TimeSpan.Zero
            && sending <= LengthMax
            && receiving <= LengthMax;
        if (!isUsable)
        {
            return false;
        }

        // N packets make N - 1 gaps, so one is left out: half of the first and half of the last, alike on
        // both sides. libwebrtc leaves out the last one sent and the first one received; then a large one
        // at the beginning and a small one at the end look like a full path.
        var bytes = cluster.Bytes - (cluster.FirstBytes + cluster.LastSentBytes) / 2;
        var sent = Bitrate.FromBytes(bytes, sending);
        var received = Bitrate.FromBytes(bytes, receiving);
        if (received > sent * FasterMax)
        {
            return false;
        }

        isSaturated = received < sent * UnsaturatedMin;
        // A full path takes its time for each packet after the first.
        measured = isSaturated
            ? Bitrate.FromBytes(cluster.Bytes - cluster.FirstBytes, receiving) * SaturatedFactor
            : Bitrate.Min(sent, received);
        return true;
    }

    private partial struct Cluster
    {
        public ushort Id;
        public int BytesMin;
        public int PacketsMin;
        public int Packets;
        public int Bytes;
        public int FirstBytes;
        public int LastSentBytes;
        public Instant FirstSentAt;
        public Instant LastSentAt;
        public TimeSpan FirstArrival;
        public TimeSpan LastArrival;

        public void Add(in PacketResult result)
        {
            var isFirst = Packets == 0;
            if (isFirst || result.SentAt < FirstSentAt)
            {
                FirstSentAt = result.SentAt;
            }

            if (isFirst || result.SentAt >= LastSentAt)
            {
                LastSentAt = result.SentAt;
                LastSentBytes = result.Packet.Bytes;
            }

            if (isFirst || result.Arrival < FirstArrival)
            {
                FirstArrival = result.Arrival;
                FirstBytes = result.Packet.Bytes;
            }

            LastArrival = isFirst || result.Arrival > LastArrival ? result.Arrival : LastArrival;
            Packets++;
            Bytes += result.Packet.Bytes;
        }
    }
}
