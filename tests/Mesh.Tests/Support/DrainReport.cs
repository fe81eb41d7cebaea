using System.Globalization;

namespace Mesh.Tests.Support;

/// <summary>What the sessions of a crowd noticed of a drain.</summary>
/// <param name="Sessions">How many there are.</param>
/// <param name="Ended">Sessions that ended.</param>
/// <param name="Disconnected">Sessions whose checks were not answered for so long that a browser would say so.</param>
/// <param name="Handshakes">Sessions in which another DTLS handshake was begun.</param>
/// <param name="Packets">Media packets that came to viewers.</param>
/// <param name="Missing">Media packets that did not.</param>
/// <param name="Gaps">The longest time between two packets of each track of each viewer, the shortest first.</param>
internal sealed record DrainReport(
    int Sessions,
    int Ended,
    int Disconnected,
    int Handshakes,
    long Packets,
    long Missing,
    IReadOnlyList<TimeSpan> Gaps
)
{
    /// <summary>Of each track that stood still for long: whose, for how long, and when it went on.</summary>
    public IReadOnlyList<string> Longest { get; init; } = [];

    /// <summary>Part of the packets that did not come.</summary>
    public double Loss => Packets + Missing > 0 ? (double)Missing / (Packets + Missing) : 0;

    /// <summary>The gap that so many of a hundred tracks do not exceed.</summary>
    public TimeSpan Gap(double percent) =>
        Gaps.Count == 0
            ? TimeSpan.MaxValue
            : Gaps[(int)Math.Ceiling(percent / 100 * Gaps.Count) - 1];

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Sessions} sessions: {Ended} ended, {Disconnected} disconnected, {Handshakes} with a handshake; gaps ms p50 {Gap(50).TotalMilliseconds:0} p99 {Gap(99).TotalMilliseconds:0} max {Gap(100).TotalMilliseconds:0}; {Missing} of {Packets + Missing} packets lost ({Loss:P3})"
        );
}
