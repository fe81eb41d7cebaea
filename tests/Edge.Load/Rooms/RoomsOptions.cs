using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;

namespace Edge.Load.Rooms;

/// <summary>What a room measures, from the command line.</summary>
internal sealed record RoomsOptions
{
    public const string Usage = """
        Edge.Load rooms: sessions that each publish a camera and a microphone and pull those of others, over one
        connection each, by the session and track API; and what that costs the server.

          --api URL               http://host:port/v1/apps/APP
          --edge PID --control PID  the processes whose CPU time and memory are reported
          --server-cores N        how many cores these have (1)
          --media-port N          the edge's, to tell whose sockets lose datagrams (7000)
          --people N              (100)
          --pulls N               of how many others each watches and hears (25)
          --joins N               a second (20)
          --tracks N              most tracks pulled in one call (32, as partytracks)
          --fps N --packets N --payload BYTES   a camera (7 pictures a second of 1 packet of 1100 bytes)
          --speakers N            send 50 packets of sound a second, all others one each 400 ms (4)
          --bad N                 have bad networks (0)
          --bad-loss PERCENT --bad-rate KBITS   of media that comes to these; the rate with 300 ms of queue (5, 500)
          --seconds S             length of the measured window (10)
          --warmup S              between the last join and the window (5)
          --token TEXT  --bind ADDRESS  --json FILE    as without "rooms"
          --summary FOLDER        no run: the table of the JSON reports in a folder; --json as above
        """;

    public Uri? Api { get; private init; }
    public int Edge { get; private init; }
    public int Control { get; private init; }
    public int ServerCores { get; private init; } = 1;
    public int MediaPort { get; private init; } = 7000;
    public int People { get; private init; } = 100;
    public int Pulls { get; private init; } = 25;
    public double JoinsPerSecond { get; private init; } = 20;
    public int TracksPerCall { get; private init; } = 32;
    public int FramesPerSecond { get; private init; } = 7;
    public int PacketsPerFrame { get; private init; } = 1;
    public int PayloadBytes { get; private init; } = 1100;
    public int Speakers { get; private init; } = 4;
    public int Bad { get; private init; }
    public double BadLossPercent { get; private init; } = 5;
    public Bitrate BadRate { get; private init; } = Bitrate.FromKilobits(500);
    public TimeSpan Window { get; private init; } = TimeSpan.FromSeconds(10);
    public TimeSpan Warmup { get; private init; } = TimeSpan.FromSeconds(5);
    public string? Token { get; private init; }
    public NetworkAddress Bind { get; private init; } = NetworkAddress.FromIPv4(0x7F000001, 0);
    public string? JsonFile { get; private init; }
    public string? SummaryFolder { get; private init; }

    /// <summary>Reads the arguments; the problem is a sentence.</summary>
    public static bool TryParse(
        IReadOnlyList<string> arguments,
        [NotNullWhen(true)] out RoomsOptions? options,
        [NotNullWhen(false)] out string? problem
    )
    {
        options = OptionValues.Read(
            arguments,
            new RoomsOptions(),
            static (read, name, value) => read.With(name, value),
            out problem
        );
        problem ??= options!.Missing();
        options = problem is null ? options : null;
        return options is not null;
    }

    private string? Missing()
    {
        if (SummaryFolder is not null)
        {
            return null;
        }

        if (Api is null)
        {
            return "Give --api, or --summary.";
        }

        if (Pulls >= People)
        {
            return "--pulls has to be less than --people: nobody watches herself.";
        }

        return Bad >= People || Speakers > People
            ? "--bad has to be less than --people, and --speakers no more."
            : null;
    }

    private RoomsOptions? With(string name, string value) =>
        name switch
        {
            "--api" => OptionValues.Url(value) is { } url ? this with { Api = url } : null,
            "--token" => this with { Token = value },
            "--bind" => OptionValues.Address(value) is { } address
                ? this with
                {
                    Bind = address,
                }
                : null,
            "--json" => this with { JsonFile = value },
            "--summary" => this with { SummaryFolder = value },
            "--joins" => WithNumber(value, 0.1, 1000, (o, n) => o with { JoinsPerSecond = n }),
            "--seconds" => WithNumber(
                value,
                0.1,
                3600,
                (o, n) => o with { Window = TimeSpan.FromSeconds(n) }
            ),
            "--warmup" => WithNumber(
                value,
                0,
                3600,
                (o, n) => o with { Warmup = TimeSpan.FromSeconds(n) }
            ),
            "--bad-loss" => WithNumber(value, 0, 100, (o, n) => o with { BadLossPercent = n }),
            _ => WithCount(name, value),
        };

    private RoomsOptions? WithCount(string name, string value) =>
        name switch
        {
            "--edge" => WithNumber(value, 1, int.MaxValue, (o, n) => o with { Edge = (int)n }),
            "--control" => WithNumber(
                value,
                1,
                int.MaxValue,
                (o, n) => o with { Control = (int)n }
            ),
            "--server-cores" => WithNumber(
                value,
                1,
                1024,
                (o, n) => o with { ServerCores = (int)n }
            ),
            "--media-port" => WithNumber(value, 0, 65535, (o, n) => o with { MediaPort = (int)n }),
            "--people" => WithNumber(value, 2, 1000, (o, n) => o with { People = (int)n }),
            "--pulls" => WithNumber(value, 1, 100, (o, n) => o with { Pulls = (int)n }),
            "--tracks" => WithNumber(value, 1, 64, (o, n) => o with { TracksPerCall = (int)n }),
            "--fps" => WithNumber(value, 1, 60, (o, n) => o with { FramesPerSecond = (int)n }),
            "--packets" => WithNumber(value, 1, 50, (o, n) => o with { PacketsPerFrame = (int)n }),
            "--payload" => WithNumber(value, 50, 1150, (o, n) => o with { PayloadBytes = (int)n }),
            "--speakers" => WithNumber(value, 0, 1000, (o, n) => o with { Speakers = (int)n }),
            "--bad" => WithNumber(value, 0, 1000, (o, n) => o with { Bad = (int)n }),
            "--bad-rate" => WithNumber(
                value,
                10,
                1_000_000,
                (o, n) => o with { BadRate = Bitrate.FromKilobits((long)n) }
            ),
            _ => null,
        };

    private RoomsOptions? WithNumber(
        string value,
        double least,
        double most,
        Func<RoomsOptions, double, RoomsOptions> with
    ) => OptionValues.Number(value, least, most) is { } number ? with(this, number) : null;
}
