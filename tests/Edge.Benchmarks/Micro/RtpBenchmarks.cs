using BenchmarkDotNet.Attributes;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.Rtp;

namespace Edge.Benchmarks.Micro;

/// <summary>What reading and writing an RTP header costs: three extensions, as a browser sends with pictures.</summary>
[Config(typeof(BenchmarkSettings))]
public class RtpBenchmarks
{
    private const byte TimeId = 2;
    private const byte NumberId = 3;
    private const byte MidId = 4;

    private readonly byte[] _packet = new byte[1200];
    private readonly byte[] _slot = new byte[PacketPool.SlotBytes];
    private readonly Token16 _mid = Token16.Create("video");
    private int _headerBytes;

    /// <summary>Writes the packet that is read.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _headerBytes = Write(_packet);
        _packet[_headerBytes] = 0x90;
        _packet[_headerBytes + 1] = 0x80;
    }

    /// <summary>Header, extension block, padding.</summary>
    [Benchmark]
    public bool Parse() => RtpPacket.TryParse(_packet, out _) == RtpParseError.None;

    /// <summary>The same, and the last of its extensions.</summary>
    [Benchmark]
    public bool ParseAndFindExtension()
    {
        RtpPacket.TryParse(_packet, out var packet);
        return packet.TryFindExtension(MidId, out _);
    }

    /// <summary>Which extensions there are.</summary>
    [Benchmark]
    public bool ReadExtensionIds() =>
        RtpExtensionIds.Of(_packet).MayHave(default(RtpExtensionIds).With(MidId));

    /// <summary>A header with three extensions.</summary>
    [Benchmark]
    public int WriteHeader() => Write(_slot);

    /// <summary>What a VP8 payload says of its picture.</summary>
    [Benchmark]
    public PayloadFacts InspectVp8() =>
        PayloadInspector.Inspect(CodecKind.Vp8, _packet.AsSpan(_headerBytes));

    private int Write(Span<byte> destination)
    {
        var writer = new RtpHeaderWriter(destination, true, new(96), new(1), 2, new(3));
        writer.AddUInt24(TimeId, 0x123456);
        writer.AddUInt16(NumberId, 3);
        writer.AddToken(MidId, _mid);
        return writer.Complete();
    }
}
