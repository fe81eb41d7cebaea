using Anycast.Health.Peers;
using Anycast.Health.Rounds;
using Edge.Primitives;

namespace Anycast.Health.Tests;

/// <summary>Nodes of a PoP that hear of each other with a delay and with loss, each with rounds at its own phase.</summary>
internal sealed class PopSimulation
{
    private const int StepMs = 5;

    private readonly Prng _random;
    private readonly Member[] _members;
    private readonly List<(Instant At, int To, int From, PeerReport Report)> _onTheWay = [];
    private Instant _now = Instant.Zero;

    public PopSimulation(int nodes, HealthOptions options, Prng random)
    {
        _random = random;
        _members = new Member[nodes];
        for (var index = 0; index < nodes; index++)
        {
            var phase = random.NextInt32((int)WatchedNode.Interval.TotalMilliseconds / StepMs);
            _members[index] = new Member(
                new AnycastHealth(options),
                Instant.FromMilliseconds(phase * StepMs)
            );
        }
    }

    /// <summary>Share of heartbeats that are lost.</summary>
    public double Loss { get; set; }

    /// <summary>What a node's round finds.</summary>
    public required Func<
        int,
        Instant,
        (MediaAnswer Media, ReadinessAnswer Readiness)
    > Answers { get; set; }

    public Instant Now => _now;

    public int AnnouncedCount => _members.Count(member => member.Health.IsAnnounced);

    public AnycastHealth Node(int index) => _members[index].Health;

    /// <summary>What each node decided.</summary>
    public List<(int Node, HealthDecision Decision, Instant At)> Decisions { get; } = [];

    /// <summary>Goes on for a while; looks after each step.</summary>
    public void Run(TimeSpan duration, Action? look = null)
    {
        var end = _now + duration;
        while (_now < end)
        {
            _now += TimeSpan.FromMilliseconds(StepMs);
            Deliver();
            for (var index = 0; index < _members.Length; index++)
            {
                if (_members[index].NextRound <= _now)
                {
                    Round(index);
                }
            }

            look?.Invoke();
        }
    }

    private void Deliver()
    {
        for (var index = _onTheWay.Count - 1; index >= 0; index--)
        {
            var (at, to, from, report) = _onTheWay[index];
            if (at <= _now)
            {
                _members[to].Health.HandlePeer($"n{from}", report, _now);
                _onTheWay.RemoveAt(index);
            }
        }
    }

    private void Round(int index)
    {
        var member = _members[index];
        member.NextRound += WatchedNode.Interval;
        var (media, readiness) = Answers(index, _now);
        member.Health.HandleRound(media, readiness, _now);
        while (member.Health.PollDecision(out var decision))
        {
            Decisions.Add((index, decision, _now));
        }

        for (var other = 0; other < _members.Length; other++)
        {
            if (other != index && _random.NextDouble() >= Loss)
            {
                var delay = TimeSpan.FromMilliseconds(_random.NextInt32(20));
                _onTheWay.Add((_now + delay, other, index, member.Health.Report));
            }
        }
    }

    private sealed class Member(AnycastHealth health, Instant nextRound)
    {
        public AnycastHealth Health { get; } = health;

        public Instant NextRound { get; set; } = nextRound;
    }
}
