using System.Net;
using Control.Contract;
using Control.Server.Http;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Calls;

/// <summary>Counts requests by app and by session, and refusals by address. Threads: any.</summary>
/// <remarks>Right credentials are never limited by address: an app's own server, or an office, sends
/// everything from one.</remarks>
internal sealed class CallsLimiter
{
    // Chosen: 4 · 2^12 buckets of 24 bytes are 400 KB; apps that are known are few.
    private const int RemoteSetsLog2 = 12;
    private const int SessionSetsLog2 = 14;
    private const int AppSetsLog2 = 8;
    private const int AppBurst = 2;
    private const int RefusalBurst = 5;

    /// <summary>What an address is told that sent too many wrong credentials.</summary>
    public const string TooManyRefusals = "Too many wrong credentials came from this address.";

    private readonly TokenBucketTable _refusals;
    private readonly TokenBucketTable _apps;
    private readonly TokenBucketTable _sessions;

    public CallsLimiter(CallsLimits limits, TimeProvider time)
    {
        double refusals = limits.RefusalsPerSecondPerAddress;
        double apps = limits.RequestsPerSecondPerApp;
        double sessions = limits.RequestsPerSecondPerSession;
        _refusals = new(RemoteSetsLog2, refusals, refusals * RefusalBurst, time);
        _apps = new(AppSetsLog2, apps, apps * AppBurst, time);
        _sessions = new(SessionSetsLog2, sessions, sessions, time);
    }

    /// <summary>Counts wrong credentials and answers them: with their refusal, or, when too many came from an
    /// address, with a wait.</summary>
    public CallsAnswer Refuse(IPAddress? remote, CallsAnswer refusal) =>
        TryRefuse(remote, out var retryAfter)
            ? refusal
            : CallsAnswer.RefuseForNow(
                StatusCodes.Status429TooManyRequests,
                CallsErrors.TooManyRequests,
                TooManyRefusals,
                retryAfter
            );

    /// <summary>Counts wrong credentials; false when too many came from an address, which is then told to
    /// wait instead of what is wrong.</summary>
    public bool TryRefuse(IPAddress? remote, out TimeSpan retryAfter) =>
        _refusals.TryTake(RemoteKey.From(remote), out retryAfter);

    /// <summary>Counts a request to an app, and to a session if it is to one.</summary>
    public bool TryTake(SessionKey session, out TimeSpan retryAfter)
    {
        var app = string.GetHashCode(session.AppId, StringComparison.Ordinal);
        if (!_apps.TryTake((uint)app, out retryAfter))
        {
            return false;
        }

        if (session.SessionId.Length == 0)
        {
            return true;
        }

        var key = HashCode.Combine(
            app,
            string.GetHashCode(session.SessionId, StringComparison.Ordinal)
        );
        return _sessions.TryTake((uint)key, out retryAfter);
    }
}
