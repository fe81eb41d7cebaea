using System.Globalization;

namespace Edge.Load.Rooms.Reports;

/// <summary>Who did not keep up in a room, so that its figures are not what they say.</summary>
internal static class RoomSaturation
{
    /// <summary>Chosen: above it, queues before the one core that is shared with control grow within a second's
    /// noise.</summary>
    private const double ServerPercent = 85;

    /// <summary>Chosen: half of what the kernel gives them beside a thread that never sleeps.</summary>
    private const double RequestsPercent = 25;

    /// <summary>Chosen: the share of packets that a p99 leaves out.</summary>
    private const double LatePercent = 1;

    /// <summary>Chosen: what the kernel's own threads take is less.</summary>
    private const double WaitedPercent = 5;

    /// <summary>Chosen: the benches of an idle host have 0 to 2.</summary>
    private const double StolenPercent = 5;

    /// <summary>A sentence for each; none when all kept up.</summary>
    public static IEnumerable<string> Describe(RoomsReport report)
    {
        var server = (report.EdgeCorePercent + report.ControlCorePercent) / report.ServerCores;
        if (server > ServerPercent)
        {
            yield return Text(
                $"The server was saturated: edge and control used {server:0} % of their {report.ServerCores} core(s)."
            );
        }

        var joining = report.JoiningCorePercent / report.ServerCores;
        if (joining > ServerPercent)
        {
            yield return Text(
                $"The server was saturated while people joined ({joining:0} %): joins took longer for that."
            );
        }

        if (report.Drops.Server > 0)
        {
            yield return Text(
                $"The edge did not keep up: {report.Drops.Server} datagrams came while its socket's buffer was full."
            );
        }

        if (report.JoiningRequestsPercent > RequestsPercent)
        {
            yield return Text(
                $"The clients were saturated while people joined: their requests alone took {report.JoiningRequestsPercent:0} % of their core; joins took longer for that."
            );
        }

        if (report.ClientsLatePercent > LatePercent)
        {
            yield return Text(
                $"The clients were saturated: {report.ClientsLatePercent:0.0} % of the time in turns of more than {LoadDriver.LongTurn.TotalMilliseconds:0} ms; latencies are theirs."
            );
        }

        if (report.ClientsWaitedPercent > WaitedPercent)
        {
            yield return Text(
                $"Others had the clients' core {report.ClientsWaitedPercent:0} % of the time: what looks like their saturation may be that."
            );
        }

        if (report.Drops.Others > 0)
        {
            yield return Text(
                $"The clients did not keep up: {report.Drops.Others} datagrams came while their sockets' buffers were full; losses are theirs."
            );
        }

        if (report.StolenPercent > StolenPercent)
        {
            yield return Text(
                $"The host gave {report.StolenPercent:0} % of the time to others: no figure is better than that."
            );
        }
    }

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}
