using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Probing;

/// <content>How it goes on in another process.</content>
internal sealed partial class ProbeEstimator
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt(Lump);
        var list = writer.Begin();
        foreach (ref readonly var cluster in _clusters.AsSpan())
        {
            cluster.Write(writer);
        }

        writer.End(list);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 2);
        Lump = reader.UInt8();
        var list = reader.Begin(ClustersMax, out var count);
        for (var index = 0; index < count; index++)
        {
            _clusters[index] = Cluster.Read(ref reader);
        }

        reader.End(list);
        reader.End(outer);
    }

    private partial struct Cluster
    {
        public readonly void Write(StateWriter writer)
        {
            if (Id == 0)
            {
                writer.Nothing();
                return;
            }

            var outer = writer.Begin();
            writer.UInt(Id);
            writer.UInt((ulong)BytesMin);
            writer.UInt((ulong)PacketsMin);
            writer.UInt((ulong)Packets);
            writer.UInt((ulong)Bytes);
            writer.UInt((ulong)FirstBytes);
            writer.UInt((ulong)LastSentBytes);
            writer.Moment(FirstSentAt);
            writer.Moment(LastSentAt);
            writer.Duration(FirstArrival);
            writer.Duration(LastArrival);
            writer.End(outer);
        }

        public static Cluster Read(ref StateReader reader)
        {
            if (reader.IsNothing())
            {
                return default;
            }

            var outer = reader.BeginWhole(valuesMin: 11);
            var cluster = new Cluster
            {
                Id = reader.UInt8(),
                BytesMin = reader.Int32(int.MaxValue / 2),
                PacketsMin = reader.Int32(int.MaxValue / 2),
                Packets = reader.Int32(int.MaxValue / 2),
                Bytes = reader.Int32(int.MaxValue / 2),
                FirstBytes = reader.Int32(int.MaxValue / 2),
                LastSentBytes = reader.Int32(int.MaxValue / 2),
                FirstSentAt = reader.Moment(),
                LastSentAt = reader.Moment(),
                FirstArrival = reader.Span(),
                LastArrival = reader.Span(),
            };
            reader.End(outer);
            return cluster;
        }
    }
}
