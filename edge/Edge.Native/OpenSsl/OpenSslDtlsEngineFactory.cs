using System.Runtime.InteropServices;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;

namespace Edge.Native.OpenSsl;

/// <summary>Makes DTLS 1.2 engines on libssl, all with one certificate.</summary>
/// <remarks>Threads: <see cref="Create"/> may be called from any; an engine stays on its owner's.</remarks>
public sealed unsafe class OpenSslDtlsEngineFactory : IDtlsEngineFactory, IDisposable
{
    // GCM first: half the cost of the others for SRTP, and every browser takes it.
    private const string SrtpProfilesDefault =
        "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80";

    private const string CipherNames =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        + "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:"
        + "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:"
        + "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA";

    private const string GroupNames = "X25519:P-256:P-384";

    private const ulong Options =
        LibSsl.OptionNoQueryMtu
        | LibSsl.OptionNoTicket
        | LibSsl.OptionNoCompression
        | LibSsl.OptionServerPreference
        | LibSsl.OptionNoRenegotiation;

    private readonly SslContextHandle _context;

    /// <summary>Prepares libssl with a certificate and all SRTP profiles.</summary>
    public OpenSslDtlsEngineFactory(DtlsCertificate certificate)
        : this(certificate, SrtpProfilesDefault) { }

    /// <summary>Prepares libssl with a certificate and one SRTP profile only, for measurements.</summary>
    public static OpenSslDtlsEngineFactory ForProfile(
        DtlsCertificate certificate,
        SrtpProfile profile
    ) =>
        new(
            certificate,
            profile switch
            {
                SrtpProfile.AeadAes128Gcm => "SRTP_AEAD_AES_128_GCM",
                SrtpProfile.AeadAes256Gcm => "SRTP_AEAD_AES_256_GCM",
                SrtpProfile.Aes128CmSha1Tag80 => "SRTP_AES128_CM_SHA1_80",
                SrtpProfile.None => throw new ArgumentOutOfRangeException(nameof(profile)),
                _ => throw new ArgumentOutOfRangeException(nameof(profile)),
            }
        );

    /// <summary>Prepares libssl with SRTP profiles and cipher suites by their OpenSSL names, best first.</summary>
    internal OpenSslDtlsEngineFactory(
        DtlsCertificate certificate,
        string? srtpProfiles,
        string cipherNames = CipherNames
    )
    {
        ArgumentNullException.ThrowIfNull(certificate);
        LocalFingerprint = certificate.Fingerprint;
        LibCrypto.ERR_clear_error();
        var context = OpenSslException.ThrowIfNull(
            LibSsl.SSL_CTX_new(LibSsl.DTLS_method()),
            nameof(LibSsl.SSL_CTX_new)
        );
        _context = new(context);
        SetIdentity(context, certificate);
        SetRules(context, cipherNames);
        if (srtpProfiles is not null)
        {
            fixed (byte* names = CString(srtpProfiles))
            {
                // The one call that answers 0 on success.
                OpenSslException.ThrowUnlessOne(
                    1 - LibSsl.SSL_CTX_set_tlsext_use_srtp(context, names),
                    nameof(LibSsl.SSL_CTX_set_tlsext_use_srtp)
                );
            }
        }
    }

    /// <inheritdoc/>
    public CertificateFingerprint LocalFingerprint { get; }

    /// <inheritdoc/>
    public IDtlsEngine Create(DtlsRole role)
    {
        var isHeld = false;
        try
        {
            _context.DangerousAddRef(ref isHeld);
            return new OpenSslDtlsEngine(_context.DangerousGetHandle(), role);
        }
        finally
        {
            if (isHeld)
            {
                _context.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();

    private static void SetIdentity(nint context, DtlsCertificate certificate)
    {
        fixed (byte* der = certificate.Certificate)
        {
            var start = der;
            var parsed = OpenSslException.ThrowIfNull(
                LibCrypto.d2i_X509(0, &start, certificate.Certificate.Length),
                nameof(LibCrypto.d2i_X509)
            );
            var result = LibSsl.SSL_CTX_use_certificate(context, parsed);
            LibCrypto.X509_free(parsed);
            OpenSslException.ThrowUnlessOne(result, nameof(LibSsl.SSL_CTX_use_certificate));
        }

        fixed (byte* der = certificate.PrivateKey)
        {
            var start = der;
            var parsed = OpenSslException.ThrowIfNull(
                LibCrypto.d2i_AutoPrivateKey(0, &start, certificate.PrivateKey.Length),
                nameof(LibCrypto.d2i_AutoPrivateKey)
            );
            var result = LibSsl.SSL_CTX_use_PrivateKey(context, parsed);
            LibCrypto.EVP_PKEY_free(parsed);
            OpenSslException.ThrowUnlessOne(result, nameof(LibSsl.SSL_CTX_use_PrivateKey));
        }

        OpenSslException.ThrowUnlessOne(
            LibSsl.SSL_CTX_check_private_key(context),
            nameof(LibSsl.SSL_CTX_check_private_key)
        );
    }

    private static void SetRules(nint context, string cipherNames)
    {
        OpenSslException.ThrowUnlessOne(
            LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlVersionMin, LibSsl.VersionDtls12, null),
            nameof(LibSsl.ControlVersionMin)
        );
        _ = LibSsl.SSL_CTX_set_options(context, Options);
        _ = LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlSessionCache, 0, null);
        _ = LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlReadAhead, 1, null);
        LibSsl.SSL_CTX_set_verify(context, LibSsl.VerifyPeerRequired, &AcceptCertificate);
        fixed (byte* names = CString(cipherNames))
        {
            OpenSslException.ThrowUnlessOne(
                LibSsl.SSL_CTX_set_cipher_list(context, names),
                nameof(LibSsl.SSL_CTX_set_cipher_list)
            );
        }

        fixed (byte* names = CString(GroupNames))
        {
            OpenSslException.ThrowUnlessOne(
                LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlGroups, 0, names),
                nameof(LibSsl.ControlGroups)
            );
        }
    }

    private static byte[] CString(string text) => [.. System.Text.Encoding.ASCII.GetBytes(text), 0];

    /// <summary>Every certificate will do here: the fingerprint is what is checked (RFC 5763 §5).</summary>
    [UnmanagedCallersOnly]
    private static int AcceptCertificate(int isGood, nint store) => 1;
}
