using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.DataChannels.Sending;
using Edge.Wire.Sctp.DataChannels;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>What is written of sending can be read.</summary>
public sealed class SendingStateTests
{
    private readonly MessagePool _pool = new(retainedBytesMax: 0);
    private readonly OutgoingStream _stream = new(1);

    /// <summary>Message objects are used again; TSNs of an association before are none of the next one's.</summary>
    [Fact]
    public void Read_MessageObjectUsedBefore_IsRead()
    {
        var (queue, chunks) = Create();
        chunks.Start(firstTsn: 1_000_000);
        Assert.Equal(1_000_000, chunks.Add(Next(queue), lengthBytes: 10, Instant.Zero));
        chunks.HandleCumulative(1_000_000, Instant.Zero);
        chunks.Start(firstTsn: 500);
        var message = Next(queue);
        Assert.Equal((0, 0), (message.FirstTsn, message.LastTsn));

        var table = new StreamTable();
        queue.Number(table);
        chunks.Number(table);
        using var writer = new StateWriter(Instant.Zero, bytesMax: 10_000);
        queue.Write(writer, table);
        var length = writer.Written.Length;
        chunks.Write(writer, table);
        var (movedQueue, movedChunks) = Create();
        var moved = new StreamTable();
        var reader = new StateReader(writer.Written[..length], Instant.Zero);
        movedQueue.Read(ref reader, moved);
        Assert.False(reader.IsBroken);
        reader = new StateReader(writer.Written[length..], Instant.Zero);
        movedChunks.Read(ref reader, moved, _pool);
        Assert.False(reader.IsBroken);
        Assert.Equal(500, movedChunks.Add(movedQueue.Peek(Instant.Zero)!, 10, Instant.Zero));
    }

    /// <summary>A machine that slept measures days.</summary>
    [Fact]
    public void HandleRoundTrip_Days_AreAnHour()
    {
        var timeout = new RetransmissionTimeout(new DataChannelTransportOptions());
        timeout.HandleRoundTrip(TimeSpan.MaxValue);
        Assert.Equal(TimeSpan.FromHours(1), timeout.RoundTrip);
        using var writer = new StateWriter(Instant.Zero, bytesMax: 1000);
        timeout.Write(writer);
        var reader = new StateReader(writer.Written, Instant.Zero);
        new RetransmissionTimeout(new DataChannelTransportOptions()).Read(ref reader);
        Assert.False(reader.IsBroken);
    }

    private OutgoingMessage Next(OutgoingQueue queue)
    {
        var terms = new OutgoingTerms(
            DataChannelPayload.Binary,
            IsUnordered: false,
            RetransmitsMax: 10,
            Instant.Never
        );
        queue.Enqueue(_stream, new byte[10], terms);
        return queue.Peek(Instant.Zero)!;
    }

    private (OutgoingQueue Queue, OutstandingChunks Chunks) Create()
    {
        var queue = new OutgoingQueue(_pool, new DataChannelCounters());
        return (queue, new OutstandingChunks(queue));
    }
}
