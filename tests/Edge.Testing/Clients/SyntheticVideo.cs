using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Wire.Payload;

namespace Edge.Testing.Clients;

/// <summary>Makes a video stream that no decoder would show but every SFU must forward: real payload
/// descriptors, made-up pictures, a <see cref="FrameStamp"/> in each packet.</summary>
public sealed class SyntheticVideo(SyntheticVideoOptions options) : IMediaSource
{
    private const int ClockRate = 90_000;

    private Instant _frameAt = Instant.Never;
    private uint _frame;
    private int _index;
    private int _packets = options.PacketsPerFrame;
    private bool _isKey;
    private bool _isUpper;
    private bool _wantsKey = true;
    private uint _lastKeyFrame;
    private byte _baseLayerIndex;

    /// <summary>Frames begun.</summary>
    public uint Frames => _frame;

    /// <summary>Packets of each picture from the next one on.</summary>
    public int PacketsPerFrame { get; set; } = options.PacketsPerFrame;

    /// <summary>Key frames made.</summary>
    public int KeyFrames { get; private set; }

    /// <summary>When the next packet is due.</summary>
    public Instant NextAt =>
        _index == 0 ? _frameAt : _frameAt + (options.FrameSpread * _index / (_packets - 1));

    /// <summary>Begins the stream.</summary>
    public void Start(Instant now) => _frameAt = now;

    /// <summary>Makes the next frame a key frame, unless this source ignores requests as OBS does.</summary>
    public void RequestKeyFrame() => _wantsKey |= options.AnswersKeyFrameRequests;

    /// <summary>Writes the next packet that is due; false when none is.</summary>
    public bool TryNext(Span<byte> payload, Instant now, out SyntheticPacket packet)
    {
        packet = default;
        if (now < NextAt)
        {
            return false;
        }

        if (_index == 0)
        {
            BeginFrame();
        }

        var body = payload[..options.PayloadBytes];
        body.Clear();
        WriteDescriptor(body);
        var stamp = new FrameStamp(_frame, (byte)_index, (byte)_packets, _isKey, now);
        stamp.WriteEnd(body);
        var isLast = _index == _packets - 1;
        packet = new SyntheticPacket(Timestamp, isLast, body.Length);
        Advance(isLast);
        return true;
    }

    private uint Timestamp =>
        unchecked(options.FirstTimestamp + (_frame * (uint)(ClockRate / options.FramesPerSecond)));

    private void BeginFrame()
    {
        _packets = PacketsPerFrame;
        var isPeriodic =
            options.KeyFrameInterval > 0 && _frame - _lastKeyFrame >= options.KeyFrameInterval;
        _isKey = _wantsKey || isPeriodic;
        _wantsKey = false;
        if (_isKey)
        {
            KeyFrames++;
            _lastKeyFrame = _frame;
        }

        _isUpper = options.TemporalLayers > 1 && (_frame - _lastKeyFrame) % 2 == 1;
        _baseLayerIndex = unchecked((byte)(_baseLayerIndex + (_isUpper ? 0 : 1)));
    }

    private void Advance(bool isLast)
    {
        _index = isLast ? 0 : _index + 1;
        if (isLast)
        {
            _frame++;
            _frameAt += TimeSpan.FromSeconds(1.0 / options.FramesPerSecond);
        }
    }

    private void WriteDescriptor(Span<byte> payload)
    {
        if (options.Codec == CodecKind.Vp8)
        {
            MadeUpVp8.Write(payload, Picture(), isFirst: _index == 0);
            return;
        }

        if (options.Codec != CodecKind.H264)
        {
            throw new TestingException($"No made-up stream exists for {options.Codec}.");
        }

        WriteH264(payload);
    }

    private MadeUpPicture Picture() =>
        new()
        {
            Frame = _frame,
            BaseLayerIndex = _baseLayerIndex,
            IsUpper = _isUpper,
            IsKey = _isKey,
            Width = options.Width,
            Height = options.Height,
        };

    /// <summary>RFC 6184: a key frame begins with SPS and PPS in a STAP-A; slices are FU-A.</summary>
    private void WriteH264(Span<byte> payload)
    {
        if (_isKey && _index == 0)
        {
            // The PPS takes all that is left, so that the aggregate is whole.
            ReadOnlySpan<byte> parameterSets = [0x78, 0, 4, 0x67, 0x42, 0xC0, 0x1F, 0, 0, 0x68];
            parameterSets.CopyTo(payload);
            BinaryPrimitives.WriteUInt16BigEndian(payload[7..], (ushort)(payload.Length - 9));
            return;
        }

        var first = _isKey ? 1 : 0;
        var start = _index == first ? 0x80 : 0;
        var end = _index == _packets - 1 ? 0x40 : 0;
        payload[0] = 0x7C;
        payload[1] = (byte)(start | end | (_isKey ? 5 : 1));
        payload[2] = (byte)start; // first_mb_in_slice is 0.
    }
}
