using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Writes this end's transport into sections and fragments.</summary>
internal static class TransportLines
{
    /// <summary>The port of a section whose addresses are its candidates (RFC 8840 §4.1.1).</summary>
    public const int DiscardPort = 9;

    private const int RtpComponent = 1;
    private const string Host = "host";

    // RFC 8445 §5.1.2: type preference 126 for hosts, local preference below it, 256 - component.
    private const uint HostTypePreference = 126u << 24;
    private const uint LocalPreferenceMax = 65535;

    // Chosen: the value libwebrtc gives its passive candidates, type preference 90 (RFC 6544 §4.2), which
    // Chromium 156 and Firefox 153 were seen to take; UDP wins wherever it passes.
    private const uint TcpPriorityMax = 1_518_280_447;

    /// <summary>Words of <c>a=ice-options</c>; a restart repeats them.</summary>
    public static ImmutableArray<string> IceOptions { get; } = ["trickle", "ice2"];

    /// <summary>A section with credentials, fingerprint, role and all candidates.</summary>
    public static MediaSection Add(
        MediaSection section,
        LocalTransportDescription local,
        SdpSetup setup
    ) =>
        section with
        {
            IceUsernameFragment = local.UsernameFragment,
            IcePassword = local.Password,
            Fingerprints = [local.Fingerprint.ToString()],
            Setup = setup,
            Candidates = Candidates(local),
            HasEndOfCandidates = true,
        };

    /// <summary>What the answer says of the DTLS role.</summary>
    public static SdpSetup SetupOf(DtlsRole role) =>
        role == DtlsRole.Client ? SdpSetup.Active : SdpSetup.Passive;

    /// <summary>Host candidates: UDP first, because FFmpeg gives up when the first is not; each with a
    /// foundation of its own, for their bases differ (RFC 8445 §5.1.1.3).</summary>
    public static ImmutableArray<SdpCandidate> Candidates(LocalTransportDescription local)
    {
        var candidates = ImmutableArray.CreateBuilder<SdpCandidate>();
        foreach (var address in local.CandidateAddresses)
        {
            var preference = LocalPreferenceMax - (uint)candidates.Count;
            var priority = HostTypePreference | (preference << 8) | (256 - RtpComponent);
            candidates.Add(Candidate(candidates.Count, "udp", priority, address));
        }

        var udpCount = candidates.Count;
        foreach (var address in local.TcpCandidateAddresses)
        {
            var priority = TcpPriorityMax - ((uint)(candidates.Count - udpCount) << 8);
            candidates.Add(
                Candidate(candidates.Count, "tcp", priority, address) with
                {
                    TcpType = "passive",
                }
            );
        }

        return candidates.ToImmutable();
    }

    private static SdpCandidate Candidate(
        int index,
        string transport,
        uint priority,
        NetworkAddress address
    ) =>
        new(
            (index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
            RtpComponent,
            transport,
            priority,
            address.ToIPAddress().ToString(),
            address.Port,
            Host
        );
}
