namespace Edge.Hosting.Settings;

/// <summary>What the command line asks for.</summary>
public abstract record CommandLine
{
    private CommandLine() { }

    /// <summary>Serve.</summary>
    /// <param name="ConfigPath">The settings file; null: none.</param>
    /// <param name="IsLan">Whether to serve the machine's own network over HTTPS.</param>
    public sealed record Serve(string? ConfigPath, bool IsLan) : CommandLine;

    /// <summary>Print the help and end.</summary>
    public sealed record Help : CommandLine;

    /// <summary>Print the version and end.</summary>
    public sealed record Version : CommandLine;

    /// <summary>It cannot be understood; the process ends with exit code 2.</summary>
    public sealed record Wrong(string Problem) : CommandLine;

    /// <summary>Reads the arguments; --lan is for control only.</summary>
    public static CommandLine Parse(Executables program, IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        string? config = null;
        var isLan = false;
        for (var index = 0; index < arguments.Count; index++)
        {
            switch (arguments[index])
            {
                case "--help" or "-h":
                    return new Help();
                case "--version":
                    return new Version();
                case "--lan" when program == Executables.Control:
                    isLan = true;
                    break;
                case "--config" when config is null && index + 1 < arguments.Count:
                    config = arguments[++index];
                    break;
                case "--config":
                    return new Wrong("--config: one file name is expected after it, once.");
                default:
                    return new Wrong($"{arguments[index]}: unknown argument; see --help.");
            }
        }

        return new Serve(config, isLan);
    }
}
