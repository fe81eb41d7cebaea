using Edge.Primitives;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Feeds;

/// <summary>Puts the frames of another node's track in order: what goes on, what is missing, what is old.</summary>
/// <remarks>Threads: one owner.</remarks>
public sealed class FeedOrder
{
    /// <summary>Layers of a track.</summary>
    public const int LayersMax = 4;

    private readonly ulong[] _last = new ulong[LayersMax];
    private ulong _generation;
    private ushort _epoch;
    private bool _hasBegun;

    /// <summary>Judges a frame.</summary>
    /// <param name="header">The frame's; its layer is below <see cref="LayersMax"/>. A frame out of the cache has
    /// no number, because it has no place among the others.</param>
    /// <param name="lateness">How much later than the quickest it came.</param>
    /// <param name="isNewSource">Whether another publisher than before sends it.</param>
    [HotPath]
    public FeedVerdict Judge(in MeshFrameHeader header, TimeSpan lateness, out bool isNewSource)
    {
        var life = header.Generation;
        isNewSource = !_hasBegun || life > _generation;
        if (!isNewSource)
        {
            var steps = unchecked((short)(header.Epoch - _epoch));
            if (life < _generation || steps < 0)
            {
                return FeedVerdict.Old;
            }

            isNewSource = steps > 0;
        }

        if (!_hasBegun || life > _generation)
        {
            _last.AsSpan().Clear();
        }

        _hasBegun = true;
        _generation = life;
        _epoch = header.Epoch;
        var number = header.Number;
        ref var last = ref _last[header.Layer];
        if (number == 0)
        {
            last = Math.Max(last, header.After);
            return FeedVerdict.Take;
        }

        if (number <= last)
        {
            return FeedVerdict.Old;
        }

        var isGap = last != 0 && number != last + 1;
        last = number;
        return lateness > MeshTimes.MediaAge ? FeedVerdict.TooLate
            : isGap ? FeedVerdict.TakeAfterGap
            : FeedVerdict.Take;
    }

    /// <summary>Forgets which source it was: the next frame is of a new one.</summary>
    public void Forget() => _hasBegun = false;

    /// <summary>A layer is taken anew: what was missed of it meanwhile is no gap.</summary>
    public void Restart(int layer) => _last[layer] = 0;
}
