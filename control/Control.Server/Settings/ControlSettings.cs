using System.Collections.Immutable;
using System.Net;
using Control.Server.Turn;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Settings;

/// <summary>The settings of a process, read and checked: every value here can be used as it is.</summary>
internal sealed record ControlSettings
{
    /// <summary>Public HTTP addresses (EDGE_HTTP); port 0 asks the system for a free one.</summary>
    public required ImmutableArray<IPEndPoint> Http { get; init; }

    /// <summary>Address of health and drain (EDGE_ADMIN).</summary>
    public required IPEndPoint Admin { get; init; }

    /// <summary>The UDP address of all sessions (EDGE_MEDIA).</summary>
    public required IPEndPoint Media { get; init; }

    /// <summary>Addresses for SDP candidates (EDGE_ADVERTISE); port 0 stands for the media port.</summary>
    public required ImmutableArray<IPEndPoint> Advertise { get; init; }

    /// <summary>Where HTTPS takes its certificate from.</summary>
    public required TlsSource Tls { get; init; }

    /// <summary>Apps and their secrets (EDGE_APPS), one or two entries for each app; empty only when
    /// there is an operator, who makes them through the API.</summary>
    public required ImmutableArray<AppCredential> Apps { get; init; }

    /// <summary>Where <see cref="Apps"/> came from.</summary>
    public required AppsOrigin AppsOrigin { get; init; }

    /// <summary>Media threads (EDGE_SHARDS).</summary>
    public required int Shards { get; init; }

    /// <summary>Name of the point of presence (EDGE_POP).</summary>
    public required string Pop { get; init; }

    /// <summary>Name of the node in its point of presence (EDGE_NODE).</summary>
    public required string Node { get; init; }

    /// <summary>Keys of the PoP (EDGE_POP_KEY_FILE), the one to sign with first; empty: one is made
    /// at start.</summary>
    public required ImmutableArray<ImmutableArray<byte>> PopKeys { get; init; }

    /// <summary>How long a drain may last (EDGE_DRAIN_SECONDS).</summary>
    public required TimeSpan DrainDeadline { get; init; }

    /// <summary>Lowest level that is logged (EDGE_LOG).</summary>
    public required LogLevel LogLevel { get; init; }

    /// <summary>Limits of the session API (EDGE_LIMITS).</summary>
    public CallsLimits Limits { get; init; } = new();

    /// <summary>Where apps and keys made through the API are kept (EDGE_STATE_FILE); null: in memory.</summary>
    public string? StateFile { get; init; }

    /// <summary>The operator's token (EDGE_OPERATOR_TOKEN_FILE); null: nobody makes apps and keys.</summary>
    public string? OperatorToken { get; init; }

    /// <summary>TURN servers and their secret (EDGE_TURN_URLS); null: there are none.</summary>
    public TurnSettings? Turn { get; init; }

    /// <summary>Sentences to say at each start: what is allowed but not meant for service.</summary>
    public required ImmutableArray<string> Warnings { get; init; }
}
