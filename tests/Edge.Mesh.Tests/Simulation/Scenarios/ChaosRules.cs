using System.Globalization;
using Edge.Mesh.Feeds;
using Edge.Mesh.Tests.Simulation.Bus;
using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Mesh.Tests.Simulation.Nodes;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Primitives;
using Edge.Wire.Mesh;

namespace Edge.Mesh.Tests.Simulation.Scenarios;

/// <summary>What has to hold whatever happens.</summary>
/// <remarks>
/// A viewer may be without pictures only while an obstacle is there: its stream is not published, or its
/// node's PoP is cut off from the publisher's. <see cref="HealsWithin"/> after the last obstacle has gone it
/// must have pictures, without having asked for anything. Whoever changes something by himself (the publisher turns
/// a layer off, the viewer moves or chooses another layer) counts as an obstacle of that moment.
/// </remarks>
internal sealed class ChaosRules
{
    /// <summary>By when pictures come after the last obstacle has gone.</summary>
    /// <remarks>
    /// The sum of what the slowest way takes: servers dial each other again within 1 s, and clients within 0.5 s;
    /// a claim is said again within 3 s, and housekeeping looks each second, so 4; the owner's answer takes a
    /// round trip; what is wanted is said at once; a key frame is asked for again each 0.5 s. A demand that was
    /// lost meanwhile is said again after 2 s, but then the claim was not needed.
    /// </remarks>
    private static readonly TimeSpan HealsWithinUsually = TimeSpan.FromSeconds(8);

    /// <summary>What a claim, a question or a wish that is lost costs: it is said again.</summary>
    private static readonly TimeSpan SaidAgainWithin = TimeSpan.FromSeconds(4);

