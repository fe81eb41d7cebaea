using System.Security.Cryptography;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Testing.Clients;

namespace Edge.Load;

/// <summary>What the clients of a run are made and driven with.</summary>
internal sealed class LoadClients : IDisposable
{
    private readonly OpenSslDtlsEngineFactory _dtls;

    /// <summary>Begins to drive clients, of which there are none yet.</summary>
    /// <param name="profile">The only SRTP profile that is offered; none for all.</param>
    /// <param name="watchesLikeBrowsers">See <see cref="ClientFactory.WatchesLikeBrowsers"/>.</param>
    public LoadClients(SrtpProfile profile = SrtpProfile.None, bool watchesLikeBrowsers = false)
    {
        var certificate = DtlsCertificate.Create(DateTimeOffset.UtcNow);
        _dtls =
            profile == SrtpProfile.None
                ? new OpenSslDtlsEngineFactory(certificate)
                : OpenSslDtlsEngineFactory.ForProfile(certificate, profile);
        var unixTime = DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch;
        Factory = new ClientFactory(
            _dtls,
            OpenSslSrtpCipherFactory.Instance,
            new ClockAnchor(Clock.Now, NtpTimestamp.FromUnixTime(unixTime)),
            Random.Fork()
        )
        {
            WatchesLikeBrowsers = watchesLikeBrowsers,
        };
        Driver = new LoadDriver(Clock);
    }

    public LoadClock Clock { get; } = new();

    public Prng Random { get; } =
        Prng.FromNumber(unchecked((ulong)RandomNumberGenerator.GetInt32(int.MaxValue)));

    public ClientFactory Factory { get; }

    public LoadDriver Driver { get; }

    public void Dispose()
    {
        Driver.Dispose();
        _dtls.Dispose();
    }
}
