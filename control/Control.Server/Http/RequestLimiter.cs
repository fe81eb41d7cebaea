using System.Net;

namespace Control.Server.Http;

/// <summary>Limits the requests that change something, by remote address and by app. Threads: any.</summary>
internal sealed class RequestLimiter
{
    // Chosen: 4 · 2^12 buckets of 24 bytes are 400 KB; apps that are known are few.
    private const int RemoteSetsLog2 = 12;
    private const int AppSetsLog2 = 6;

    private readonly TokenBucketTable _remotes;
    private readonly TokenBucketTable _apps;

    public RequestLimiter(RateLimits limits, TimeProvider time)
    {
        _remotes = new(RemoteSetsLog2, limits.PerRemote, limits.RemoteBurst, time);
        _apps = new(AppSetsLog2, limits.PerApp, limits.AppBurst, time);
    }

    /// <summary>Counts a request of an address, before anything else is looked at.</summary>
    public bool TryTakeRemote(IPAddress? remote, out TimeSpan retryAfter) =>
        _remotes.TryTake(RemoteKey.From(remote), out retryAfter);

    /// <summary>Counts a request of an app whose credentials were right.</summary>
    public bool TryTakeApp(string appId, out TimeSpan retryAfter) =>
        _apps.TryTake(
            (ulong)(uint)string.GetHashCode(appId, StringComparison.Ordinal),
            out retryAfter
        );
}