    /// <summary>Longest without a picture while nothing is in the way, for a publisher who answers requests: a lost
    /// packet is given up after a round of repair, a key frame is asked for within half a second.</summary>
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1.5);

    /// <summary>How long a layer may be published after the last one who watched it left.</summary>
    /// <remarks>It is taken for a while yet; when its node dies meanwhile, the last that it said may be held up on a
    /// link that is cut; then the lease runs, and leases that are over are looked for each second.</remarks>
    private static readonly TimeSpan UnwatchedMax =
        MeshTimes.Linger + BusRoute.SilenceMax + MeshTimes.DemandAge + TimeSpan.FromSeconds(1.5);

    private readonly MeshWorld _world;
    private readonly MeshCluster _cluster;
    private readonly IReadOnlyList<SimulatedPublisher> _publishers;
    private readonly Case[] _cases;
    private readonly Dictionary<(TrackToken Track, int Layer), Instant> _wantedAt = [];

    public ChaosRules(
        MeshWorld world,
        MeshCluster cluster,
        IReadOnlyList<SimulatedPublisher> publishers,
        IReadOnlyList<SimulatedViewer> viewers
    )
    {
        _world = world;
        _cluster = cluster;
        _publishers = publishers;
        _cases = [.. viewers.Select(viewer => new Case(viewer, PublisherOf(viewer)))];
        cluster.Published = HandlePublished;
        cluster.Wanting = NoteWanted;
        world.AddInvariant("What waits before a link is within its queue.", AreQueuesBounded);
    }

    /// <summary>Whether single messages are lost now and then.</summary>
    public bool LosesMessages { get; init; }

    /// <summary>By when pictures come after the last obstacle has gone.</summary>
    public TimeSpan HealsWithin =>
        LosesMessages ? HealsWithinUsually + SaidAgainWithin : HealsWithinUsually;

    /// <summary>How long each recovery took, in ms.</summary>
    public List<double> RecoveriesMs { get; } = [];

    /// <summary>Looks at every viewer; to be called after whatever may put an obstacle in the way, and often.</summary>
    public void Look()
    {
        foreach (var item in _cases)
        {
            Look(item);
        }

        foreach (var feed in _cluster.Nodes.SelectMany(node => node.Watched.Values))
        {
            NoteWanted(feed.Token, feed.Track.Wanted);
        }

        foreach (var publisher in _publishers)
        {
            if (publisher.ThrownOut > 0)
            {
                throw _world.Failure($"The newest publisher of {publisher.Stream} was ended.");
            }
        }
    }

    /// <summary>Everybody is shown what he wants, once nothing has happened for a while.</summary>
    public void CheckViewers()
    {
        foreach (var item in _cases)
        {
            if (Obstacle(item) is { } obstacle)
            {
                throw _world.Failure($"At the end {item.Viewer} is hindered: {obstacle}.");
            }

            CheckLayer(item);
        }
    }

    /// <summary>Nodes agree on who wants what, and nothing crossed a link twice.</summary>
    public void CheckNodes()
    {
        foreach (var node in _cluster.Nodes)
        {
            CheckDemand(node);
        }

        CheckCopies();
    }

    private void Look(Case item)
    {
        var viewer = item.Viewer;
        var obstacle = Obstacle(item);
        var mark = item.Mark();
        if (obstacle is not null || mark != item.LastMark)
        {
            item.LastMark = mark;
            item.FreeSince = _world.Now;
            item.HasRecovered = false;
            return;
        }

        if (!item.HasRecovered && viewer.ShownAt.IsSet && viewer.ShownAt > item.FreeSince)
        {
            item.HasRecovered = true;
            RecoveriesMs.Add((viewer.ShownAt - item.FreeSince).TotalMilliseconds);
        }

        var since = viewer.ShownAt.IsSet
            ? Instant.Max(viewer.ShownAt, item.FreeSince)
            : item.FreeSince;
        var patience = item.HasRecovered ? PauseOf(item.Publisher.Options) : HealsWithin;
        if (_world.Now - item.FreeSince > HealsWithin && _world.Now - since > patience)
        {
            throw _world.Failure(
                $"{viewer} has had no picture for {(_world.Now - since).TotalSeconds:0.0} s, and nothing is in the way for {(_world.Now - item.FreeSince).TotalSeconds:0.0} s. Its publisher is at {item.Publisher.Session?.Node}."
            );
        }
    }

    /// <summary>Longest without a picture while nothing is in the way.</summary>
    private TimeSpan PauseOf(PublisherOptions publisher) =>
        PauseMax
        + (publisher.AnswersRequests ? TimeSpan.Zero : publisher.KeyFrameInterval)
        + (
            !LosesMessages ? TimeSpan.Zero
            // The key frame itself, or the wish for it, may be lost.
            : publisher.AnswersRequests ? TimeSpan.FromSeconds(1)
            : publisher.KeyFrameInterval
        );

    private string? Obstacle(Case item)
    {
        if (item.Viewer.Node is not { } node)
        {
            return "it is not connected";
        }

        if (item.Publisher.Session is not { } session || !item.Publisher.SendingSince.IsSet)
        {
            return "its stream is not published";
        }

        return node.IsPaused || session.Node.IsPaused ? "a node stands still"
            : _cluster.AreJoined(node, session.Node) ? null
            : "its PoP is cut off";
    }

    private SimulatedPublisher PublisherOf(SimulatedViewer viewer) =>
        _publishers.First(publisher =>
            string.Equals(publisher.Stream, viewer.Stream, StringComparison.Ordinal)
        );

    /// <summary>The layer is the one chosen, or the best below it that is sent, or else the best.</summary>
    private void CheckLayer(Case item)
    {
        var expected = -1;
        var isBelow = true;
        for (var layer = 0; layer < item.Publisher.Options.Layers; layer++)
        {
            var isChosen = item.Viewer.Preferred == NodeFormat.RidOf(layer);
            isBelow &= !isChosen;
            if (item.Publisher.IsOn(layer) && (isBelow || isChosen || expected < 0 || IsAny(item)))
            {
                expected = layer;
            }
        }

        if (item.Viewer.Layer != expected)
        {
            throw _world.Failure(
                $"{item.Viewer} wants {item.Viewer.Preferred} and has layer {item.Viewer.Layer}, not {expected}."
            );
        }
    }

    private bool AreQueuesBounded()
    {
        foreach (var route in _cluster.Bus.Routes)
        {
            if (!IsBounded(route.There) || !IsBounded(route.Back))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What servers tell each other of what is wanted is not refused, and is little.</summary>
    private static bool IsBounded(BusLink link) =>
        link.QueuedBytes >= 0 && link.QueuedBytes <= link.Conditions.QueueBytes + (64 * 1024);

    private static bool IsAny(Case item) =>
        item.Viewer.Preferred.IsEmpty || item.Publisher.Options.Layers == 1;

    /// <summary>What an owner carries is what others want.</summary>
    private void CheckDemand(SimulatedNode owner)
    {
        foreach (var replica in owner.Replicas)
        {
            if (replica.Stream.Exported is not { } exported)
            {
                continue;
            }

            var wanted = 0u;
            foreach (var other in _cluster.Nodes)
            {
                if (
                    other != owner
                    && other.Watched.TryGetValue(exported.Token, out var feed)
                    && feed.Key.Owner == owner.Address
                )
                {
                    wanted |= feed.Track.Wanted;
                }
            }

            if (replica.Stream.Carried != wanted)
            {
                throw _world.Failure(
                    $"{owner} carries layers {replica.Stream.Carried:b} of {replica.Stream.Stream}, and {wanted:b} are wanted."
                );
            }
        }
    }

    /// <summary>Nothing crosses a link more often than it was published.</summary>
    private void CheckCopies()
    {
        foreach (var link in _cluster.Bus.Links)
        {
            foreach (var (subject, tally) in link.BySubject)
            {
                var published = _cluster.FramesPublished.GetValueOrDefault(subject);
                if (tally.Messages > published || link.Repeated > 0)
                {
                    throw _world.Failure(
                        $"{tally.Messages} messages of {subject} crossed from {link.From.Name} to {link.To.Name}, and {published} were published."
                    );
                }
            }
        }
    }

    /// <summary>A layer is published only while another node watches it, or did until a moment ago.</summary>
    private void HandlePublished(SimulatedNode publisher, string subject)
    {
        var layer = int.Parse(MeshSubjects.Token(subject, 3), CultureInfo.InvariantCulture);
        _ = TrackToken.TryParse(MeshSubjects.Token(subject, 2), out var token);
        if (!_wantedAt.TryGetValue((token, layer), out var at) || _world.Now - at > UnwatchedMax)
        {
            throw _world.Failure($"{publisher} publishes {subject}, which nobody watches.");
        }
    }

    private void NoteWanted(TrackToken token, uint layers)
    {
        for (var layer = 0; layer < FeedOrder.LayersMax; layer++)
        {
            if ((layers >> layer & 1) != 0)
            {
                _wantedAt[(token, layer)] = _world.Now;
            }
        }
    }

    /// <summary>A viewer and what was in its way.</summary>
    private sealed class Case(SimulatedViewer viewer, SimulatedPublisher publisher)
    {
        public SimulatedViewer Viewer => viewer;

        public SimulatedPublisher Publisher => publisher;

        public Instant FreeSince { get; set; }

        public bool HasRecovered { get; set; }

        public (Instant, Instant, Instant, Instant, NodeSession?) LastMark { get; set; }

        public (Instant, Instant, Instant, Instant, NodeSession?) Mark() =>
            (
                viewer.ConnectedSince,
                viewer.PreferredSince,
                publisher.SendingSince,
                publisher.LayersSince,
                publisher.Session
            );
    }
}
