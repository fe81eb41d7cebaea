using Anycast.Daemon.Announcing;
using Anycast.Daemon.Telemetry;
using Anycast.Health;
using Anycast.Health.Rounds;
using Edge.Testing;

namespace Anycast.Daemon.Tests.Telemetry;

public sealed class WatchMetricsTests
{
    [Fact]
    public void Report_Counters_AsInTheGoldenFile()
    {
        var counters = new WatchCounters();
        counters.Note(MediaAnswer.Answered, ReadinessAnswer.Ready);
        counters.Note(MediaAnswer.Refused, ReadinessAnswer.Refused);
        counters.Note(HealthReason.NobodyElse);
        counters.NoteLate();
        counters.NoteEnd();
        var table = new MetricTable();
        WatchMetrics.Report(
            table,
            new WatchSnapshot
            {
                IsAnnounced = true,
                IsFailStatic = true,
                HoldSeconds = 1.5,
                FailStaticCount = 2,
                HeldBackCount = 3,
                PeersRefused = 4,
                PeersSkipped = 5,
                Bird = BirdState.Announced,
                IsDryRun = false,
            },
            counters,
            processes: 2,
            held: 4
        );
        Golden.Match("anycast/metrics.txt", table.ToString());
    }
}
