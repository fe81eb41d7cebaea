using System.Globalization;
using System.Text;
using Anycast.Daemon.Announcing;
using Anycast.Health;
using Anycast.Health.Rounds;

namespace Anycast.Daemon.Telemetry;

/// <summary>The metrics as text.</summary>
/// <remarks>Source: Prometheus text format 0.0.4.</remarks>
internal static class MetricsText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes the text.</summary>
    public static string Write(in WatchSnapshot watch, WatchCounters counters)
    {
        var text = new StringBuilder();
        AddGauge(text, "anycast_announced", "The address is to be announced.", watch.IsAnnounced);
        AddGauge(
            text,
            "anycast_fail_static",
            "The node looks ill and keeps the address, because no other has it.",
            watch.IsFailStatic
        );
        Add(
            text,
            "anycast_hold_seconds",
            "gauge",
            "Time until the address may be announced again.",
            watch.HoldSeconds
        );
        AddGauge(text, "anycast_dry_run", "BIRD is left as it is.", watch.IsDryRun);
        AddBird(text, watch.Bird);
        Add(
            text,
            "anycast_fail_static_total",
            "counter",
            "Times that the last node kept the address.",
            watch.FailStaticCount
        );
        Add(
            text,
            "anycast_held_back_total",
            "counter",
            "Times that a healthy node waited for its hold.",
            watch.HeldBackCount
        );
        Add(
            text,
            "anycast_peer_datagrams_refused_total",
            "counter",
            "Datagrams that were no new heartbeat of a peer.",
            watch.PeersRefused
        );
        Add(
            text,
            "anycast_peer_datagrams_skipped_total",
            "counter",
            "Datagrams that had waited for too long to say anything.",
            watch.PeersSkipped
        );
        Add(
            text,
            "anycast_rounds_late_total",
            "counter",
            "Rounds not counted, because anycastd itself was late.",
            counters.Late
        );
        AddRounds(text, counters);
        return text.ToString();
    }

    private static void AddRounds(StringBuilder text, WatchCounters counters)
    {
        AddByLabel<MediaAnswer>(
            text,
            "anycast_media_probes_total",
            "Rounds by the worst answer of a media address.",
            "answer",
            counters.Of
        );
        AddByLabel<ReadinessAnswer>(
            text,
            "anycast_readiness_probes_total",
            "Rounds by what the node says of itself.",
            "answer",
            counters.Of
        );
        AddByLabel<RoundVerdict>(
            text,
            "anycast_rounds_total",
            "Rounds by what they say.",
            "verdict",
            counters.Of
        );
        AddByLabel<HealthReason>(
            text,
            "anycast_transitions_total",
            "Changes of what is announced.",
            "reason",
            counters.Of
        );
    }

    private static void AddBird(StringBuilder text, BirdState now) =>
        AddByLabel<BirdState>(
            text,
            "anycast_bird_state",
            "1 for what BIRD has.",
            "state",
            state => state == now ? 1 : 0,
            type: "gauge"
        );

    private static void AddByLabel<T>(
        StringBuilder text,
        string name,
        string help,
        string label,
        Func<T, long> read,
        string type = "counter"
    )
        where T : struct, Enum
    {
        AddHead(text, name, type, help);
        foreach (var value in Enum.GetValues<T>())
        {
            var word = ToWord(value.ToString());
            text.Append(
                CultureInfo.InvariantCulture,
                $"{name}{{{label}=\"{word}\"}} {read(value)}\n"
            );
        }
    }

    private static void AddGauge(StringBuilder text, string name, string help, bool isSo) =>
        Add(text, name, "gauge", help, isSo ? 1 : 0);

    private static void Add(StringBuilder text, string name, string type, string help, double value)
    {
        AddHead(text, name, type, help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
    }

    private static void AddHead(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    /// <summary>"NobodyElse" as "nobody_else".</summary>
    private static string ToWord(string name)
    {
        var word = new StringBuilder();
        foreach (var character in name)
        {
            if (char.IsAsciiLetterUpper(character) && word.Length > 0)
            {
                word.Append('_');
            }

            word.Append(char.ToLowerInvariant(character));
        }

        return word.ToString();
    }
}
