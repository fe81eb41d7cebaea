using System.Globalization;
using Edge.Load.Reports;

namespace Edge.Load.Rooms.Reports;

/// <summary>Prints the rows of a summary side by side: a line a figure.</summary>
internal static class RoomsTable
{
    private const int NameWidth = 46;
    private const int ColumnWidth = 26;

    /// <summary>Problems printed of each row; the JSON has all.</summary>
    private const int ProblemsMax = 5;

    public static void Print(IReadOnlyList<RoomsRow> rows, TextWriter output)
    {
        if (rows is not [var first, ..])
        {
            return;
        }

        foreach (var line in Offered(first.Medians))
        {
            output.WriteLine(line);
        }

        Line("", row => Title(row.Medians));
        Line("rooms", row => Text($"{row.Runs}"));
        Section("The server");
        Line("packets/s to viewers, of offered", row => Rate(row.Medians));
        Line("edge, CPU us a packet", row => Text($"{row.Medians.EdgeMicroseconds:0.0}"));
        Line("edge, control, % of a core", row => Cores(row.Medians));
        Line("both while people joined", row => Text($"{row.Medians.JoiningCorePercent:0.0}"));
        Line("edge, control, CPU ms a join", row => Joins(row.Medians));
        Line("edge, control, KB a session", row => Memory(row.Medians));
        Section("Viewers on good networks");
        PrintGroup(row => row.Medians.Good);
        if (rows.Any(row => row.Medians.OfBad is not null))
        {
            Section("Viewers on bad networks");
            PrintGroup(row => row.Medians.OfBad);
        }

        Section("What to believe");
        Line("clients, longest turn ms, % late", row => Clients(row.Medians));
        Line(
            "clients' requests while people joined, %",
            row => Text($"{row.Medians.JoiningRequestsPercent:0.0}")
        );
        Line("clients, edge, waited for a core, %", row => Waited(row.Medians));
        Line("datagrams lost, edge's sockets, clients'", row => Drops(row.Medians));
        Line("stolen by the host, %", row => Text($"{row.Medians.StolenPercent:0.0}"));
        PrintVerdict(rows, output);

        void Section(string name) => output.WriteLine(name);

        void Line(string name, Func<RoomsRow, string> figure) =>
            output.WriteLine(
                (
                    $"  {name}".PadRight(NameWidth)
                    + string.Concat(rows.Select(row => figure(row).PadLeft(ColumnWidth)))
                ).TrimEnd()
            );

        void PrintGroup(Func<RoomsRow, RoomGroup?> group)
        {
            Of("with every camera and microphone", g => $"{g.Complete} of {g.Viewers}");
            Of(
                "arrived %, least of any viewer",
                g => $"{g.ArrivedPercent:0.00} / {g.ArrivedLeastPercent:0.00}"
            );
            Of("never came %", g => $"{g.LostPercent:0.000}");
            Of("repaired packets/s", g => $"{g.RecoveredPerSecond:0}");
            Of("kbit/s a viewer, least", g => $"{g.KilobitsMedian:0} / {g.KilobitsLeast:0}");
            Of("pictures' latency ms", g => $"{Tail(g.Video)}");
            Of("sound's latency ms", g => $"{Tail(g.Audio)}");
            Of("join ms", g => $"{Most(g.Join)}");
            Of("  of it the requests", g => $"{Most(g.JoinRequests)}");
            Of("pull of who joined later, ms", g => $"{Most(g.LaterPull)}");

            void Of(string name, Func<RoomGroup, FormattableString> figure) =>
                Line(name, row => group(row) is { } got ? Text(figure(got)) : "-");
        }
    }

    private static IEnumerable<string> Offered(RoomsReport room)
    {
        yield return Text(
            $"A room of {room.People}, {room.JoinsPerSecond:0.#} joins a second. Each sends a camera of {room.FramesPerSecond} pictures/s, {room.CameraBitsPerSecond / 1000} kbit/s, and Opus:"
        );
        yield return Text(
            $"{room.Speakers} speak (50 packets/s), the others are silent (2.5). Each watches and hears {room.Pulls} others; {room.Seconds:0} s measured."
        );
        yield return "Bad networks lose media and carry little, with 300 ms of queue; they are emulated in the clients.";
        yield return "Latency: from making to arrival, p50/p99/p99.9. Never came: numbers missing after repair. Arrived: of what";
        yield return "was sent. Join: from the first request to the first packet of each camera that was there, p50/p99/most;";
        yield return "cameras beyond what a viewer's network was found to carry wait for the server's tests of it.";
    }

    private static void PrintVerdict(IReadOnlyList<RoomsRow> rows, TextWriter output)
    {
        foreach (var row in rows)
        {
            var title = Title(row.Medians);
            foreach (var problem in row.Medians.Problems.Take(ProblemsMax))
            {
                output.WriteLine($"{title}: {problem}");
            }

            var further = row.Medians.Problems.Count - ProblemsMax;
            if (further > 0)
            {
                output.WriteLine(Text($"{title}: and {further} further problems."));
            }

            foreach (var sentence in row.Saturated)
            {
                output.WriteLine($"{title}: {sentence}");
            }
        }

        foreach (var row in rows.Skip(1))
        {
            output.WriteLine(
                $"{Title(row.Medians)}: {Cost(rows[0].Medians.Good, row.Medians.Good)}"
            );
        }

        if (rows.All(row => row.Saturated.Count == 0))
        {
            output.WriteLine("Neither the server nor the clients were saturated.");
        }
    }

    /// <summary>What the others' networks cost those on good ones.</summary>
    private static string Cost(RoomGroup before, RoomGroup after) =>
        Text(
            $"the others got {after.LostPercent - before.LostPercent:+0.000;-0.000;0} points of loss, {after.Video.P99 - before.Video.P99:+0.0;-0.0;0} ms of pictures' p99 and {100 * ((after.KilobitsMedian / before.KilobitsMedian) - 1):+0.0;-0.0;0} % of kbit/s beside the room without them."
        );

    private static string Title(RoomsReport room) =>
        room.Bad == 0
            ? "all good"
            : Text(
                $"{room.Bad} bad ({room.BadLossPercent:0.#} %, {room.BadBitsPerSecond / 1000}k)"
            );

    private static string Rate(RoomsReport room) =>
        Text($"{room.ForwardedPerSecond:0} / {room.OfferedPerSecond:0}");

    private static string Cores(RoomsReport room) =>
        Text($"{room.EdgeCorePercent:0.0} / {room.ControlCorePercent:0.0}");

    private static string Joins(RoomsReport room) =>
        Text($"{room.EdgeJoinMilliseconds:0.0} / {room.ControlJoinMilliseconds:0.0}");

    private static string Memory(RoomsReport room) =>
        Text($"{room.EdgeKilobytesPerSession:0} / {room.ControlKilobytesPerSession:0}");

    private static string Clients(RoomsReport room) =>
        Text($"{room.ClientsLongestTurnMilliseconds:0.0} / {room.ClientsLatePercent:0.00}");

    private static string Waited(RoomsReport room) =>
        Text($"{room.ClientsWaitedPercent:0.0} / {room.EdgeWaitedPercent:0.0}");

    private static string Drops(RoomsReport room) =>
        Text($"{room.Drops.Server} / {room.Drops.Others}");

    private static string Tail(Distribution times) =>
        Text($"{times.P50:0.0} / {times.P99:0.0} / {times.P999:0.0}");

    private static string Most(Distribution times) =>
        times.Most <= 0 ? "-" : Text($"{times.P50:0} / {times.P99:0} / {times.Most:0}");

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}
