using Edge.Protocol.Dtls;

namespace Edge.Protocol.Srtp;

/// <summary>The master keys and salts of both directions, as a DTLS handshake exports them.</summary>
/// <remarks>Never logged: <see cref="ToString"/> names the profile only.</remarks>
public sealed partial class SrtpKeyingMaterial
{
    private readonly byte[] _localKey;
    private readonly byte[] _localSalt;
    private readonly byte[] _remoteKey;
    private readonly byte[] _remoteSalt;

    /// <summary>Copies the keys. Lengths must be those of the profile.</summary>
    public SrtpKeyingMaterial(
        SrtpProfile profile,
        ReadOnlySpan<byte> localKey,
        ReadOnlySpan<byte> localSalt,
        ReadOnlySpan<byte> remoteKey,
        ReadOnlySpan<byte> remoteSalt
    )
    {
        var keyBytes = KeyBytes(profile);
        var saltBytes = SaltBytes(profile);
        if (
            keyBytes == 0
            || localKey.Length != keyBytes
            || remoteKey.Length != keyBytes
            || localSalt.Length != saltBytes
            || remoteSalt.Length != saltBytes
        )
        {
            throw new ArgumentException(
                "Keys and salts must have the profile's lengths.",
                nameof(localKey)
            );
        }

        Profile = profile;
        _localKey = localKey.ToArray();
        _localSalt = localSalt.ToArray();
        _remoteKey = remoteKey.ToArray();
        _remoteSalt = remoteSalt.ToArray();
    }

    /// <summary>The profile the keys are for.</summary>
    public SrtpProfile Profile { get; }

    /// <summary>Master key of what this end sends.</summary>
    public ReadOnlySpan<byte> LocalKey => _localKey;

    /// <summary>Master salt of what this end sends.</summary>
    public ReadOnlySpan<byte> LocalSalt => _localSalt;

    /// <summary>Master key of what the peer sends.</summary>
    public ReadOnlySpan<byte> RemoteKey => _remoteKey;

    /// <summary>Master salt of what the peer sends.</summary>
    public ReadOnlySpan<byte> RemoteSalt => _remoteSalt;

    /// <summary>Length of a master key; 0 for a profile that is not known.</summary>
    public static int KeyBytes(SrtpProfile profile) =>
        profile switch
        {
            SrtpProfile.Aes128CmSha1Tag80 or SrtpProfile.AeadAes128Gcm => 16,
            SrtpProfile.AeadAes256Gcm => 32,
            SrtpProfile.None => 0,
            _ => 0,
        };

    /// <summary>Length of a master salt; 0 for a profile that is not known.</summary>
    public static int SaltBytes(SrtpProfile profile) =>
        profile switch
        {
            SrtpProfile.Aes128CmSha1Tag80 => 14,
            SrtpProfile.AeadAes128Gcm or SrtpProfile.AeadAes256Gcm => 12,
            SrtpProfile.None => 0,
            _ => 0,
        };

    /// <summary>How many bytes the DTLS exporter has to give for a profile.</summary>
    public static int ExportedBytes(SrtpProfile profile) =>
        2 * (KeyBytes(profile) + SaltBytes(profile));

    /// <summary>Splits exported bytes: client key, server key, client salt, server salt (RFC 5764 §4.2).</summary>
    public static SrtpKeyingMaterial FromExporter(
        SrtpProfile profile,
        DtlsRole role,
        ReadOnlySpan<byte> exported
    )
    {
        var keyBytes = KeyBytes(profile);
        var saltBytes = SaltBytes(profile);
        if (keyBytes == 0 || exported.Length != ExportedBytes(profile))
        {
            throw new ArgumentException(
                "Exported bytes must have the profile's length.",
                nameof(exported)
            );
        }

        var clientKey = exported[..keyBytes];
        var serverKey = exported.Slice(keyBytes, keyBytes);
        var clientSalt = exported.Slice(2 * keyBytes, saltBytes);
        var serverSalt = exported[^saltBytes..];
        return role == DtlsRole.Client
            ? new(profile, clientKey, clientSalt, serverKey, serverSalt)
            : new(profile, serverKey, serverSalt, clientKey, clientSalt);
    }

    /// <inheritdoc/>
    public override string ToString() => $"SrtpKeyingMaterial({Profile})";
}
