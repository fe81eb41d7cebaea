using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;
using Edge.Protocol.Srtp;

namespace Edge.Load;

/// <summary>What a run measures, from the command line.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        Edge.Load: one publisher and N viewers against a server, and what that costs it.

          --whip URL --whep URL   a server that speaks WHIP and WHEP
          --token TEXT            bearer token for both
          --janus URL             or Janus' VideoRoom, by its HTTP API (http://host:8088/janus)
          --media captured|plain|sound
                                  what is published: sizes and times of a browser's packets (tests/captures/media), the
                                  default; 30 times a second 9 packets of 1200 bytes within 5 ms; or a browser's Opus alone
          --streams N             publishers, over whom the viewers are spread evenly (1)
          --viewers N             that join one after another, and stay; 0 for none (10)
          --decrypt N             of so many, spread evenly, all packets are decrypted, and their latencies counted; of the
                                  others headers only, once they joined (20)
          --receive cut|whole     whether viewers are given what was sent as one message (UDP_SEGMENT) cut by the kernel, on
                                  the server's time, the default; or whole (UDP_GRO), as if a network card cut it
          --seconds S             length of the measured window (10)
          --warmup S              between the last join and the window (2)
          --joins N               after the window, so many viewers a second join and leave at their first packet (0)
          --join-seconds S        for so long (3)
          --publishers N          at the end others publish too, so many with the first: what memory a track needs (1)
          --srtp gcm|sha1         the only SRTP profile that is offered; by default all are
          --bind ADDRESS          the clients' own address (127.0.0.1)
          --pid N                 the server's process, to measure its CPU time and memory
          --name TEXT             what the report calls the server
          --version TEXT          what it says of the server's version
          --json FILE             also write the report there
          --summary FOLDER        no run: medians of the JSON reports in a folder; --json as above

        Viewers send transport-wide feedback, receiver reports, NACKs and PLIs as Chromium does. Arrivals go by the kernel's
        stamps.

        Edge.Load mesh ...: the same of many streams at several places. Edge.Load rooms ...: rooms of sessions.
        Edge.Load link ...: a slow link. Edge.Load start ...: how long a start takes.
        Edge.Load record ...: a browser's packets for --media captured.
        """;

    private const int CountMax = 10_000;

    public Uri? Whip { get; private init; }
    public Uri? Whep { get; private init; }
    public Uri? Janus { get; private init; }
    public string? Token { get; private init; }
    public int Streams { get; private init; } = 1;
    public int Viewers { get; private init; } = 10;
    public int Decrypts { get; private init; } = 20;
    public TimeSpan Window { get; private init; } = TimeSpan.FromSeconds(10);
    public TimeSpan Warmup { get; private init; } = TimeSpan.FromSeconds(2);
    public LoadMedia Media { get; private init; } = LoadMedia.Captured;
    public bool HasPictures => Media != LoadMedia.Sound;
    public bool ReceivesWhole { get; private init; }
    public double Joins { get; private init; }
    public TimeSpan JoinWindow { get; private init; } = TimeSpan.FromSeconds(3);
    public int Publishers { get; private init; } = 1;
    public SrtpProfile Profile { get; private init; } = SrtpProfile.None;
    public NetworkAddress Bind { get; private init; } = NetworkAddress.FromIPv4(0x7F000001, 0);
    public int ProcessId { get; private init; }
    public string Name { get; private init; } = "server";
    public string? Version { get; private init; }
    public string? JsonFile { get; private init; }
    public string? SummaryFolder { get; private init; }

    /// <summary>Reads the arguments; the problem is a sentence.</summary>
    public static bool TryParse(
        IReadOnlyList<string> arguments,
        [NotNullWhen(true)] out LoadOptions? options,
        [NotNullWhen(false)] out string? problem
    )
    {
        options = OptionValues.Read(
            arguments,
            new LoadOptions(),
            static (read, name, value) => read.With(name, value),
            out problem
        );
        problem ??= options!.Missing();
        options = problem is null ? options : null;
        return options is not null;
    }

    private string? Missing()
    {
        var isWhip = Whip is not null && Whep is not null;
        var isHalf = (Whip is null) != (Whep is null);
        var targets = (isWhip ? 1 : 0) + (Janus is null ? 0 : 1) + (SummaryFolder is null ? 0 : 1);
        if (targets != 1 || isHalf)
        {
            return "Give --whip with --whep, or --janus, or --summary.";
        }

        if (Streams > 1 && Janus is not null)
        {
            return "Of Janus one stream is watched.";
        }

        return Viewers == 0 && Joins == 0 ? "Without viewers, give --joins." : null;
    }

    private LoadOptions? With(string name, string value) =>
        name switch
        {
            "--whip" => OptionValues.Url(value) is { } url ? this with { Whip = url } : null,
            "--whep" => OptionValues.Url(value) is { } url ? this with { Whep = url } : null,
            "--janus" => OptionValues.Url(value) is { } url ? this with { Janus = url } : null,
            "--token" => this with { Token = value },
            "--srtp" => value switch
            {
                "gcm" => this with { Profile = SrtpProfile.AeadAes128Gcm },
                "sha1" => this with { Profile = SrtpProfile.Aes128CmSha1Tag80 },
                _ => null,
            },
            "--receive" => value switch
            {
                "cut" => this with { ReceivesWhole = false },
                "whole" => this with { ReceivesWhole = true },
                _ => null,
            },
            "--bind" => OptionValues.Address(value) is { } at ? this with { Bind = at } : null,
            "--pid" => OptionValues.Count(value, 1, int.MaxValue) is { } id
                ? this with
                {
                    ProcessId = id,
                }
                : null,
            "--name" => this with { Name = value },
            "--version" => this with { Version = value },
            "--json" => this with { JsonFile = value },
            "--summary" => this with { SummaryFolder = value },
            _ => WithLoad(name, value),
        };

    private LoadOptions? WithLoad(string name, string value)
    {
        if (name is "--media")
        {
            return value switch
            {
                "captured" => this with { Media = LoadMedia.Captured },
                "plain" => this with { Media = LoadMedia.Plain },
                "sound" => this with { Media = LoadMedia.Sound },
                _ => null,
            };
        }

        var count = OptionValues.Count(value, 0, CountMax);
        var seconds = OptionValues.Seconds(value);
        return (name, count, seconds) switch
        {
            ("--streams", >= 1 and { } streams, _) => this with { Streams = streams },
            ("--viewers", { } viewers, _) => this with { Viewers = viewers },
            ("--decrypt", >= 1 and { } viewers, _) => this with { Decrypts = viewers },
            ("--publishers", >= 1 and { } publishers, _) => this with { Publishers = publishers },
            ("--joins", _, _) when OptionValues.Number(value, 0, CountMax) is { } joins => this with
            {
                Joins = joins,
            },
            ("--seconds", _, { Ticks: > 0 } window) => this with { Window = window },
            ("--warmup", _, { } warmup) => this with { Warmup = warmup },
            ("--join-seconds", _, { Ticks: > 0 } window) => this with { JoinWindow = window },
            _ => null,
        };
    }
}
