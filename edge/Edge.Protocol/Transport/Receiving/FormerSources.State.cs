using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Transport.Receiving;

/// <content>How they come into another process.</content>
internal sealed partial class FormerSources
{
    /// <summary>Writes them, the oldest first.</summary>
    public void Write(StateWriter writer)
    {
        var list = writer.Begin();
        foreach (var ssrc in _order)
        {
            var source = _sources[ssrc];
            var item = writer.Begin();
            writer.UInt(ssrc);
            writer.Token(source.Mid.Token);
            writer.Token(source.Rid.Token);
            writer.Bool(source.IsRepair);
            writer.End(item);
        }

        writer.End(list);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var list = reader.Begin(CountMax, out var count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var item = reader.BeginWhole(valuesMin: 4);
            var ssrc = reader.UInt32();
            Add(ssrc, new(new Mid(reader.Token()), new Rid(reader.Token()), reader.Bool()));
            reader.End(item);
        }

        reader.End(list);
    }
}
