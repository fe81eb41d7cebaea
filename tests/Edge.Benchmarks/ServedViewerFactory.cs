using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;

namespace Edge.Benchmarks;

/// <summary>Makes viewers of one node, each at an address of its own.</summary>
internal sealed class ServedViewerFactory : IDisposable
{
    private const uint ClientHost = 0xCB007105;
    private const int FirstPort = 40000;

    private readonly OpenSslDtlsEngineFactory _engines;
    private readonly Prng _random = Prng.FromNumber(1);
    private readonly PeerFactory _peers;
    private readonly ClientFactory _clients;
    private int _count;

    public ServedViewerFactory(ISrtpCipherFactory ciphers)
    {
        var clock = new ClockAnchor(Instant.Zero, NtpTimestamp.FromUnixTime(TimeSpan.FromDays(1)));
        _engines = new(DtlsCertificate.Create(DateTimeOffset.UtcNow));
        _peers = new(_engines, ciphers, clock);
        _clients = new(_engines, ciphers, clock, _random.Fork());
    }

    public ServedViewer Create(Instant now)
    {
        var port = (ushort)(FirstPort + _count++ % (ushort.MaxValue - FirstPort));
        return new(_peers, _clients, _random, NetworkAddress.FromIPv4(ClientHost, port), now);
    }

    public void Dispose() => _engines.Dispose();
}
