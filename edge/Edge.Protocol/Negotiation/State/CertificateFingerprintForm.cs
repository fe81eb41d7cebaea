using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Dtls;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.State;

/// <summary>The form in which a <see cref="CertificateFingerprint"/> goes to another process: as in SDP.</summary>
public static class CertificateFingerprintForm
{
    /// <summary>Writes a fingerprint.</summary>
    public static void Write(StateWriter writer, CertificateFingerprint fingerprint) =>
        writer.Text(fingerprint.ToString());

    /// <summary>Reads a fingerprint.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out CertificateFingerprint fingerprint
    )
    {
        var text = reader.Text(CertificateFingerprint.TextLengthMax);
        if (!CertificateFingerprint.TryParse(text, out fingerprint))
        {
            reader.Break();
        }

        return fingerprint is not null;
    }
}
