using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Anycast.Daemon.Settings;
using Edge.Primitives;
using Edge.Wire.Stun;

namespace Anycast.Daemon.Probing;

/// <summary>Asks the node by all ways at once.</summary>
/// <remarks>Threads: one caller at a time.</remarks>
internal sealed class NodeProber : IDisposable
{
    private readonly ImmutableArray<IPEndPoint> _media;
    private readonly ReadinessProbe _readiness;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly Prng _random = new(RandomNumberGenerator.GetBytes(Prng.SeedBytes));

    /// <summary>Asks nothing yet.</summary>
    public NodeProber(AnycastSettings settings, TimeProvider time)
    {
        _media = settings.Media;
        _timeout = settings.Interval;
        _readiness = new ReadinessProbe(settings.Ready, settings.Interval);
        _time = time;
    }

    /// <summary>Asks everything once.</summary>
    public async Task<ProbeRound> AskAsync(CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        var readiness = _readiness.AskAsync(cancellation);
        var media = _media.Select(address =>
            MediaProbe.AskAsync(address, StunTransactionId.Create(_random), _timeout, cancellation)
        );
        var answers = await Task.WhenAll(media);
        // Twice the time that any answer may take: something else kept this process waiting.
        return new ProbeRound(
            answers.Max(),
            await readiness,
            _time.GetElapsedTime(start) > 2 * _timeout
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _readiness.Dispose();
}
