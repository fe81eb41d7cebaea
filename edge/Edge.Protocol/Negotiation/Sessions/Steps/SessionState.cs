using System.Collections.Immutable;

namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>All that a session's negotiation knows; a step makes the next one of it, or none.</summary>
internal sealed record SessionState
{
    /// <summary>The sections by m-line.</summary>
    public ImmutableArray<SessionSection> Sections { get; init; } = [];

    /// <summary>The other side's transport.</summary>
    public RemoteTransport? Remote { get; init; }

    /// <summary>The section that stood for the bundle when the transport was last described.</summary>
    public string? TaggedMid { get; init; }

    /// <summary>What payload types and extension identifiers mean.</summary>
    public SessionNumbers Numbers { get; init; } = SessionNumbers.Empty;

    /// <summary>Descriptions written so far; the version of the <c>o=</c> line (RFC 8866 §5.2).</summary>
    public ulong Version { get; init; }

    /// <summary>Sections that this end has named so far.</summary>
    public int OwnMids { get; init; }

    /// <summary>Whether an anchor was offered before; one that was refused is not offered again.</summary>
    public bool HasOfferedAnchor { get; init; }

    /// <summary>The index of the first live section, which stands for the bundle; -1 without any.</summary>
    public int TaggedIndex
    {
        get
        {
            for (var index = 0; index < Sections.Length; index++)
            {
                if (Sections[index] is { IsRejected: false, IsWithdrawn: false })
                {
                    return index;
                }
            }

            return -1;
        }
    }

    /// <summary>The index of a live section; -1 without.</summary>
    public int IndexOf(string mid)
    {
        for (var index = 0; index < Sections.Length; index++)
        {
            if (
                !Sections[index].IsRejected
                && string.Equals(Sections[index].Mid, mid, StringComparison.Ordinal)
            )
            {
                return index;
            }
        }

        return -1;
    }
}
