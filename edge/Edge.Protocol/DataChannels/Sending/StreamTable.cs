using System.Diagnostics.CodeAnalysis;
using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Sending;

/// <summary>The outgoing streams of a transport by numbers, as its state names them: a stream may have no channel any more,
/// and two may have one id while the older one ends.</summary>
internal sealed class StreamTable
{
    /// <summary>Bound: an id may be used once more while an older stream of it ends.</summary>
    private const int CountMax = 2 * ushort.MaxValue;

    private readonly List<OutgoingStream> _streams = [];
    private readonly Dictionary<OutgoingStream, int> _numbers = [];

    /// <summary>The streams by number.</summary>
    public IReadOnlyList<OutgoingStream> Streams => _streams;

    /// <summary>The number of a stream, which has one from now on.</summary>
    public int NumberOf(OutgoingStream stream)
    {
        if (_numbers.TryAdd(stream, _streams.Count))
        {
            _streams.Add(stream);
        }

        return _numbers[stream];
    }

    /// <summary>Adds a stream under the next number.</summary>
    public void Add(OutgoingStream stream) => NumberOf(stream);

    /// <summary>Adds streams that have no number yet.</summary>
    public void Add(IEnumerable<OutgoingStream> streams)
    {
        foreach (var stream in streams)
        {
            Add(stream);
        }
    }

    /// <summary>Writes a list of streams.</summary>
    public void Write(StateWriter writer, IEnumerable<OutgoingStream> streams)
    {
        var list = writer.Begin();
        foreach (var stream in streams)
        {
            writer.UInt((ulong)NumberOf(stream));
        }

        writer.End(list);
    }

    /// <summary>Reads a list of streams.</summary>
    public List<OutgoingStream> ReadList(ref StateReader reader)
    {
        var list = reader.Begin(CountMax, out var count);
        var streams = new List<OutgoingStream>();
        for (var index = 0; index < count; index++)
        {
            if (TryRead(ref reader, out var stream))
            {
                streams.Add(stream);
            }
        }

        reader.End(list);
        return streams;
    }

    /// <summary>Reads the number of a stream; false when there is none of it.</summary>
    public bool TryRead(ref StateReader reader, [NotNullWhen(true)] out OutgoingStream? stream)
    {
        var number = reader.Int32(CountMax);
        stream = number < _streams.Count && !reader.IsBroken ? _streams[number] : null;
        if (stream is null)
        {
            reader.Break();
        }

        return stream is not null;
    }
}
