using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>Puts this end's transport around the sections of a session.</summary>
/// <remarks>Candidates stand in the section of the bundle's tag only (RFC 8843 §7.1.3): with a hundred
/// sections they would be most of the text.</remarks>
internal static class SessionText
{
    /// <summary>A whole description.</summary>
    /// <param name="sections">The sections, without transport.</param>
    /// <param name="bundle">The mids of the bundle; null writes no group.</param>
    /// <param name="local">This end's transport.</param>
    /// <param name="setup">What to say of the DTLS role.</param>
    /// <param name="version">The version of the <c>o=</c> line.</param>
    public static SessionDescription Create(
        ImmutableArray<MediaSection> sections,
        ImmutableArray<string>? bundle,
        LocalTransportDescription local,
        SdpSetup setup,
        ulong version
    )
    {
        var complete = ImmutableArray.CreateBuilder<MediaSection>(sections.Length);
        var tagged = bundle is [var first, ..] ? first : null;
        var hasTagged = false;
        foreach (var section in sections)
        {
            if (section.Port == 0)
            {
                complete.Add(section);
                continue;
            }

            var isTagged =
                !hasTagged
                && (tagged is null || string.Equals(section.Mid, tagged, StringComparison.Ordinal));
            hasTagged |= isTagged;
            complete.Add(Add(section, local, setup, isTagged));
        }

        return new()
        {
            SessionId = local.SessionNumber,
            SessionVersion = version,
            IsIceLite = local.IsIceLite,
            IceOptions = TransportLines.IceOptions,
            BundleMids = bundle,
            AllowsMixedExtensions = true,
            Sections = complete.MoveToImmutable(),
        };
    }

    /// <summary>The bundle of an offer of ours: every live section.</summary>
    public static ImmutableArray<string> BundleOf(ImmutableArray<MediaSection> sections)
    {
        var mids = ImmutableArray.CreateBuilder<string>(sections.Length);
        foreach (var section in sections)
        {
            if (section.Port != 0)
            {
                mids.Add(section.Mid!);
            }
        }

        return mids.ToImmutable();
    }

    /// <summary>What an offer of ours says of the role: the client chooses until it has.</summary>
    public static SdpSetup SetupOf(RemoteTransport? remote) =>
        remote is null ? SdpSetup.ActivePassive : TransportLines.SetupOf(remote.LocalDtlsRole);

    private static MediaSection Add(
        MediaSection section,
        LocalTransportDescription local,
        SdpSetup setup,
        bool isTagged
    )
    {
        var whole = TransportLines.Add(section, local, setup);
        return isTagged ? whole : whole with { Candidates = [], HasEndOfCandidates = false };
    }
}
