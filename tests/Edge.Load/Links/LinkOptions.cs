using Edge.Testing.Network;

namespace Edge.Load.Links;

/// <summary>An emulated link, from the command line.</summary>
internal sealed record LinkOptions
{
    public const string Usage = """
        Edge.Load link: two TUN devices, and what a slow link does between them, until SIGTERM.

          --left NAME --right NAME   the devices; move them into their network namespaces
          --delay MS                 each way (0)
          --loss PERCENT             of packets, each way, each for itself (0)
          --seed N                   what losses are drawn from (1)
        """;

    public string Left { get; private init; } = "";
    public string Right { get; private init; } = "";
    public LinkConditions Conditions { get; private init; } = LinkConditions.Perfect;
    public ulong Seed { get; private init; } = 1;

    /// <summary>Reads the arguments; null when they are not understood.</summary>
    public static LinkOptions? Parse(IReadOnlyList<string> arguments)
    {
        var read = OptionValues.Read(
            arguments,
            new LinkOptions(),
            static (read, name, value) => read.With(name, value),
            out _
        );
        return read is { Left.Length: > 0, Right.Length: > 0 } ? read : null;
    }

    private LinkOptions? With(string name, string value) =>
        (name, OptionValues.Number(value, 0, long.MaxValue)) switch
        {
            ("--left", _) => this with { Left = value },
            ("--right", _) => this with { Right = value },
            ("--delay", <= 10_000 and var milliseconds) => WithConditions(
                Conditions with
                {
                    Delay = TimeSpan.FromMilliseconds(milliseconds),
                }
            ),
            ("--loss", <= 100 and var percent) => WithConditions(
                Conditions with
                {
                    Loss = percent / 100,
                }
            ),
            ("--seed", { } seed) => this with { Seed = (ulong)seed },
            _ => null,
        };

    private LinkOptions WithConditions(LinkConditions conditions) =>
        this with
        {
            Conditions = conditions,
        };
}
