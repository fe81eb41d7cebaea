using System.Globalization;
using Edge.Primitives;
using Edge.Processes;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;

namespace Mesh.Tests.Support;

/// <summary>What every session of a crowd notices from <see cref="Begin"/> to <see cref="EndAsync"/>.</summary>
internal sealed class DrainRecord
{
    /// <summary>How often clients are looked at.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>After so long without an answer to its checks a client counts as disconnected. They are five seconds apart
    /// (RFC 7675 §5.1), so that two in a row were lost.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(12);

    /// <summary>What is said of each track that stood still for longer.</summary>
    private static readonly TimeSpan LongGap = TimeSpan.FromMilliseconds(200);

    private readonly Stage _stage;
    private readonly DrainCrowd _crowd;
    private readonly Dictionary<SocketClient, ClientBefore> _before;
    private readonly HashSet<SocketClient> _disconnected = [];
    private readonly Instant _begunAt;
    private readonly CancellationTokenSource _enough = new();
    private Task _looking = Task.CompletedTask;

    private DrainRecord(Stage stage, DrainCrowd crowd)
    {
        _stage = stage;
        _crowd = crowd;
        (_before, _begunAt) = stage.Make(
            (_, now) => (crowd.All.ToDictionary(client => client, ClientBefore.Of), now)
        );
    }

    /// <summary>Begins.</summary>
    public static DrainRecord Begin(Stage stage, DrainCrowd crowd)
    {
        var record = new DrainRecord(stage, crowd);
        record._looking = record.LookAsync();
        return record;
    }

    /// <summary>Ends, and says what was noticed.</summary>
    public async Task<DrainReport> EndAsync()
    {
        await _enough.CancelAsync();
        await _looking;
        _enough.Dispose();
        return _stage.Make((_, now) => Report(now));
    }

    private async Task LookAsync()
    {
        while (!_enough.IsCancellationRequested)
        {
            _stage.Make(
                (_, now) =>
                {
                    _disconnected.UnionWith(
                        _crowd.All.Where(client => IsDisconnected(client, now))
                    );
                    return true;
                }
            );
            await Task.Delay(LookEvery, _enough.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsDisconnected(SocketClient client, Instant now)
    {
        var transport = client.Client.Peer.Transport;
        return transport.State != PeerState.Connected
            || !transport.HasConsent
            || now - transport.Ice.LastConsentAt > SilenceMax;
    }

    private DrainReport Report(Instant now)
    {
        var gaps = _crowd
            .Viewers.SelectMany(viewer => viewer.Client.Played)
            .Where(track => track.Packets > 0)
            .Select(track => track.GapUntil(now))
            .Order()
            .ToArray();
        return new DrainReport(
            Sessions: _before.Count,
            Ended: _before.Keys.Count(client => client.HasEnded()),
            Disconnected: _disconnected.Count,
            Handshakes: _before.Count(pair => pair.Value.HasShakenHandsSince(pair.Key)),
            Packets: _before.Sum(pair => ClientBefore.PacketsOf(pair.Key) - pair.Value.Packets),
            Missing: _before.Sum(pair => ClientBefore.MissingOf(pair.Key) - pair.Value.Missing),
            gaps
        )
        {
            Longest = [.. Longest(now)],
        };
    }

    private IEnumerable<string> Longest(Instant now)
    {
        foreach (var viewer in _crowd.Viewers)
        {
            for (var index = 0; index < viewer.Client.Played.Length; index++)
            {
                var track = viewer.Client.Played[index];
                var gap = track.GapUntil(now);
                if (track.Packets > 0 && gap > LongGap)
                {
                    var until = track.GapEndedAt.IsSet ? track.GapEndedAt : now;
                    yield return string.Create(
                        CultureInfo.InvariantCulture,
                        $"track {index} of {viewer.SessionId}: {gap.TotalMilliseconds:0} ms until {(until - _begunAt).TotalSeconds:0.00} s"
                    );
                }
            }
        }
    }
}
