using Edge.Wire.State;

namespace Edge.Forwarding.Thinning;

/// <content>What another process needs to go on.</content>
internal partial struct ChainStates
{
    private const int ChainsMask = (1 << LayerCell.LayersMax) - 1;

    /// <summary>Writes them.</summary>
    public readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt(_broken);
        writer.UInt(_awaited);
        for (var spatial = 0; spatial < LayerCell.LayersMax; spatial++)
        {
            writer.UInt(_frames[spatial]);
        }

        writer.End(outer);
    }

    /// <summary>Reads them.</summary>
    public static ChainStates Read(ref StateReader reader)
    {
        var outer = reader.Begin();
        var chains = new ChainStates
        {
            _broken = (byte)reader.Int32(ChainsMask),
            _awaited = (byte)reader.Int32(ChainsMask),
        };
        for (var spatial = 0; spatial < LayerCell.LayersMax; spatial++)
        {
            chains._frames[spatial] = reader.UInt16();
        }

        reader.End(outer);
        return chains;
    }
}
