using System.Collections.Immutable;

namespace Edge.Node.Serving;

/// <summary>How a node serves other processes.</summary>
public sealed record NodeServiceOptions
{
    /// <summary>The PoP's name.</summary>
    public required string Pop { get; init; }

    /// <summary>The node's name, unique in its PoP.</summary>
    public required string Node { get; init; }

    /// <summary>Most sessions of the node, as announced: <see cref="Sessions.MediaNodeOptions.SessionsMax"/>.</summary>
    public required int SessionsMax { get; init; }

    /// <summary>Where other processes of the PoP reach this one; announced. Default: none.</summary>
    public string? LanAddress { get; init; }

    /// <summary>The build; announced. Default: none.</summary>
    public string? Version { get; init; }

    /// <summary>Most requests at once; further ones are answered as overloaded. Default 4096, range 1 to
    /// 65536. Chosen: one for each session that a node takes by default; most of them wait for media.</summary>
    public int RequestsMax { get; init; } = 4096;

    /// <summary>Most readers of events at once; further ones are refused as overloaded. Default 4096, range 1
    /// to 65536. Chosen: four apps whose streams are all taken at one control.</summary>
    public int ReadersMax { get; init; } = 4096;

    /// <summary>How long a request is worked on that does not say how long it is waited for. Default 10 s,
    /// range 1 s to 5 min.</summary>
    public TimeSpan WithinDefault { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the end waits for requests that are being answered. Default 2 s, range 0 to 1 min.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Every problem of these options, one sentence each; empty when they are good.</summary>
    public ImmutableArray<string> Validate()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        Check(problems, Pop.Length > 0 && Node.Length > 0, "Pop and Node have names.");
        Check(problems, SessionsMax >= 1, "SessionsMax is at least 1.");
        Check(problems, RequestsMax is >= 1 and <= 65_536, "RequestsMax is 1 to 65536.");
        Check(problems, ReadersMax is >= 1 and <= 65_536, "ReadersMax is 1 to 65536.");
        Check(
            problems,
            WithinDefault.TotalSeconds is >= 1 and <= 300,
            "WithinDefault is 1 s to 5 min."
        );
        Check(problems, StopWithin.TotalSeconds is >= 0 and <= 60, "StopWithin is 0 to 1 min.");
        return problems.ToImmutable();
    }

    private static void Check(
        ImmutableArray<string>.Builder problems,
        bool isRight,
        string otherwise
    )
    {
        if (!isRight)
        {
            problems.Add(otherwise);
        }
    }
}
