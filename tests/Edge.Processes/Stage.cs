using System.Diagnostics;
using Edge.Native.OpenSsl;
using Edge.Native.Sockets;
using Edge.Primitives;
using Edge.Testing;
using Edge.Testing.Clients;

namespace Edge.Processes;

/// <summary>Media clients of our own cores on loopback sockets, all driven by one thread while tests wait
/// for answers. Threads: any; the clients are touched under the lock only.</summary>
public sealed class Stage : IDisposable
{
    private readonly OpenSslDtlsEngineFactory _dtls = new(
        DtlsCertificate.Create(DateTimeOffset.UtcNow)
    );
    private readonly Lock _lock = new();
    private readonly List<SocketClient> _running = [];
    private readonly long _origin = Stopwatch.GetTimestamp();
    private readonly Prng _random = Seeds.Random(nameof(Stage));
    private readonly ClientFactory _clients;
    private readonly Thread _thread;
    private readonly Func<UdpSocket> _open;
    private bool _isTouched;
    private volatile bool _isEnding;

    /// <summary>Begins without clients.</summary>
    /// <param name="open">Opens the socket of each; default: on 127.0.0.1.</param>
    public Stage(Func<UdpSocket>? open = null)
    {
        _open = open ?? (static () => SocketClient.Open(NetworkAddress.FromIPv4(0x7F000001, 0)));
        _clients = new ClientFactory(
            _dtls,
            OpenSslSrtpCipherFactory.Instance,
            new ClockAnchor(
                Instant.Zero,
                NtpTimestamp.FromUnixTime(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch)
            ),
            _random.Fork()
        );
        _thread = new Thread(Drive) { IsBackground = true, Name = nameof(Stage) };
        _thread.Start();
    }

    /// <summary>Whether the clients are so many that only those are looked at that something came for, or that have something
    /// to do. Then nothing may be changed of one but by <see cref="Look"/> and <see cref="Make"/>.</summary>
    public bool IsCrowded { get; init; }

    private Instant Now => new(Stopwatch.GetElapsedTime(_origin).Ticks);

    /// <summary>Makes something with the factory of clients: an offer, an answer.</summary>
    public T Make<T>(Func<ClientFactory, Instant, T> make)
    {
        lock (_lock)
        {
            _isTouched = true;
            return make(_clients, Now);
        }
    }

    /// <summary>Runs a client from now on.</summary>
    public SocketClient Run(string session, Func<ClientFactory, Instant, MediaClient> make)
    {
        lock (_lock)
        {
            var running = new SocketClient(make(_clients, Now), session, _open());
            _running.Add(running);
            return running;
        }
    }

    /// <summary>Looks at clients, or changes them, while none of them runs.</summary>
    public T Look<T>(Func<T> look)
    {
        lock (_lock)
        {
            _isTouched = true;
            return look();
        }
    }

    /// <summary>Waits until clients have come so far.</summary>
    public Task UntilAsync(string expectation, Func<bool> isThere) =>
        Patience.UntilAsync(
            expectation,
            () => Task.FromResult(Look(isThere)),
            isEnough: seen => seen
        );

    /// <summary>Ends a client without a word.</summary>
    public void Leave(SocketClient client)
    {
        lock (_lock)
        {
            _running.Remove(client);
            client.Dispose();
        }
    }

    public ClientStream Audio() => new(new SyntheticAudio(), FirstSequence());

    public ClientStream Video(SyntheticVideoOptions? options = null) =>
        new(new SyntheticVideo(options ?? new SyntheticVideoOptions()), FirstSequence());

    public void Dispose()
    {
        _isEnding = true;
        _thread.Join();
        foreach (var client in _running)
        {
            client.Dispose();
        }

        _dtls.Dispose();
    }

    private void Drive()
    {
        while (!_isEnding)
        {
            var hasWorked = false;
            lock (_lock)
            {
                var looksAtAll = _isTouched || !IsCrowded;
                _isTouched = false;
                foreach (var client in _running)
                {
                    hasWorked |= looksAtAll ? client.Pump(Now) : client.PumpDue(Now);
                }
            }

            if (!hasWorked)
            {
                Thread.Sleep(1);
            }
        }
    }

    private SequenceNumber FirstSequence() => new((ushort)_random.NextInt32(0x8000));
}
