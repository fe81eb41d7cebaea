using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Wire.Sdp;

namespace Edge.Protocol.Negotiation.Answering;

/// <summary>Reads the sources that a section declares.</summary>
internal static class OfferedSources
{
    private const string Retransmission = "FID";
    private const string Correction = "FEC";

    /// <summary>Media sources with their retransmission, in order. A group counts even where its members
    /// have no <c>a=ssrc</c> line of their own, as in FFmpeg after 8.0.</summary>
    public static ImmutableArray<RemoteSource> Read(MediaSection section)
    {
        var sources = ImmutableArray.CreateBuilder<RemoteSource>();
        var repairs = new HashSet<Ssrc>();
        foreach (var group in section.SsrcGroups)
        {
            var isRetransmission = string.Equals(
                group.Semantics,
                Retransmission,
                StringComparison.Ordinal
            );
            var isCorrection = group.Semantics.StartsWith(Correction, StringComparison.Ordinal);
            if (group.Ssrcs.Length < 2 || !(isRetransmission || isCorrection))
            {
                continue;
            }

            repairs.Add(group.Ssrcs[1]);
            if (isRetransmission && IndexOf(sources, group.Ssrcs[0]) < 0)
            {
                sources.Add(new(group.Ssrcs[0], group.Ssrcs[1]));
            }
        }

        foreach (var source in section.Ssrcs)
        {
            if (!repairs.Contains(source.Ssrc) && IndexOf(sources, source.Ssrc) < 0)
            {
                sources.Add(new(source.Ssrc, null));
            }
        }

        return sources.ToImmutable();
    }

    /// <summary>The stream and track of a section, as written in either of the two ways.</summary>
    public static string? MsidOf(MediaSection section)
    {
        if (section.Msid is not null)
        {
            return section.Msid.ToString();
        }

        foreach (var source in section.Ssrcs)
        {
            if (source.Msid is not null)
            {
                return source.Msid;
            }
        }

        return null;
    }

    private static int IndexOf(ImmutableArray<RemoteSource>.Builder sources, Ssrc media)
    {
        for (var index = 0; index < sources.Count; index++)
        {
            if (sources[index].Media == media)
            {
                return index;
            }
        }

        return -1;
    }
}
