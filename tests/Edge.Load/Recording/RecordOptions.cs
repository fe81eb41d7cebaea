using System.Diagnostics.CodeAnalysis;

namespace Edge.Load.Recording;

/// <summary>What a recording takes, from the command line.</summary>
internal sealed record RecordOptions
{
    public const string Usage = """
        Edge.Load record: how Chromium cuts pictures and sound into packets, and when it sends them.

          --folder FOLDER         where chromium-vp8.txt and chromium-opus.txt are written
          --kbps N                most that the picture has (2500)
          --settle S              until its rate stands (12)
          --seconds S             length of the stretch that is kept (20)
          --chromium FILE         the browser (/usr/bin/chromium)
        """;

    public string? Folder { get; private init; }
    public int Kilobits { get; private init; } = 2500;
    public TimeSpan Settle { get; private init; } = TimeSpan.FromSeconds(12);
    public TimeSpan Window { get; private init; } = TimeSpan.FromSeconds(20);
    public string Chromium { get; private init; } = "/usr/bin/chromium";

    /// <summary>Reads the arguments; the problem is a sentence.</summary>
    public static bool TryParse(
        IReadOnlyList<string> arguments,
        [NotNullWhen(true)] out RecordOptions? options,
        [NotNullWhen(false)] out string? problem
    )
    {
        options = OptionValues.Read(
            arguments,
            new RecordOptions(),
            static (read, name, value) => read.With(name, value),
            out problem
        );
        problem ??= options!.Folder is null ? "Give --folder." : null;
        options = problem is null ? options : null;
        return options is not null;
    }

    private RecordOptions? With(string name, string value) =>
        name switch
        {
            "--folder" => this with { Folder = value },
            "--chromium" => this with { Chromium = value },
            "--kbps" => OptionValues.Number(value, 50, 100_000) is { } kilobits
                ? this with
                {
                    Kilobits = (int)kilobits,
                }
                : null,
            "--settle" => OptionValues.Number(value, 1, 3600) is { } seconds
                ? this with
                {
                    Settle = TimeSpan.FromSeconds(seconds),
                }
                : null,
            "--seconds" => OptionValues.Number(value, 1, 3600) is { } seconds
                ? this with
                {
                    Window = TimeSpan.FromSeconds(seconds),
                }
                : null,
            _ => null,
        };
}
