using Edge.Primitives;

namespace Edge.Mesh.Tests.Simulation.Clients;

/// <summary>Decides which of the pictures that come can be shown: whole ones, each after the one that it needs.</summary>
/// <remarks>A picture needs the one before it of its layer, a key frame none. Bounded: of pictures that are not
/// whole the oldest are given up.</remarks>
internal sealed class PictureDecoder
{
    private const int OpenMax = 64;

    private readonly Dictionary<uint, Picture> _open = [];
    private uint _session;
    private byte _layer;
    private uint _last;

    /// <summary>Pictures shown.</summary>
    public long Shown { get; private set; }

    /// <summary>When the last one was shown.</summary>
    public Instant ShownAt { get; private set; } = Instant.Never;

    /// <summary>Whether the last one shown needs nothing that is missing now.</summary>
    public bool IsWaitingForKeyFrame => _last == 0;

    /// <summary>Takes a packet; true when something was shown.</summary>
    public bool Take(in MediaStamp stamp, Instant now)
    {
        if (stamp.Session != _session || stamp.Layer != _layer)
        {
            _open.Clear();
            _session = stamp.Session;
            _layer = stamp.Layer;
            _last = 0;
        }

        if (stamp.Frame <= _last)
        {
            return false;
        }

        var picture = _open.GetValueOrDefault(stamp.Frame);
        picture = picture with
        {
            Got = picture.Got | 1UL << stamp.Index,
            Count = stamp.Count,
            IsKeyFrame = stamp.IsKeyFrame,
        };
        _open[stamp.Frame] = picture;
        var before = Shown;
        if (picture.IsWhole && (picture.IsKeyFrame || stamp.Frame == _last + 1))
        {
            Show(stamp.Frame, now);
        }

        while (_open.Count > OpenMax)
        {
            _open.Remove(_open.Keys.Min());
        }

        return Shown > before;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"session {_session}, layer {_layer}, picture {_last}, {_open.Count} open from {(_open.Count == 0 ? 0 : _open.Keys.Min())}";

    private void Show(uint frame, Instant now)
    {
        Shown++;
        ShownAt = now;
        _last = frame;
        foreach (var older in _open.Keys.Where(number => number <= frame).ToArray())
        {
            _open.Remove(older);
        }

        if (_open.TryGetValue(frame + 1, out var next) && next.IsWhole)
        {
            Show(frame + 1, now);
        }
    }

    private readonly record struct Picture(ulong Got, byte Count, bool IsKeyFrame)
    {
        public bool IsWhole => Count > 0 && Got == (1UL << Count) - 1;
    }
}
