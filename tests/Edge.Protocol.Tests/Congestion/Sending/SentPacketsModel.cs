using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Xunit;

namespace Edge.Protocol.Tests.Congestion.Sending;

/// <summary>Sends and feedback drawn at random, checked against a dictionary without any bound but age.</summary>
internal sealed class SentPacketsModel(Prng random)
{
    private readonly SentPackets _sent = new();
    private readonly Dictionary<long, Model> _model = [];
    private readonly PacketResult[] _results = new PacketResult[64];
    private long _number = 65536 + random.NextInt32(65536);
    private double _ms;

    public void Run(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            // A pause now and then, one of them longer than entries know their age.
            _ms += random.NextInt32(200) == 0 ? random.NextInt32(900_000) : random.NextInt32(100);
            if (random.NextInt32(3) == 0)
            {
                Tell();
            }
            else
            {
                Send(1 + random.NextInt32(120));
            }

            Assert.InRange(_sent.Capacity, SentPackets.CapacityMin, SentPackets.CapacityMax);
            Assert.InRange(_sent.InFlightBytes, 0, SentPackets.CapacityMax * 1500);
        }
    }

    private void Send(int count)
    {
        for (var index = 0; index < count; index++)
        {
            _ms += random.NextInt32(3);
            _number += random.NextInt32(30) == 0 ? random.NextInt32(3000) : 1;
            var packet = new SentPacket(random.NextInt32(1500), SentPacketKind.Repair, 7);
            _sent.HandleSent(new(unchecked((ushort)_number)), packet, Now);
            _model[_number] = new(packet.Bytes, Now);
        }
    }

    private void Tell()
    {
        var first = _number - random.NextInt32(300);
        var arrivals = new double[1 + random.NextInt32(60)];
        for (var index = 0; index < arrivals.Length; index++)
        {
            arrivals[index] = random.NextInt32(4) - 1;
        }

        // A block tells of one that came.
        arrivals[^1] = 3;

        var feedback = FeedbackBlocks.Create(unchecked((int)(first & 0xFFFF)), arrivals);
        var count = _sent.HandleFeedback(ref feedback, _results, Now, out _);
        var told = 0;
        for (var index = 0; index < arrivals.Length; index++)
        {
            var isTold = told < count && Check(first + index, arrivals[index], _results[told]);
            told += isTold ? 1 : 0;
            Assert.False(!isTold && IsSurelyNews(first + index, arrivals[index]));
        }

        Assert.Equal(count, told);
    }

    /// <summary>Whether this result is of that number: it was sent then, and it is news.</summary>
    private bool Check(long number, double arrival, in PacketResult result)
    {
        if (!_model.TryGetValue(number, out var model) || model.SentAt != result.SentAt)
        {
            return false;
        }

        var fate =
            arrival < 0 ? PacketFate.Lost
            : model.IsToldLost ? PacketFate.ReceivedLate
            : PacketFate.Received;
        if (model.IsReceived || (arrival < 0 && model.IsToldLost) || result.Fate != fate)
        {
            return false;
        }

        Assert.Equal(model.Bytes, result.Packet.Bytes);
        Assert.Equal(SentPacketKind.Repair, result.Packet.Kind);
        Assert.Equal(7, result.Packet.ProbeCluster);
        Assert.True(Now - result.SentAt <= SentPackets.AgeMax);
        model.IsToldLost |= arrival < 0;
        model.IsReceived |= arrival >= 0;
        return true;
    }

    /// <summary>Whether a number is among the last sent, and was not told of so far.</summary>
    private bool IsSurelyNews(long number, double arrival) =>
        _model.TryGetValue(number, out var model)
        && number > _number - SentPackets.CapacityMin
        && Now - model.SentAt <= SentPackets.AgeMax
        && !model.IsReceived
        && (arrival >= 0 || !model.IsToldLost);

    private Instant Now => Instant.FromMilliseconds(_ms);

    private sealed class Model(int bytes, Instant sentAt)
    {
        public int Bytes { get; } = bytes;

        public Instant SentAt { get; } = sentAt;

        public bool IsToldLost { get; set; }

        public bool IsReceived { get; set; }
    }
}
