using BenchmarkDotNet.Attributes;
using Edge.Primitives;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;

namespace Edge.Benchmarks.Micro;

/// <summary>What feedback costs as bytes: 100 ms of transport-wide feedback for 30 packets, and a NACK for five.</summary>
[Config(typeof(BenchmarkSettings))]
public class RtcpBenchmarks
{
    private const int Packets = 30;
    private const int StepMs = 3;

    private static readonly ushort[] Lost = [1, 2, 3, 100, 200];

    private readonly long[] _arrivals = new long[Packets];
    private readonly byte[] _buffer = new byte[1200];
    private readonly byte[] _feedback = new byte[1200];
    private readonly byte[] _nack = new byte[100];
    private int _feedbackBytes;
    private int _nackBytes;

    /// <summary>Writes what is read.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        for (var index = 0; index < Packets; index++)
        {
            _arrivals[index] = Instant.FromMilliseconds(1000 + index * StepMs).Ticks;
        }

        _feedbackBytes = WriteFeedback(_feedback);
        _nackBytes = NackWriter.Write(_nack, new(1), new(2), Lost);
    }

    /// <summary>Feedback, a packet of it.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int WriteFeedback() => WriteFeedback(_buffer);

    /// <summary>The same read, a packet of it.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public int ReadFeedback()
    {
        var count = 0;
        var reader = new RtcpCompoundReader(_feedback.AsSpan(0, _feedbackBytes));
        reader.MoveNext();
        TransportFeedback.TryParse(reader.Current, out var feedback);
        while (feedback.MoveNext())
        {
            count++;
        }

        return count;
    }

    /// <summary>A whole NACK.</summary>
    [Benchmark]
    public int WriteNack() => NackWriter.Write(_buffer, new(1), new(2), Lost);

    /// <summary>The same read.</summary>
    [Benchmark]
    public int ReadNack()
    {
        var count = 0;
        var reader = new RtcpCompoundReader(_nack.AsSpan(0, _nackBytes));
        reader.MoveNext();
        GenericNack.TryParse(reader.Current, out var nack);
        while (nack.MoveNext())
        {
            count++;
        }

        return count;
    }

    private int WriteFeedback(Span<byte> destination) =>
        TransportFeedbackWriter.Write(destination, new(1), new(2), 1, _arrivals, 0, out _);
}
