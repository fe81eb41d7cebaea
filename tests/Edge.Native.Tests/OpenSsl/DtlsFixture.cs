using System.Collections.Immutable;
using Edge.Native.OpenSsl;
using Edge.Protocol.Dtls;

namespace Edge.Native.Tests.OpenSsl;

/// <summary>Certificates and factories, made once.</summary>
internal static class DtlsFixture
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DtlsCertificate Certificate { get; } = DtlsCertificate.Create(Epoch);

    public static OpenSslDtlsEngineFactory Engines { get; } = new(Certificate);

    public static OpenSslDtlsEngineFactory PeerEngines { get; } =
        new(DtlsCertificate.Create(Epoch));

    public static DtlsPair Pair(
        IDtlsEngineFactory? client = null,
        IDtlsEngineFactory? server = null,
        DtlsOptions? options = null
    )
    {
        client ??= PeerEngines;
        server ??= Engines;
        options ??= DtlsOptions.Default;
        return new(
            Create(client, DtlsRole.Client, server, options),
            Create(server, DtlsRole.Server, client, options)
        );
    }

    /// <summary>One end of an association with a peer whose certificate comes from a factory.</summary>
    public static DtlsAssociation Create(
        IDtlsEngineFactory engines,
        DtlsRole role,
        IDtlsEngineFactory peer,
        DtlsOptions? options = null
    ) =>
        new(
            engines,
            role,
            Expect(peer),
            options ?? DtlsOptions.Default,
            OpenSslSrtpCipherFactory.Instance
        );

    public static ImmutableArray<CertificateFingerprint> Expect(IDtlsEngineFactory peer) =>
        [peer.LocalFingerprint];
}
