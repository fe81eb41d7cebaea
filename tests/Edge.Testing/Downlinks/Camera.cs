using System.Buffers.Binary;
using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Testing.Downlinks;

/// <summary>Makes the packets of a camera's layers as a node has them once they were received: VP8, plain, in slots
/// of a pool.</summary>
public sealed class Camera
{
    private const int PacketBytesMax = 1150;
    private const int HeaderBytes = 12;
    private const int DescriptorBytes = 6;
    private const int KeyFrameHeaderBytes = 10;
    private const int PayloadBytesMin = DescriptorBytes + KeyFrameHeaderBytes + PictureStamp.Bytes;
    private const uint ClockRate = 90_000;

    private readonly CameraOptions _options;
    private readonly PacketPool _pool;
    private readonly Prng _random;
    private readonly LayerState[] _layers;
    private uint _pictures;
    private Bitrate _told = Bitrate.Unlimited;
    private Instant _toldAt = Instant.Zero;

    /// <summary>Makes one whose first pictures are key frames.</summary>
    public Camera(CameraOptions options, PacketPool pool, Prng random, Instant startsAt)
    {
        _options = options;
        _pool = pool;
        _random = random;
        _layers = new LayerState[options.Layers.Length];
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            _layers[layer].KeyFrameAt = startsAt;
            _layers[layer].NextNumber = 65_536 + random.NextInt32(30_000);
        }

        NextAt = startsAt;
    }

    /// <summary>When the next pictures are due.</summary>
    public Instant NextAt { get; private set; }

    /// <summary>The layers.</summary>
    public CameraOptions Options => _options;

    /// <summary>The most that a camera of one layer sends.</summary>
    public Bitrate Limit { get; private set; } = Bitrate.Unlimited;

    /// <summary>Which layers are sent, one bit each.</summary>
    public uint Enabled { get; set; } = uint.MaxValue;

    /// <summary>Key frames that were made, the first ones included.</summary>
    public int KeyFrames { get; private set; }

    /// <summary>Somebody needs a key frame.</summary>
    public void RequestKeyFrame(int layer, Instant now)
    {
        if (_options.AnswersRequests)
        {
            ref var due = ref _layers[layer].KeyFrameAt;
            due = Instant.Min(due, now + _options.KeyFrameDelay);
        }
    }

    /// <summary>The node tells the most that can be used.</summary>
    public void HandleLimit(Bitrate limit, Instant now)
    {
        if (limit != _told && _options.ObeysLimits)
        {
            _told = limit;
            _toldAt = now;
        }
    }

    /// <summary>Makes the pictures that are due, of all layers. Who takes a packet gives its claim back.</summary>
    public void MakeDue(Instant now, Action<TrackPacket> take)
    {
        while (NextAt <= now)
        {
            Limit = now - _toldAt >= _options.KeyFrameDelay ? _told : Limit;
            _pictures++;
            for (var layer = 0; layer < _layers.Length; layer++)
            {
                if ((Enabled >> layer & 1) != 0)
                {
                    MakePicture(layer, now, take);
                }
            }

            NextAt += TimeSpan.FromSeconds(1.0 / _options.FramesPerSecond);
        }
    }

    private void MakePicture(int layer, Instant now, Action<TrackPacket> take)
    {
        ref var state = ref _layers[layer];
        var isKeyFrame = state.KeyFrameAt <= now;
        if (isKeyFrame)
        {
            state.KeyFrameAt =
                _options.KeyFrameInterval < TimeSpan.MaxValue
                    ? now + _options.KeyFrameInterval
                    : Instant.Never;
            KeyFrames++;
        }

        state.Frame++;
        var rate = Bitrate.Min(_options.Layers[layer].Rate, Limit).BitsPerSecond;
        var mean = rate / 8.0 / _options.FramesPerSecond;
        var varied = mean * (1 + _options.Variation * (2 * _random.NextDouble() - 1));
        var bytes = (int)(isKeyFrame ? mean * _options.KeyFrameFactor : varied);
        var count = Math.Max(1, (bytes + PacketBytesMax - 1) / PacketBytesMax);
        for (var index = 0; index < count; index++)
        {
            var stamp = new PictureStamp(
                (byte)layer,
                state.Frame,
                (ushort)index,
                (ushort)count,
                isKeyFrame,
                now
            );
            take(MakePacket(stamp, state.NextNumber++, Math.Max(PayloadBytesMin, bytes / count)));
        }
    }

    private TrackPacket MakePacket(in PictureStamp stamp, long number, int payloadBytes)
    {
        if (!_pool.TryRent(out var handle))
        {
            throw new TestingException("The pool of the simulated node is empty.");
        }

        var packet = _pool.Slot(handle)[..(HeaderBytes + payloadBytes)];
        packet.Clear();
        packet[0] = 0x80;
        packet[1] = 96;
        var payload = packet[HeaderBytes..];
        WriteDescriptor(payload, stamp);
        stamp.WriteEnd(payload);
        return new TrackPacket
        {
            Handle = handle,
            ExtendedSequence = number,
            ArrivedAt = stamp.MadeAt,
            CaptureTime = NtpTimestamp.FromUnixTime(new TimeSpan(stamp.MadeAt.Ticks)),
            Timestamp = unchecked(_pictures * (ClockRate / (uint)_options.FramesPerSecond)),
            PacketLength = (ushort)packet.Length,
            HeaderLength = HeaderBytes,
            PayloadOffset = HeaderBytes,
            PayloadLength = (ushort)payloadBytes,
            SourceEpoch = 1,
            Layer = stamp.Layer,
            Marker = stamp.Index == stamp.Count - 1,
            IsKeyFrameStart = stamp is { IsKeyFrame: true, Index: 0 },
            TemporalLayer = -1,
        };
    }

    /// <summary>RFC 7741 §4.2 with a 15-bit picture id and TL0PICIDX, then RFC 6386 §9.1.</summary>
    private void WriteDescriptor(Span<byte> payload, in PictureStamp stamp)
    {
        payload[0] = (byte)(0x80 | (stamp.Index == 0 ? 0x10 : 0));
        payload[1] = 0xE0;
        BinaryPrimitives.WriteUInt16BigEndian(
            payload[2..],
            (ushort)(0x8000 | (stamp.Frame & 0x7FFF))
        );
        payload[4] = unchecked((byte)stamp.Frame);
        payload[5] = 0x20;
        if (stamp.Index != 0)
        {
            return;
        }

        var header = payload[DescriptorBytes..];
        header[0] = (byte)(stamp.IsKeyFrame ? 0x10 : 0x11);
        if (stamp.IsKeyFrame)
        {
            var layer = _options.Layers[stamp.Layer];
            header[3] = 0x9D;
            header[4] = 0x01;
            header[5] = 0x2A;
            BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)layer.Width);
            BinaryPrimitives.WriteUInt16LittleEndian(header[8..], (ushort)layer.Height);
        }
    }

    private struct LayerState
    {
        public Instant KeyFrameAt;
        public uint Frame;
        public long NextNumber;
    }
}
