using BenchmarkDotNet.Attributes;
using Edge.Primitives;

namespace Edge.Benchmarks.Micro;

/// <summary>What slots of packets and the queues between threads cost, when the other thread is not there.</summary>
[Config(typeof(BenchmarkSettings))]
public class QueueBenchmarks
{
    private const int Items = 64;

    private readonly PacketPool _pool = new(0, 1024);
    private readonly PacketHandle[] _handles = new PacketHandle[Items];
    private readonly SpscRing<PacketHandle> _ring = new(Items);
    private PacketHandle _kept;

    /// <summary>Keeps one slot.</summary>
    [GlobalSetup]
    public void SetUp() => _pool.TryRent(out _kept);

    /// <summary>A slot is claimed and given back, of 64 that are out at once.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public void RentAndRelease()
    {
        for (var index = 0; index < Items; index++)
        {
            _pool.TryRent(out _handles[index]);
        }

        foreach (var handle in _handles)
        {
            _pool.Release(handle);
        }
    }

    /// <summary>A second claim on a slot, and its end.</summary>
    [Benchmark]
    public void AddReferenceAndRelease()
    {
        _pool.AddReference(_kept);
        _pool.Release(_kept);
    }

    /// <summary>The bytes of a slot.</summary>
    [Benchmark]
    public int Slot() => _pool.Slot(_kept).Length;

    /// <summary>A handle through the ring, 64 behind one another.</summary>
    [Benchmark(OperationsPerInvoke = Items)]
    public void WriteAndReadRing()
    {
        for (var index = 0; index < Items; index++)
        {
            _ring.TryWrite(_kept);
        }

        while (_ring.TryRead(out _)) { }
    }
}
