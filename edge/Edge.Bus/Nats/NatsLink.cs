using NATS.Client.Core;

namespace Edge.Bus.Nats;

/// <summary>One connection to one server, from its beginning to its end; it is never made again.</summary>
/// <remarks>
/// The client library, NATS.Client.Core, is for connections that heal by themselves: it keeps what waits in
/// its pipe and sends it with the next one. Media must not come late, nor a request twice, so each connection
/// has an instance of the library of its own, which is thrown away with whatever it held, and messages are
/// written past its pipe (<see cref="NatsSocket"/>). It does the rest: handshake, credentials,
/// subscriptions, pings, and the reading of what comes.
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

    private readonly NatsSockets _sockets;
    private readonly NatsConnection _connection;
    private readonly NatsArrival _arrive;
    private readonly Action<string, int> _tell;
    private readonly TaskCompletionSource<NatsLinkEnd> _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource _retiring = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly Lock _telling = new();
    private long _tellAgainMs;
    private int _untold;
    private volatile NatsSender? _sender;

    /// <summary>Describes a connection.</summary>
    /// <param name="url">The server.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="arrive">Takes what comes.</param>
    /// <param name="tell">Told of trouble, and of how much trouble it was not told since the last time.</param>
    public NatsLink(Uri url, NatsBusOptions options, NatsArrival arrive, Action<string, int> tell)
    {
        _arrive = arrive;
        _tell = tell;
        _sockets = new(url, options);
        _connection = new NatsConnection(
            new NatsOpts
            {
                // It refuses a URL of TLS that it is not to speak itself.
                Url = $"nats://{url.Authority}",
                Name = options.Name,
                AuthOpts = CreateAuth(options),
                // The socket's.
                TlsOpts = new() { Mode = TlsMode.Disable },
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

    /// <summary>Whether everything that was to be sent is.</summary>
    public bool IsIdle => _sender is { IsIdle: true };

    /// <summary>Connects.</summary>
    /// <exception cref="NatsException">It failed; <see cref="CauseOf"/> says why.</exception>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        await using var registration = cancellation.UnsafeRegister(_ => _sockets.Dispose(), null);
        await _connection.ConnectAsync().AsTask().WaitAsync(cancellation);
    }

    /// <summary>What went wrong, in one sentence without secrets.</summary>
    public string CauseOf(Exception failure) =>
        (_sockets.Failure ?? failure).GetBaseException().Message;

    /// <summary>Sends what is in the outbox until the connection ends.</summary>
    /// <param name="outbox">What to send; open.</param>
    /// <param name="opening">What its opening said.</param>
    /// <param name="counters">Where messages are counted.</param>
    /// <param name="mayRetire">Whether to leave a server that is about to stop: there is another one.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<NatsLinkEnd> RunAsync(
        NatsOutbox outbox,
        int opening,
        BusCounters counters,
        bool mayRetire,
        CancellationToken cancellation
    )
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ends = life.Token;
        await using var stop = ends.UnsafeRegister(_ => End(NatsLinkEnd.Stopped), null);
        _sender = new(
            _connection,
            _sockets.Socket!,
            _arrive,
            outbox,
            opening,
            counters,
            error => Fail(error, ends),
            ends
        );
        new Thread(_sender.Run)
        {
            IsBackground = true,
            Name = $"{_connection.Opts.Name}-send",
        }.Start();
        _ = PingAsync(ends);
        _ = mayRetire ? RetireAsync(ends) : Task.CompletedTask;
        var end = await _ended.Task;
        await life.CancelAsync();
        return end;
    }

    /// <summary>Sends what waits on this thread, as far as the network takes it at once.</summary>
    public void TrySend() => _sender?.TrySend();

    /// <summary>Waits until the server has dealt with everything that was sent so far, or for too long.</summary>
    public async Task FlushAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await _connection.PingAsync(limit.Token);
        }
        catch (Exception error)
            when (error is OperationCanceledException or NatsException or ObjectDisposedException)
        {
            return; // It is lost then, and whoever waits goes on without.
        }
    }

    /// <summary>Ends <see cref="RunAsync"/>; the first reason counts.</summary>
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

    private void Fail(Exception error, CancellationToken cancellation)
    {
        if (!cancellation.IsCancellationRequested)
        {
            Complain(error.GetBaseException().Message);
            End(NatsLinkEnd.Lost);
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

    private async Task PingAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(PingEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(PongWithin);
                await _connection.PingAsync(limit.Token);
            }
        }
        catch (Exception) // No pong, or no way to ask for one.
        {
            if (!cancellation.IsCancellationRequested)
            {
                End(NatsLinkEnd.Silent);
            }
        }
    }

    /// <summary>Tells of trouble, unless it told of some just now.</summary>
    private void Complain(string what)
    {
        int untold;
        lock (_telling)
        {
            var now = Environment.TickCount64;
            if (now < _tellAgainMs)
            {
                _untold++;
                return;
            }

            _tellAgainMs = now + (long)TellEvery.TotalMilliseconds;
            untold = _untold;
            _untold = 0;
        }

        _tell(what, untold);
    }
}
