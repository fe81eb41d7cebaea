using Edge.Mesh;
using Edge.Mesh.Names;

namespace Edge.Node.MeshLink;

/// <summary>Says that a node publishes a stream: a <see cref="ClaimNotice"/> as JSON.</summary>
/// <param name="Generation">When its publisher came.</param>
/// <param name="Pop">The number of the node's PoP.</param>
/// <param name="Node">The number of the node.</param>
internal sealed record StreamNotice(ulong Generation, ushort Pop, ushort Node)
{
    /// <summary>Longest age that is believed. Chosen: no publisher lasts longer, and no sum overflows.</summary>
    private const long AgeMsMax = 366L * 24 * 3600 * 1000;

    /// <summary>How long the publisher had been there, in milliseconds.</summary>
    public long AgeMs { get; init; }

    /// <summary>Whether this was said before or answers another claim.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether it is not so any more.</summary>
    public bool HasEnded { get; init; }

    /// <summary>What is to be said, to be written.</summary>
    public static StreamNotice Of(in ClaimNotice notice) =>
        new(notice.Claim.Generation, notice.Claim.Owner.Pop, notice.Claim.Owner.Node)
        {
            AgeMs = (long)notice.Age.TotalMilliseconds,
            IsRepeated = notice.IsRepeated,
            HasEnded = notice.HasEnded,
        };

    /// <summary>What was said.</summary>
    public ClaimNotice Read() =>
        new(new StreamClaim(Generation, new NodeAddress(Pop, Node)))
        {
            Age = TimeSpan.FromMilliseconds(Math.Clamp(AgeMs, 0, AgeMsMax)),
            IsRepeated = IsRepeated,
            HasEnded = HasEnded,
        };
}
