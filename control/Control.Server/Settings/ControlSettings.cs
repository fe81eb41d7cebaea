using System.Collections.Immutable;
using System.Net;
using Control.Server.Turn;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Settings;

/// <summary>The settings of a process, read and checked: every value here can be used as it is.</summary>
internal sealed record ControlSettings
{
    /// <summary>Public HTTP addresses (EDGE_HTTP); port 0 asks the system for a free one.</summary>
    public required ImmutableArray<IPEndPoint> Http { get; init; }

    /// <summary>Where edges of this machine give connections that are HTTPS (EDGE_FRONT_SOCKET); null: nowhere.</summary>
    public string? FrontSocket { get; init; }

    /// <summary>What every process has.</summary>
    public required ProcessSettings Process { get; init; }

    /// <summary>The media node, when it is in this process: standalone.</summary>
    public required MediaSettings Media { get; init; }

    /// <summary>Where HTTPS takes its certificate from.</summary>
    public required TlsSource Tls { get; init; }

    /// <summary>Apps and their secrets (EDGE_APPS), one or two entries for each app; empty only when
    /// there is an operator, who makes them through the API.</summary>
    public required ImmutableArray<AppCredential> Apps { get; init; }

    /// <summary>Where <see cref="Apps"/> came from.</summary>
    public required AppsOrigin AppsOrigin { get; init; }

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
