using Edge.Primitives;

namespace Edge.Testing.Clients.Captured;

/// <summary>Replays a browser's stream: its sizes, its bursts and its pauses, over and over, with content that nobody
/// decodes and a <see cref="FrameStamp"/> in each packet.</summary>
/// <remarks>A key frame that is asked for takes the place of the next frame. What follows waits until its last packet is
/// sent, as it does in a browser's pacer.</remarks>
public sealed class CapturedSource(CapturedTrack track, CapturedKind kind) : IMediaSource
{
    /// <summary>The picture of the captures (tests/captures/media/README.md).</summary>
    private const int Width = 1280;
    private const int Height = 720;

    /// <summary>A frame that is later than this was not encoded meanwhile either: the stream paused. Chosen: three
    /// frames, which a browser's encoder has waiting at most before it leaves some out.</summary>
    private static readonly TimeSpan LatenessMax = TimeSpan.FromMilliseconds(100);

    private Instant _loopAt = Instant.Never;
    private Instant _frameAt = Instant.Never;
    private uint _loopTimestamp;
    private CapturedFrame _frame = track.Frames[0];
    private int _position; // In the loop.
    private int _index; // In the frame.
    private uint _number;
    private bool _wantsKey = true;

    /// <summary>Key frames made.</summary>
    public int KeyFrames { get; private set; }

    /// <inheritdoc/>
    public Instant NextAt => _index == 0 ? _frameAt : _frameAt + _frame.Packets[_index].Offset;

    /// <inheritdoc/>
    public void Start(Instant now) => (_loopAt, _frameAt) = (now, now);

    /// <inheritdoc/>
    public void RequestKeyFrame() => _wantsKey = true;

    /// <inheritdoc/>
    public bool TryNext(Span<byte> payload, Instant now, out SyntheticPacket packet)
    {
        packet = default;
        if (now < NextAt)
        {
            return false;
        }

        if (_index == 0)
        {
            SkipPause(now - _frameAt);
            BeginFrame();
        }

        var body = payload[..Math.Max(_frame.Packets[_index].Bytes, LeastBytes)];
        body.Clear();
        WriteHead(body);
        var count = _frame.Packets.Count;
        new FrameStamp(_number, (byte)_index, (byte)count, _frame.IsKey, now).WriteEnd(body);
        var isLast = _index == count - 1;
        // Sound has its marker where it begins (RFC 3551 §4.1), a picture where it ends.
        var marker = kind == CapturedKind.Vp8 ? isLast : _number == 0;
        packet = new SyntheticPacket(Timestamp, marker, body.Length);
        Advance(isLast);
        return true;
    }

    /// <summary>A packet of less is made longer: it has to hold its head and its stamp.</summary>
    private int LeastBytes =>
        FrameStamp.Bytes + (kind == CapturedKind.Vp8 ? MadeUpVp8.HeadBytesMax : 1);

    private uint Timestamp => unchecked(_loopTimestamp + track.Frames[_position].Timestamp);

    /// <summary>Goes on from now after a pause of whoever drives it, instead of sending all at once.</summary>
    private void SkipPause(TimeSpan lateness)
    {
        if (lateness > LatenessMax)
        {
            _loopAt += lateness;
            _frameAt += lateness;
            var ticks = (uint)(lateness / track.Duration * track.Ticks);
            _loopTimestamp = unchecked(_loopTimestamp + ticks);
        }
    }

    private void BeginFrame()
    {
        var isKey = _wantsKey && track.KeyFrames.Count > 0;
        _wantsKey = false;
        _frame = isKey
            ? track.KeyFrames[KeyFrames % track.KeyFrames.Count]
            : track.Frames[_position];
        KeyFrames += isKey ? 1 : 0;
    }

    private void WriteHead(Span<byte> body)
    {
        if (kind == CapturedKind.Opus)
        {
            body[0] = 0x78;
            return;
        }

        var picture = new MadeUpPicture
        {
            Frame = _number,
            BaseLayerIndex = unchecked((byte)_number),
            IsKey = _frame.IsKey,
            Width = Width,
            Height = Height,
        };
        MadeUpVp8.Write(body, picture, isFirst: _index == 0);
    }

    private void Advance(bool isLast)
    {
        if (!isLast)
        {
            _index++;
            return;
        }

        var endsAt = _frameAt + _frame.Packets[^1].Offset;
        _index = 0;
        _number++;
        _position++;
        if (_position == track.Frames.Count)
        {
            _position = 0;
            _loopAt += track.Duration;
            _loopTimestamp = unchecked(_loopTimestamp + track.Ticks);
        }

        var dueAt = _loopAt + track.Frames[_position].At;
        _frameAt = endsAt > dueAt ? endsAt : dueAt;
    }
}
