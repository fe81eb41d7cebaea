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
          --viewers N             (10)
          --decrypt N             of so many, spread evenly, all packets are decrypted, and their latencies counted; of the
                                  others headers only, once they joined (20)
          --seconds S             length of the measured window (10)
          --warmup S              between the last join and the window (2)
          --media captured|plain  what is published: sizes and times of a browser's packets (tests/captures/media), the
                                  default, or 30 times a second 9 packets of 1200 bytes within 5 ms
          --srtp gcm|sha1         the only SRTP profile that is offered; by default all are
          --bind ADDRESS          the clients' own address (127.0.0.1)
          --pid N                 the server's process, to measure its CPU time and memory
          --name TEXT             what the report calls the server
          --json FILE             also write the report there
          --summary FOLDER        no run: medians of the JSON reports in a folder; --json as above

        Edge.Load mesh ...: the same of many streams at several places. Edge.Load rooms ...: rooms of sessions.
        Edge.Load link ...: a slow link. Edge.Load record ...: a browser's packets for --media captured.
        """;

    public Uri? Whip { get; private init; }
    public Uri? Whep { get; private init; }
    public Uri? Janus { get; private init; }
    public string? Token { get; private init; }
    public int Viewers { get; private init; } = 10;
    public int Decrypts { get; private init; } = 20;
    public TimeSpan Window { get; private init; } = TimeSpan.FromSeconds(10);
    public TimeSpan Warmup { get; private init; } = TimeSpan.FromSeconds(2);
    public LoadMedia Media { get; private init; } = LoadMedia.Captured;
    public SrtpProfile Profile { get; private init; } = SrtpProfile.None;
    public NetworkAddress Bind { get; private init; } = NetworkAddress.FromIPv4(0x7F000001, 0);
    public int ProcessId { get; private init; }
    public string Name { get; private init; } = "server";
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
        return targets == 1 && !isHalf
            ? null
            : "Give --whip with --whep, or --janus, or --summary.";
    }

    private LoadOptions? With(string name, string value) =>
        name switch
        {
            "--whip" => OptionValues.Url(value) is { } url ? this with { Whip = url } : null,
            "--whep" => OptionValues.Url(value) is { } url ? this with { Whep = url } : null,
            "--janus" => OptionValues.Url(value) is { } url ? this with { Janus = url } : null,
            "--token" => this with { Token = value },
            "--viewers" => OptionValues.Number(value, 1, 10_000) is { } count
                ? this with
                {
                    Viewers = (int)count,
                }
                : null,
            "--decrypt" => OptionValues.Number(value, 1, 10_000) is { } count
                ? this with
                {
                    Decrypts = (int)count,
                }
                : null,
            "--seconds" => OptionValues.Number(value, 0.1, 3600) is { } seconds
                ? this with
                {
                    Window = TimeSpan.FromSeconds(seconds),
                }
                : null,
            "--warmup" => OptionValues.Number(value, 0, 3600) is { } seconds
                ? this with
                {
                    Warmup = TimeSpan.FromSeconds(seconds),
                }
                : null,
            "--media" => value switch
            {
                "captured" => this with { Media = LoadMedia.Captured },
                "plain" => this with { Media = LoadMedia.Plain },
                _ => null,
            },
            "--srtp" => value switch
            {
                "gcm" => this with { Profile = SrtpProfile.AeadAes128Gcm },
                "sha1" => this with { Profile = SrtpProfile.Aes128CmSha1Tag80 },
                _ => null,
            },
            "--bind" => OptionValues.Address(value) is { } address
                ? this with
                {
                    Bind = address,
                }
                : null,
            "--pid" => OptionValues.Number(value, 1, int.MaxValue) is { } id
                ? this with
                {
                    ProcessId = (int)id,
                }
                : null,
            "--name" => this with { Name = value },
            "--json" => this with { JsonFile = value },
            "--summary" => this with { SummaryFolder = value },
            _ => null,
        };
}
