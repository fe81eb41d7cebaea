using System.Collections.Immutable;
using Edge.Protocol.Dtls;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Follows the one transport of a session through the other side's descriptions.</summary>
/// <param name="description">The description.</param>
/// <param name="before">The session before it.</param>
/// <param name="after">The sections after it.</param>
internal sealed class TransportReading(
    SessionDescription description,
    SessionState before,
    ImmutableArray<SessionSection> after
)
{
    /// <summary>The other side's transport after the description; null while none is known.</summary>
    public RemoteTransport? Remote { get; private set; } = before.Remote;

    /// <summary>The section that stands for the bundle.</summary>
    public string? TaggedMid { get; private set; } = before.TaggedMid;

    /// <summary>What changed; null when nothing did.</summary>
    public TransportChange? Change { get; private set; }

    /// <summary>Whether an offer's credentials differ from those that are known.</summary>
    public static bool HasNewCredentials(SessionDescription offer, RemoteTransport? known) =>
        FindTag(offer) is { } tagged && (known is null || !HasCredentials(tagged, known));

    /// <summary>The section that stands for an offer's bundle (RFC 8843 §7.2.1).</summary>
    public static MediaSection? FindTag(SessionDescription offer) =>
        FindTagged(offer, section => !section.IsDisabled);

    /// <summary>Reads an offer; its <c>a=setup</c> leaves the role to us, unless it is known already.</summary>
    public NegotiationFailure? ReadOffer(bool isLocalIceLite)
    {
        if (FindLive() is not { } tagged)
        {
            return null;
        }

        var failure = OfferedTransport.Read(description, tagged, isLocalIceLite, out var remote);
        return failure ?? Conclude(tagged, remote!);
    }

    /// <summary>Reads an answer, which settles the roles.</summary>
    public NegotiationFailure? ReadAnswer()
    {
        if (FindLive() is not { } tagged)
        {
            return null;
        }

        DtlsRole? said = tagged.Setup switch
        {
            SdpSetup.Active => DtlsRole.Server,
            SdpSetup.Passive => DtlsRole.Client,
            SdpSetup.None or SdpSetup.ActivePassive or SdpSetup.HoldConnection => null,
            _ => null,
        };
        if ((said ?? before.Remote?.LocalDtlsRole) is not { } role)
        {
            return NegotiationFailure.Malformed(
                $"{SectionText.Of(tagged)} of the answer says neither a=setup:active nor passive."
            );
        }

        var failure = OfferedTransport.Read(description, tagged, role, out var remote);
        return failure ?? Conclude(tagged, remote!);
    }

    private NegotiationFailure? Conclude(MediaSection tagged, RemoteTransport remote)
    {
        var known = before.Remote;
        if (known is not null)
        {
            var isSwapped =
                (tagged.Setup == SdpSetup.Active && known.LocalDtlsRole == DtlsRole.Client)
                || (tagged.Setup == SdpSetup.Passive && known.LocalDtlsRole == DtlsRole.Server);
            if (isSwapped)
            {
                return NegotiationFailure.Unsupported(
                    $"{SectionText.Of(tagged)} says a={(tagged.Setup == SdpSetup.Active ? "setup:active" : "setup:passive")}, which swaps the DTLS roles of this session; that takes a new session."
                );
            }

            if (!HasCommonFingerprint(known, remote))
            {
                return NegotiationFailure.Unsupported(
                    $"{SectionText.Of(tagged)} has another a=fingerprint than this session; that takes a new session."
                );
            }

            remote = remote with { LocalDtlsRole = known.LocalDtlsRole };
        }

        if (Compare(tagged) is { } kind)
        {
            Change = new(kind, remote);
        }

        Remote = remote;
        TaggedMid = tagged.Mid;
        return null;
    }

    private TransportChangeKind? Compare(MediaSection tagged)
    {
        if (before.Remote is null)
        {
            return TransportChangeKind.Begun;
        }

        if (!string.Equals(before.TaggedMid, tagged.Mid, StringComparison.Ordinal))
        {
            return TransportChangeKind.Replaced;
        }

        return HasCredentials(tagged, before.Remote) ? null : TransportChangeKind.Restarted;
    }

    private MediaSection? FindLive() =>
        FindTagged(description, section => !section.IsDisabled && IsLive(section.Mid));

    private bool IsLive(string? mid)
    {
        foreach (var section in after)
        {
            if (!section.IsRejected && string.Equals(section.Mid, mid, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first live section of the bundle, or of the description where there is none.</summary>
    private static MediaSection? FindTagged(
        SessionDescription description,
        Func<MediaSection, bool> isLive
    )
    {
        foreach (var mid in description.BundleMids ?? [])
        {
            if (description.Find(mid) is { } section && isLive(section))
            {
                return section;
            }
        }

        foreach (var section in description.Sections)
        {
            if (isLive(section))
            {
                return section;
            }
        }

        return null;
    }

    private static bool HasCredentials(MediaSection section, RemoteTransport known) =>
        string.Equals(section.IceUsernameFragment, known.UsernameFragment, StringComparison.Ordinal)
        && string.Equals(section.IcePassword, known.Password, StringComparison.Ordinal);

    private static bool HasCommonFingerprint(RemoteTransport one, RemoteTransport other)
    {
        foreach (var fingerprint in one.Fingerprints)
        {
            if (other.Fingerprints.Contains(fingerprint))
            {
                return true;
            }
        }

        return false;
    }
}
