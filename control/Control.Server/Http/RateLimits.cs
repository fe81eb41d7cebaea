namespace Control.Server.Http;

/// <summary>How many requests for sessions are taken, reading ones too (RFC 9725 §5 asks for a limit).</summary>
internal sealed record RateLimits
{
    /// <summary>Requests a second of one remote address (IPv6: /64). Chosen: a lecture hall behind one
    /// address joins within seconds, while guessing secrets at this rate stays hopeless.</summary>
    public double PerRemote { get; init; } = 100;

    /// <summary>Requests at once of one remote address.</summary>
    public double RemoteBurst { get; init; } = 500;

    /// <summary>Requests a second of one app, counted after its credentials were checked.</summary>
    public double PerApp { get; init; } = 500;

    /// <summary>Requests at once of one app.</summary>
    public double AppBurst { get; init; } = 2000;
}
