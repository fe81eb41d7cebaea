using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using NATS.Client.Core;

namespace Edge.Bus.Nats;

/// <summary>One connection to one server, from its beginning to its end; it is never made again.</summary>
/// <remarks>
/// The client library, NATS.Client.Core, keeps what waits in its pipe when a connection is lost and sends it
/// with the next one. Media must not come late, nor a request twice, so each connection has an instance of
/// its own, which is thrown away with whatever it held.
/// </remarks>
internal sealed class NatsLink : IAsyncDisposable
{
    // Chosen: a server that is gone without a word is noticed within five seconds; 0.5 pings a second cost
    // nothing.
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(3);

    // Chosen: two round trips around the world under TLS, with a loss.
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(3);

    // Chosen: all nodes that move to another server do not move at once.
    private static readonly TimeSpan RetireWithin = TimeSpan.FromSeconds(1);

    // Chosen: each message that a server refuses is an error; one line in ten seconds says enough.
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    private readonly NatsSockets _sockets = new();
    private readonly NatsConnection _connection;
    private readonly NatsArrival _arrive;
    private readonly Action<string, int> _tell;
    private readonly Dictionary<BusSubscription, NatsFeed> _feeds = [];
    private readonly TaskCompletionSource<NatsLinkEnd> _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource _retiring = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private long _tellAgainMs;
    private int _untold;

    /// <summary>Describes a connection.</summary>
    /// <param name="url">The server.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="arrive">Takes what comes.</param>
    /// <param name="tell">Told of trouble, and of how much trouble it was not told since the last time.</param>
    public NatsLink(Uri url, NatsBusOptions options, NatsArrival arrive, Action<string, int> tell)
    {
        _arrive = arrive;
        _tell = tell;
        _connection = new NatsConnection(
            new NatsOpts
            {
                Url = url.ToString(),
                Name = options.Name,
                AuthOpts = CreateAuth(options),
                TlsOpts = CreateTls(url, options),
                SocketConnectionFactory = _sockets,
                ConnectTimeout = ConnectWithin,
                PingInterval = TimeSpan.Zero,
                ReconnectWaitMin = Never,
                ReconnectWaitMax = Never,
                RequestReplyMode = NatsRequestReplyMode.SharedInbox,
            }
        );
        _connection.ConnectionDisconnected += (_, _) =>
        {
            End(NatsLinkEnd.Lost);
            return ValueTask.CompletedTask;
        };
        _connection.LameDuckModeActivated += (_, _) =>
        {
            _retiring.TrySetResult();
            return ValueTask.CompletedTask;
        };
        _connection.ServerError += (_, error) =>
        {
            Complain(error.Error);
            return ValueTask.CompletedTask;
        };
    }

    /// <summary>Bytes that the server allows a message, once connected.</summary>
    public int PayloadBytesMax => _connection.ServerInfo?.MaxPayload ?? 0;

    /// <summary>The server's version, once connected.</summary>
    public string ServerVersion => _connection.ServerInfo?.Version ?? "";

