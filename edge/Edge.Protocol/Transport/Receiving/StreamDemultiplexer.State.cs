using Edge.Wire.State;

namespace Edge.Protocol.Transport.Receiving;

/// <content>How it goes on in another process: a browser names its SSRCs at their beginning only.</content>
internal sealed partial class StreamDemultiplexer
{
    // Bound: four of each of 64 encodings of 256 sections.
    private const int BindingsMax = 65_536;

    /// <summary>Writes which stream each SSRC is, in the order of the SSRCs.</summary>
    public void Write(StateWriter writer)
    {
        var ssrcs = new uint[_bySsrc.Count];
        _bySsrc.Keys.CopyTo(ssrcs, 0);
        Array.Sort(ssrcs);
        var outer = writer.Begin();
        var list = writer.Begin();
        foreach (var ssrc in ssrcs)
        {
            var binding = _bySsrc[ssrc];
            var item = writer.Begin();
            writer.UInt(ssrc);
            writer.UInt(binding.Section);
            writer.UInt(binding.Layer);
            writer.Bool(binding.IsRepair);
            writer.End(item);
        }

        writer.End(list);
        _former.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written; the sections are there already.</summary>
    public void Read(ref StateReader reader)
    {
        CountSources();
        var outer = reader.BeginWhole(valuesMin: 2);
        var list = reader.Begin(BindingsMax, out var count);
        _bySsrc.EnsureCapacity(sections.Length == 0 ? 0 : SourcesMax);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            ReadBinding(ref reader);
        }

        reader.End(list);
        _former.Read(ref reader);
        reader.End(outer);
    }

    private void ReadBinding(ref StateReader reader)
    {
        var item = reader.BeginWhole(valuesMin: 4);
        var ssrc = reader.UInt32();
        var binding = new StreamBinding(reader.UInt8(), reader.UInt8(), reader.Bool());
        reader.End(item);
        var isThere =
            binding.Section < sections.Length
            && binding.Layer < sections[binding.Section].Layers.Length;
        if (!isThere || !_bySsrc.TryAdd(ssrc, binding))
        {
            reader.Break();
        }
    }
}
