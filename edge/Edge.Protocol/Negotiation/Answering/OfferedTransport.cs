using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Reads the one transport that all sections of a description share.</summary>
internal static class OfferedTransport
{
    /// <summary>Most remote addresses kept; the rest is ignored.</summary>
    private const int CandidatesMax = 64;

    private const int CredentialCharactersMax = 256;

    /// <summary>Reads an offer's transport from its tagged section (RFC 8843 §7.3).</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="tagged">The first section of the bundle that is accepted.</param>
    /// <param name="isLocalIceLite">Whether this end only answers checks.</param>
    /// <param name="transport">The transport.</param>
    public static NegotiationFailure? Read(
        SessionDescription offer,
        MediaSection tagged,
        bool isLocalIceLite,
        out RemoteTransport? transport
    )
    {
        transport = null;
        if (offer.IsIceLite && isLocalIceLite)
        {
            return NegotiationFailure.Unsupported(
                "The offer says a=ice-lite, and so does this server: one side has to send checks."
            );
        }

        if (tagged.Setup == SdpSetup.HoldConnection)
        {
            return NegotiationFailure.Unsupported(
                $"{SectionText.Of(tagged)} says a=setup:holdconn, so that DTLS never starts."
            );
        }

        // RFC 8842 §5.3: actpass and active make this end the server. FFmpeg 8.0 offers passive.
        var role = tagged.Setup == SdpSetup.Passive ? DtlsRole.Client : DtlsRole.Server;
        return Read(offer, tagged, role, out transport);
    }

    /// <summary>Reads a transport whose roles are known.</summary>
    public static NegotiationFailure? Read(
        SessionDescription description,
        MediaSection tagged,
        DtlsRole localRole,
        out RemoteTransport? transport
    )
    {
        transport = null;
        if (!IsCredential(tagged.IceUsernameFragment) || !IsCredential(tagged.IcePassword))
        {
            return NegotiationFailure.Malformed(
                $"{SectionText.Of(tagged)} has no usable a=ice-ufrag and a=ice-pwd."
            );
        }

        var fingerprints = ReadFingerprints(tagged);
        if (fingerprints.IsEmpty)
        {
            return NegotiationFailure.Malformed(
                $"{SectionText.Of(tagged)} has no a=fingerprint of sha-1, sha-224, sha-256, sha-384 or sha-512."
            );
        }

        transport = new(
            tagged.IceUsernameFragment!,
            tagged.IcePassword!,
            fingerprints,
            localRole,
            ReadCandidates(description),
            description.IsIceLite
        );
        return null;
    }

    private static ImmutableArray<CertificateFingerprint> ReadFingerprints(MediaSection section)
    {
        var fingerprints = ImmutableArray.CreateBuilder<CertificateFingerprint>();
        foreach (var value in section.Fingerprints)
        {
            if (CertificateFingerprint.TryParse(value, out var fingerprint))
            {
                fingerprints.Add(fingerprint);
            }
        }

        return fingerprints.ToImmutable();
    }

    /// <summary>The best candidate first: who sends checks tries them in this order
    /// (RFC 8445 §6.1.2.3).</summary>
    private static ImmutableArray<NetworkAddress> ReadCandidates(SessionDescription description)
    {
        var found = new List<(NetworkAddress Address, uint Priority)>();
        foreach (var section in description.Sections)
        {
            foreach (var candidate in section.Candidates)
            {
                if (
                    candidate.IsRtpOverUdp
                    && found.Count < CandidatesMax
                    && candidate.TryReadAddress(out var address)
                    && !found.Exists(other => other.Address == address)
                )
                {
                    // Behind its equals: they stay in the description's order.
                    var place = found.FindIndex(other => other.Priority < candidate.Priority);
                    found.Insert(place < 0 ? found.Count : place, (address, candidate.Priority));
                }
            }
        }

        return [.. found.ConvertAll(candidate => candidate.Address)];
    }

    private static bool IsCredential(string? value) =>
        value is { Length: > 0 and <= CredentialCharactersMax } && !value.Contains(' ');
}
