using System.Collections.Immutable;
using Edge.Protocol.Negotiation.Answering;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation;

/// <summary>Writes the answer to an ICE restart (RFC 9725 §4.3.3).</summary>
public static class RestartFragment
{
    /// <summary>The fragment with this end's new credentials and all its candidates, tagged with the first
    /// agreed section.</summary>
    /// <param name="local">The transport with its new credentials; lite and options as they were.</param>
    /// <param name="media">What the session agreed on.</param>
    public static string Write(
        LocalTransportDescription local,
        ImmutableArray<MediaAgreement> media
    )
    {
        var mids = ImmutableArray.CreateBuilder<string>(media.Length);
        foreach (var agreement in media)
        {
            if (agreement.Mid != default)
            {
                mids.Add(agreement.Mid.ToString());
            }
        }

        var fragment = new TrickleFragment
        {
            UsernameFragment = local.UsernameFragment,
            Password = local.Password,
            IsIceLite = local.IsIceLite,
            IceOptions = TransportLines.IceOptions,
            BundleMids = mids.Count == 0 ? null : mids.ToImmutable(),
            KindName = CodecCatalog.NameOf(media.IsEmpty ? MediaKind.Audio : media[0].Kind),
            Mid = mids.Count == 0 ? null : mids[0],
            Candidates = TransportLines.Candidates(local),
            HasEndOfCandidates = true,
        };
        return fragment.Write();
    }
}
