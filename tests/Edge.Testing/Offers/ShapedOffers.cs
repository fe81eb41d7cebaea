namespace Edge.Testing.Offers;

/// <summary>Offers in the shape of clients that could not be captured, written from their sources.</summary>
/// <remarks>
/// Each carries one set of credentials, <see cref="UsernameFragment"/> and so on, which
/// <see cref="WithTransport"/> replaces for a test that connects.
/// </remarks>
public static partial class ShapedOffers
{
    /// <summary>The username fragment in every offer.</summary>
    public const string UsernameFragment = "shapedufrag";

    /// <summary>The password in every offer.</summary>
    public const string Password = "shapedpasswordshapedpassword";

    /// <summary>The fingerprint in every offer.</summary>
    public const string Fingerprint =
        "sha-256 3A:96:6D:57:B2:C2:C7:61:A0:46:3E:1C:97:39:D3:F7:0A:88:A0:B1:EC:03:FB:10:A5:5D:3A:37:AB:DD:02:AA";

    /// <summary>All offers by name.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["obs"] = Obs,
            ["obs-simulcast"] = ObsSimulcast,
            ["obs-av1"] = ObsAv1,
            ["ffmpeg8"] = Ffmpeg8,
            ["ffmpeg8-video"] = Ffmpeg8VideoOnly,
            ["ffmpeg-newer"] = FfmpegNewer,
            ["gstreamer"] = GStreamer,
            ["aiortc"] = Aiortc,
            ["libdatachannel"] = LibDataChannel,
            ["safari"] = Safari,
            ["safari-play"] = SafariPlay,
        };

    /// <summary>An offer with other credentials.</summary>
    public static string WithTransport(
        string offer,
        string usernameFragment,
        string password,
        string fingerprint
    ) =>
        offer
            .Replace(UsernameFragment, usernameFragment, StringComparison.Ordinal)
            .Replace(Password, password, StringComparison.Ordinal)
            .Replace(Fingerprint, fingerprint, StringComparison.Ordinal);

    private static string Crlf(string text) => Golden.WithCarriageReturns(text) + "\r\n";
}
