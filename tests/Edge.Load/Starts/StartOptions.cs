namespace Edge.Load.Starts;

/// <summary>What is started, from the command line.</summary>
internal sealed record StartOptions
{
    public const string Usage = """
        Edge.Load start: how long a standalone control takes to start, and its memory when nobody uses it.

          --program FILE   the executable; what tests start, when left out
          --starts N       so many, one after another (30)
          --settle S       seconds between the last start and the look at its memory (3)
          --json FILE      also write the report there
        """;

    private const int StartsMost = 10_000;

    public string? Program { get; private init; }
    public int Starts { get; private init; } = 30;
    public TimeSpan Settle { get; private init; } = TimeSpan.FromSeconds(3);
    public string? JsonFile { get; private init; }

    /// <summary>Reads the arguments; null, and the problem as a sentence, when they are not understood.</summary>
    public static StartOptions? Parse(IReadOnlyList<string> arguments, out string? problem) =>
        OptionValues.Read(
            arguments,
            new StartOptions(),
            static (read, name, value) => read.With(name, value),
            out problem
        );

    private StartOptions? With(string name, string value) =>
        name switch
        {
            "--program" => this with { Program = value },
            "--starts" when OptionValues.Count(value, 1, StartsMost) is { } starts => this with
            {
                Starts = starts,
            },
            "--settle" when OptionValues.Seconds(value) is { } settle => this with
            {
                Settle = settle,
            },
            "--json" => this with { JsonFile = value },
            _ => null,
        };
}