    /// <summary>Connects.</summary>
    /// <exception cref="NatsException">It failed; <see cref="CauseOf"/> says why.</exception>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        await using var registration = cancellation.UnsafeRegister(_ => _sockets.Dispose(), null);
        await _connection.ConnectAsync().AsTask().WaitAsync(cancellation);
    }

    /// <summary>What went wrong, in one sentence without secrets.</summary>
    public string CauseOf(Exception failure) =>
        (_sockets.Failure ?? failure.GetBaseException()).Message;

    /// <summary>Sends what is in the outbox until the connection ends.</summary>
    /// <param name="outbox">What to send.</param>
    /// <param name="counters">Where messages are counted.</param>
    /// <param name="mayRetire">Whether to leave a server that is about to stop: there is another one.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<NatsLinkEnd> RunAsync(
        NatsOutbox outbox,
        BusCounters counters,
        bool mayRetire,
        CancellationToken cancellation
    )
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var sending = SendAsync(outbox, counters, life.Token);
        var pinging = PingAsync(life.Token);
        _ = mayRetire ? RetireAsync(life.Token) : Task.CompletedTask;
        await Task.WhenAny(_ended.Task, sending, pinging);
        await life.CancelAsync();
        if (cancellation.IsCancellationRequested)
        {
            return NatsLinkEnd.Stopped;
        }

        if (_ended.Task.IsCompletedSuccessfully)
        {
            return await _ended.Task;
        }

        if (sending.IsFaulted)
        {
            Complain(sending.Exception.GetBaseException().Message);
        }

        return sending.IsFaulted ? NatsLinkEnd.Lost : NatsLinkEnd.Silent;
    }

    /// <summary>Waits until the server has dealt with everything that was sent so far, or for too long.</summary>
    public async Task FlushAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await _connection.PingAsync(limit.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or NatsException)
        {
            return; // It is lost then, and whoever waits goes on without.
        }
    }

    /// <summary>Ends <see cref="RunAsync"/>.</summary>
    public void End(NatsLinkEnd end) => _ended.TrySetResult(end);

    /// <summary>Closes it at once. What the library has to wait for on its way out, nobody else does.</summary>
    public ValueTask DisposeAsync()
    {
        _sockets.Dispose();
        _ = CloseAsync();
        return ValueTask.CompletedTask;
    }

    private static NatsAuthOpts CreateAuth(NatsBusOptions options) =>
        options.CredentialsFile is { } path
            ? new()
            {
                AuthCredCallback = (_, cancellation) =>
                    NatsCredentials.ReadAsync(path, cancellation),
            }
            : NatsAuthOpts.Default;

    private static NatsTlsOpts CreateTls(Uri url, NatsBusOptions options) =>
        new()
        {
            Mode = options.UsesTls(url) ? TlsMode.Require : TlsMode.Disable,
            ConfigureClientAuthentication = options.CaFile is { } path
                ? authentication =>
                {
                    var policy = new X509ChainPolicy
                    {
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                        RevocationMode = X509RevocationMode.NoCheck,
                    };
                    policy.CustomTrustStore.ImportFromPemFile(path);
                    authentication.CertificateChainPolicy = policy;
                    return ValueTask.CompletedTask;
                }
                : null,
        };

    private async Task CloseAsync()
    {
        try
        {
            await _connection.DisposeAsync();
        }
        catch (Exception error)
            when (error is NatsException or ObjectDisposedException or IOException)
        {
            return; // The connection is gone already.
        }
    }

    private async Task SendAsync(
        NatsOutbox outbox,
        BusCounters counters,
        CancellationToken cancellation
    )
    {
        while (true)
        {
            var item = await outbox.TakeAsync(cancellation);
            if (item.Subscription is null)
            {
                await PublishAsync(item, counters, cancellation);
            }
            else if (item.Subscription.IsDisposed)
            {
                await EndFeedAsync(item.Subscription);
            }
            else
            {
                await BeginFeedAsync(item.Subscription, cancellation);
            }
        }
    }

    private async ValueTask PublishAsync(
        NatsOutboxItem item,
        BusCounters counters,
        CancellationToken cancellation
    )
    {
        counters.CountPublished(item.Length);
        try
        {
            await _connection.PublishAsync(
                item.Subject,
                item.Payload,
                replyTo: item.ReplyTo,
                serializer: NatsPayloadSerializer.Instance,
                cancellationToken: cancellation
            );
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(item.Buffer);
        }
    }

    private async ValueTask BeginFeedAsync(
        BusSubscription subscription,
        CancellationToken cancellation
    )
    {
        var feed = new NatsFeed(_connection, subscription, _arrive);
        _feeds.Add(subscription, feed);
        await _connection.AddSubAsync(feed, cancellation);
    }

    private async ValueTask EndFeedAsync(BusSubscription subscription)
    {
        if (_feeds.Remove(subscription, out var feed))
        {
            await feed.UnsubscribeAsync();
        }
    }

    /// <summary>Leaves a server that wants its clients to leave.</summary>
    private async Task RetireAsync(CancellationToken cancellation)
    {
        await _retiring.Task.WaitAsync(cancellation);
        await Task.Delay(RetireWithin * Random.Shared.NextDouble(), cancellation);
        await FlushAsync(PongWithin);
        End(NatsLinkEnd.Retired);
    }

    /// <summary>Tells of trouble, unless it told of some just now. Threads: the library's, one at a time, and
    /// the one that runs this, after them.</summary>
    private void Complain(string what)
    {
        var now = Environment.TickCount64;
        if (now < _tellAgainMs)
        {
            _untold++;
            return;
        }

        _tellAgainMs = now + (long)TellEvery.TotalMilliseconds;
        _tell(what, _untold);
        _untold = 0;
    }

    private async Task PingAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(PingEvery);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(PongWithin);
            await _connection.PingAsync(limit.Token);
        }
    }
}
