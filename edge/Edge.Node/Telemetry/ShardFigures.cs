using Edge.Forwarding.Tracks;
using Edge.Node.Sessions;
using Edge.Protocol.Transport;
using Edge.Wire.Payload;

namespace Edge.Node.Telemetry;

/// <summary>What a shard's sessions counted while it drove them, and what they are at.</summary>
/// <remarks>
/// Sessions come and go, between shards and nodes too, and take their counters with them. So a shard that begins to drive one
/// subtracts what it has counted so far, and adds it when it ends to: that, and the counters of those that are there, is what
/// was counted here, whoever is asked first. Threads: the shard; a copy belongs to who asked for it. Allocates: for reports
/// only.
/// </remarks>
internal sealed class ShardFigures
{
    private static readonly int DropReasons = Enum.GetValues<DropReason>().Length;

    private readonly StreamTotals[] _streams = new StreamTotals[4];
    private readonly int[] _tracks = new int[4];
    private readonly long[] _drops = new long[DropReasons];

    /// <summary>Viewers that an estimate is known of.</summary>
    public int Downlinks { get; private set; }

    /// <summary>What their networks carry, in bits a second, together.</summary>
    public long EstimatedBits { get; private set; }

    /// <summary>What of that is given to tracks.</summary>
    public long GivenBits { get; private set; }

    /// <summary>Changes of layer within a source.</summary>
    public long LayerSwitches { get; private set; }

    /// <summary>NACKed packets that could not be sent again.</summary>
    public long RetransmissionsMissed { get; private set; }

    /// <summary>Viewers whose first picture was there when they came.</summary>
    public long CachedStarts { get; private set; }

    /// <summary>What was counted of a kind and direction.</summary>
    public StreamTotals Streams(MediaKind kind, bool isOut) => _streams[PlaceOf(kind, isOut)];

    /// <summary>Tracks of a kind that sessions publish or play now.</summary>
    public int Tracks(MediaKind kind, bool isOut) => _tracks[PlaceOf(kind, isOut)];

    /// <summary>Datagrams and packets that sessions dropped for a reason.</summary>
    public long Drops(DropReason reason) => _drops[(int)reason];

    /// <summary>A session comes: what it counted before was not counted here.</summary>
    public void Enter(Session session) => Take(session, sign: -1);

    /// <summary>A session goes: what it counted stays.</summary>
    public void Leave(Session session) => Take(session, sign: 1);

    /// <summary>What a session publishes begins.</summary>
    public void Begin(Session session, PublishedTrack track) => Add(session, track, sign: -1);

    /// <summary>What a session publishes ends.</summary>
    public void End(Session session, PublishedTrack track) => Add(session, track, sign: 1);

    /// <summary>What a session plays begins.</summary>
    public void Begin(PlayedTrack track) => Add(track, sign: -1);

    /// <summary>What a session plays ends.</summary>
    public void End(PlayedTrack track) => Add(track, sign: 1);

    /// <summary>A track of the shard ends.</summary>
    public void Add(in TrackStats track)
    {
        LayerSwitches += track.LayerSwitches;
        RetransmissionsMissed += track.RetransmissionsMissed;
        CachedStarts += track.CachedStarts;
    }

    /// <summary>These, with what the sessions and tracks that are there have counted and are at.</summary>
    public ShardFigures With(ReadOnlySpan<Session?> sessions, ReadOnlySpan<TrackReplica?> replicas)
    {
        var all = new ShardFigures();
        all.Add(this);
        foreach (var session in sessions)
        {
            if (session is not null)
            {
                all.Leave(session);
                all.Look(session);
            }
        }

        foreach (var replica in replicas)
        {
            if (replica is not null)
            {
                all.Add(replica.Track.Stats);
            }
        }

        return all;
    }

    /// <summary>Adds those of another shard.</summary>
    public void Add(ShardFigures other)
    {
        for (var place = 0; place < _streams.Length; place++)
        {
            _streams[place] += other._streams[place];
            _tracks[place] += other._tracks[place];
        }

        for (var reason = 0; reason < _drops.Length; reason++)
        {
            _drops[reason] += other._drops[reason];
        }

        Downlinks += other.Downlinks;
        EstimatedBits += other.EstimatedBits;
        GivenBits += other.GivenBits;
        LayerSwitches += other.LayerSwitches;
        RetransmissionsMissed += other.RetransmissionsMissed;
        CachedStarts += other.CachedStarts;
    }

    private static int PlaceOf(MediaKind kind, bool isOut) => (2 * (int)kind) + (isOut ? 1 : 0);

    private void Take(Session session, int sign)
    {
        for (var reason = DropReason.None + 1; reason <= DropReason.Closed; reason++)
        {
            _drops[(int)reason] += sign * session.Peer.Transport.Dropped(reason);
        }

        foreach (var published in session.Published)
        {
            if (published is not null)
            {
                Add(session, published, sign);
            }
        }

        foreach (var played in session.Played)
        {
            if (played is not null)
            {
                Add(played, sign);
            }
        }
    }

    private void Add(Session session, PublishedTrack track, int sign)
    {
        var total = default(StreamTotals);
        for (var layer = 0; layer < track.Source.Rids.Length; layer++)
        {
            total += StreamTotals.Of(session.Peer.Receiver.Stats(track.Source.Section, layer));
        }

        ref var all = ref _streams[PlaceOf(track.Media.Kind, isOut: false)];
        all = sign > 0 ? all + total : all - total;
    }

    private void Add(PlayedTrack track, int sign)
    {
        var total = StreamTotals.Of(track.Session.Peer.Sender.Stats(track.Stream));
        ref var all = ref _streams[PlaceOf(track.Media.Kind, isOut: true)];
        all = sign > 0 ? all + total : all - total;
    }

    private void Look(Session session)
    {
        foreach (var published in session.Published)
        {
            if (published is not null)
            {
                _tracks[PlaceOf(published.Media.Kind, isOut: false)]++;
            }
        }

        foreach (var played in session.Played)
        {
            if (played is not null)
            {
                _tracks[PlaceOf(played.Media.Kind, isOut: true)]++;
            }
        }

        if (session.Downlink is { } downlink)
        {
            Downlinks++;
            EstimatedBits += downlink.Bandwidth.Estimate.BitsPerSecond;
            GivenBits += downlink.Given.BitsPerSecond;
        }
    }
}
