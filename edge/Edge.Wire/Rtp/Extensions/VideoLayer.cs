using System.Runtime.CompilerServices;
using Edge.Primitives;

namespace Edge.Wire.Rtp.Extensions;

/// <summary>What a sender says of one spatial layer of one stream.</summary>
public struct VideoLayer
{
    private Rates _kilobits;

    /// <summary>The stream, in the order of the negotiated simulcast.</summary>
    public int Stream { get; internal set; }

    /// <summary>The spatial layer, 0 lowest.</summary>
    public int Spatial { get; internal set; }

    /// <summary>Temporal layers, 1 to 4.</summary>
    public int TemporalCount { get; internal set; }

    /// <summary>Width in pixels; 0 when not told.</summary>
    public int Width { get; internal set; }

    /// <summary>Height in pixels; 0 when not told.</summary>
    public int Height { get; internal set; }

    /// <summary>Frames a second; 0 when not told.</summary>
    public int FramesPerSecond { get; internal set; }

    /// <summary>The rate the sender aims at for a temporal layer and those below it.</summary>
    /// <param name="temporal">0 to <see cref="TemporalCount"/> - 1.</param>
    public readonly Bitrate TargetBitrate(int temporal) =>
        Bitrate.FromKilobits(_kilobits[temporal]);

    internal void SetRate(int temporal, uint kilobits) => _kilobits[temporal] = kilobits;

    [InlineArray(4)]
    private struct Rates
    {
        private uint _first;
    }
}
