using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;

namespace Edge.Load.Mesh;

/// <summary>What a run over several places measures, from the command line.</summary>
internal sealed record MeshOptions
{
    /// <summary>The place whose edge publishers are at: its viewers need no mesh.</summary>
    public const string Home = "home";

    public const string Usage = """
        Edge.Load mesh: N publishers at one edge; then, one place after the other, a viewer of each
        there, and what every process pays.

          --publish URL           WHIP, to which the names of streams are appended
          --place NAME=URL        WHEP, the same; repeated, in this order; "home" is the publishers' edge
          --process NAME=PID      whose CPU time is reported; a place's edge has its name; repeated
          --tcp PID               in whose network namespace TCP's segments are counted
          --conditions TEXT       what the report calls the link
          --streams N             (1)
          --seconds S             length of each measured window (5)
          --warmup S              before each window (2)
          --token TEXT  --bind ADDRESS  --json FILE    as without "mesh"
          --summary FOLDER        no run: the table of the JSON reports in a folder; --json as above
        """;

    public Uri? Publish { get; private init; }
    public ImmutableArray<(string Name, Uri Url)> Places { get; private init; } = [];
    public ImmutableArray<(string Name, int Id)> Processes { get; private init; } = [];
    public int TcpProcess { get; private init; }
    public string Conditions { get; private init; } = "";
    public int Streams { get; private init; } = 1;
    public TimeSpan Window { get; private init; } = TimeSpan.FromSeconds(5);
    public TimeSpan Warmup { get; private init; } = TimeSpan.FromSeconds(2);
    public string? Token { get; private init; }
    public NetworkAddress Bind { get; private init; } = NetworkAddress.FromIPv4(0x7F000001, 0);
    public string? JsonFile { get; private init; }
    public string? SummaryFolder { get; private init; }

    /// <summary>Reads the arguments; the problem is a sentence.</summary>
    public static bool TryParse(
        IReadOnlyList<string> arguments,
        [NotNullWhen(true)] out MeshOptions? options,
        [NotNullWhen(false)] out string? problem
    )
    {
        options = OptionValues.Read(
            arguments,
            new MeshOptions(),
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

        if (Publish is null || Places.IsEmpty)
        {
            return "Give --publish and a --place, or --summary.";
        }

        return Processes.Any(process => process.Name is Home)
            ? null
            : $"Give --process {Home}=PID.";
    }

    private MeshOptions? With(string name, string value) =>
        name switch
        {
            "--publish" => OptionValues.Url(value) is { } url ? this with { Publish = url } : null,
            "--place" => OptionValues.Pair(value) is { } pair ? WithPlace(pair) : null,
            "--process" => OptionValues.Pair(value) is { } pair ? WithProcess(pair) : null,
            "--tcp" => OptionValues.Number(value, 1, int.MaxValue) is { } id
                ? this with
                {
                    TcpProcess = (int)id,
                }
                : null,
            "--conditions" => this with { Conditions = value },
            "--streams" => OptionValues.Number(value, 1, 1000) is { } count
                ? this with
                {
                    Streams = (int)count,
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
            "--token" => this with { Token = value },
            "--bind" => OptionValues.Address(value) is { } address
                ? this with
                {
                    Bind = address,
                }
                : null,
            "--json" => this with { JsonFile = value },
            "--summary" => this with { SummaryFolder = value },
            _ => null,
        };

    private MeshOptions? WithPlace((string Name, string Value) pair) =>
        OptionValues.Url(pair.Value) is { } url
            ? this with
            {
                Places = Places.Add((pair.Name, url)),
            }
            : null;

    private MeshOptions? WithProcess((string Name, string Value) pair) =>
        OptionValues.Number(pair.Value, 1, int.MaxValue) is { } id
            ? this with
            {
                Processes = Processes.Add((pair.Name, (int)id)),
            }
            : null;
}
