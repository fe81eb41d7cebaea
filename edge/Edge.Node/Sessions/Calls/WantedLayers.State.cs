using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls;

/// <content>How it goes on in another process.</content>
internal sealed partial class WantedLayers
{
    /// <summary>Writes what its client was told.</summary>
    public void Write(StateWriter writer)
    {
        ToldLayers told;
        lock (_lock)
        {
            told = new ToldLayers(_told, _otherSince, _isMissed);
        }

        var group = writer.Begin();
        writer.UInt(told.Told);
        writer.Moment(told.OtherSince);
        writer.Bool(told.IsMissed);
        writer.End(group);
    }

    /// <summary>Reads what a client was told.</summary>
    public static ToldLayers Read(ref StateReader reader)
    {
        var group = reader.BeginWhole(valuesMin: 3);
        var told = new ToldLayers(reader.UInt32(), reader.Moment(), reader.Bool());
        reader.End(group);
        return reader.IsBroken ? ToldLayers.None : told;
    }

    /// <summary>Goes on from what a client was told.</summary>
    public void Restore(ToldLayers told)
    {
        lock (_lock)
        {
            (_told, _otherSince, _isMissed) = (told.Told, told.OtherSince, told.IsMissed);
        }
    }
}
