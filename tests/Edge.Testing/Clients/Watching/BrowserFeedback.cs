using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Rtcp.Feedback;
using Edge.Wire.Rtcp.Reports;
using Edge.Wire.Rtp;

namespace Edge.Testing.Clients.Watching;

/// <summary>What a browser that plays sends back, at its pace: transport-wide feedback, receiver reports, NACKs and
/// requests for key frames. It looks at headers only, which SRTP leaves plain.</summary>
/// <remarks>Measured with Chromium 156, which played 2.5 Mbit/s of another one through this server: feedback every
/// 62.5 ms, reports without SDES after 0.5 to 1.5 s for pictures and 2.5 to 7.5 s for sound.</remarks>
public sealed class BrowserFeedback
{
    private const byte SenderReportType = 200;
    private const int MiddleOfNtpOffset = 10;
    private const int NacksMax = 64;

    private readonly WatchedStream[] _streams;
    private readonly ArrivalReport _arrivals = new();
    private readonly Prng _random;
    private readonly Ssrc _local;

    /// <summary>Feedback of a client to whom these sections are sent.</summary>
    public BrowserFeedback(IEnumerable<MediaAgreement> sections, Prng random)
    {
        _streams = [.. sections.Select(section => new WatchedStream(section))];
        _random = random;
        _local = new Ssrc(random.NextUInt32());
    }

    /// <summary>What came in each section.</summary>
    public IReadOnlyList<WatchedStream> Streams => _streams;

    /// <summary>Whether headers are all that is looked at: packets are not decrypted then.</summary>
    public bool IsEnough { get; set; }

    /// <summary>Asks for a key frame with the next poll.</summary>
    public void RequestKeyFrame(int section) => _streams[section].WantsKeyFrame = true;

    /// <summary>Takes a packet of media as it came.</summary>
    public void HandleRtp(ReadOnlySpan<byte> packet, Instant arrivedAt)
    {
        if (!RtpHeader.TryReadHeaderLength(packet, out var length))
        {
            return;
        }

        var isPadded = (packet[RtpHeader.FlagsOffset] & RtpHeader.PaddingBit) != 0;
        // The padding's length is encrypted; the header alone is a whole packet without it.
        Span<byte> header = stackalloc byte[length];
        packet[..length].CopyTo(header);
        header[RtpHeader.FlagsOffset] &= unchecked((byte)~RtpHeader.PaddingBit);
        if (RtpPacket.TryParse(header, out var rtp) != RtpParseError.None)
        {
            return;
        }

        var view = new WatchedStream.RtpView(
            rtp.PayloadType,
            rtp.SequenceNumber,
            rtp.Ssrc,
            rtp.Timestamp,
            isPadded
        );
        foreach (var stream in _streams)
        {
            if (stream.TryTake(view, arrivedAt))
            {
                NoteArrival(stream.Media.Extensions.TransportSequence, rtp, arrivedAt);
                return;
            }
        }
    }

    /// <summary>Takes plain RTCP.</summary>
    public void HandleRtcp(ReadOnlySpan<byte> packet, Instant arrivedAt)
    {
        if (packet.Length < MiddleOfNtpOffset + sizeof(uint) || packet[1] != SenderReportType)
        {
            return;
        }

        var sender = new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(packet[4..]));
        var middle = BinaryPrimitives.ReadUInt32BigEndian(packet[MiddleOfNtpOffset..]);
        foreach (var stream in _streams)
        {
            stream.HandleSenderReport(sender, middle, arrivedAt);
        }
    }

    /// <summary>Writes one packet that is due; 0 when nothing is.</summary>
    public int Poll(Span<byte> destination, Instant now)
    {
        foreach (var stream in _streams)
        {
            var length = PollStream(stream, destination, now);
            if (length > 0)
            {
                return length;
            }
        }

        return _arrivals.Poll(destination, _local, now);
    }

    /// <summary>When <see cref="Poll"/> is due.</summary>
    public Instant PollTimeout()
    {
        var next = _arrivals.DueAt;
        foreach (var stream in _streams)
        {
            next = Instant.Min(next, Instant.Min(stream.ReportAt, stream.Lost.DueAt));
        }

        return next;
    }

    private void NoteArrival(byte extension, in RtpPacket rtp, Instant arrivedAt)
    {
        if (
            extension != 0
            && rtp.TryFindExtension(extension, out var data)
            && data.Length >= sizeof(ushort)
        )
        {
            var number = new SequenceNumber(BinaryPrimitives.ReadUInt16BigEndian(data));
            _arrivals.Note(number, rtp.Ssrc, arrivedAt);
        }
    }

    private int PollStream(WatchedStream stream, Span<byte> destination, Instant now)
    {
        if (stream.WantsKeyFrame && stream.Source != default)
        {
            stream.WantsKeyFrame = false;
            return PliWriter.Write(destination, _local, stream.Source);
        }

        if (now >= stream.Lost.DueAt)
        {
            Span<ushort> numbers = stackalloc ushort[NacksMax];
            var before = stream.Lost.GivenUp;
            var count = stream.Lost.Poll(numbers, now);
            stream.WantsKeyFrame |= stream.Lost.GivenUp > before;
            if (count > 0)
            {
                return NackWriter.Write(destination, _local, stream.Source, numbers[..count]);
            }
        }

        return now >= stream.ReportAt
            ? ReceiverReportWriter.Write(destination, _local, [stream.TakeReport(_random, now)])
            : 0;
    }
}
