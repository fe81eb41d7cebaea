using Edge.Primitives;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Feeds;

/// <summary>Puts the frames of another node's track in order: what goes on, what is missing, what is old.</summary>
/// <remarks>Threads: one owner.</remarks>
public sealed class FeedOrder
{
    /// <summary>Layers of a track.</summary>
    public const int LayersMax = 4;

    /// <summary>How many numbers before the last are remembered as missed. Chosen: two seconds of pictures.</summary>
    private const int MissingMax = 64;

    private readonly ulong[] _last = new ulong[LayersMax];
    private readonly ulong[] _missing = new ulong[LayersMax];
    private ulong _generation;
    private ushort _epoch;
    private bool _hasBegun;

    /// <summary>How many frames are missing right before the one that was judged last. Of a longer gap as many as may
    /// still come.</summary>
    public int Missed { get; private set; }

    /// <summary>Says of whom the first frame will be, so that it begins nothing.</summary>
    /// <param name="name">Which publisher.</param>
    /// <param name="numbers">The number of each layer's last frame; empty when it is not known.</param>
    public void Begin(SourceName name, ReadOnlySpan<ulong> numbers)
    {
        _hasBegun = true;
        _generation = name.Life;
        _epoch = name.Epoch;
        _last.AsSpan().Clear();
        _missing.AsSpan().Clear();
        numbers[..Math.Min(numbers.Length, LayersMax)].CopyTo(_last);
    }

    /// <summary>Judges a frame.</summary>
    /// <param name="header">The frame's; its layer is below <see cref="LayersMax"/>. A frame out of the cache has
    /// no number, because it has no place among the others.</param>
    /// <param name="lateness">How much later than the quickest it came.</param>
    /// <param name="isNewSource">Whether another publisher than before sends it.</param>
    [HotPath]
    public FeedVerdict Judge(in MeshFrameHeader header, TimeSpan lateness, out bool isNewSource)
    {
        Missed = 0;
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
            _missing.AsSpan().Clear();
        }

        _hasBegun = true;
        _generation = life;
        _epoch = header.Epoch;
        return header.Number == 0 ? TakeCached(header) : Judge(header, lateness);
    }

    /// <summary>Whether a later frame of its layer came before one, of the same publisher.</summary>
    [HotPath]
    public bool IsBehind(in MeshFrameHeader header) =>
        header.Number != 0
        && header.Number <= _last[header.Layer]
        && header.Generation == _generation
        && header.Epoch == _epoch;

    /// <summary>Whether a frame of a layer is missing that may still come.</summary>
    [HotPath]
    public bool IsAnyMissing(int layer) => _missing[layer] != 0;

    /// <summary>Forgets which source it was: the next frame is of a new one.</summary>
    public void Forget() => _hasBegun = false;

    /// <summary>A layer is taken anew: what was missed of it meanwhile is no gap.</summary>
    public void Restart(int layer)
    {
        _last[layer] = 0;
        _missing[layer] = 0;
    }

    /// <summary>What is cached reaches up to the frame before it.</summary>
    [HotPath]
    private FeedVerdict TakeCached(in MeshFrameHeader header)
    {
        ref var last = ref _last[header.Layer];
        if (header.After > last)
        {
            last = header.After;
            _missing[header.Layer] = 0;
        }

        return FeedVerdict.Take;
    }

    [HotPath]
    private FeedVerdict Judge(in MeshFrameHeader header, TimeSpan lateness)
    {
        var number = header.Number;
        ref var last = ref _last[header.Layer];
        ref var missing = ref _missing[header.Layer];
        if (number <= last)
        {
            return TryTakeMissing(ref missing, last - number) && lateness <= MeshTimes.MediaAge
                ? FeedVerdict.TakeLate
                : FeedVerdict.Old;
        }

        var steps = number - last;
        var isGap = last != 0 && steps > 1;
        missing = steps < MissingMax ? missing << (int)steps : 0;
        if (isGap)
        {
            // Those between: bit n is the frame n before this one.
            missing |= steps < MissingMax ? (1UL << (int)steps) - 2 : ~1UL;
            Missed = (int)Math.Min(steps, MissingMax) - 1;
        }

        last = number;
        return lateness > MeshTimes.MediaAge ? FeedVerdict.TooLate
            : isGap ? FeedVerdict.TakeAfterGap
            : FeedVerdict.Take;
    }

    [HotPath]
    private static bool TryTakeMissing(ref ulong missing, ulong back)
    {
        if (back >= MissingMax || (missing >> (int)back & 1) == 0)
        {
            return false;
        }

        missing &= ~(1UL << (int)back);
        return true;
    }
}
