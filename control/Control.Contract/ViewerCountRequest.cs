using System.Collections.Immutable;

namespace Control.Contract;

/// <summary>Asks how many viewers streams have.</summary>
/// <param name="Streams">The streams, each once, <see cref="StreamsMax"/> at most; more is not answered.</param>
public sealed record ViewerCountRequest(ImmutableArray<StreamKey> Streams)
{
    /// <summary>Streams of one question. Chosen: at their longest they are 230 KB, which every bus carries.</summary>
    public const int StreamsMax = 1024;
}
