using Edge.Wire.State;

namespace Edge.Protocol.DataChannels.Sending;

/// <content>How it goes on in another process.</content>
internal sealed partial class CongestionWindow
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)Bytes);
        writer.UInt((ulong)_threshold);
        writer.UInt((ulong)_partialAckedBytes);
        writer.UInt((ulong)_recoveryExit);
        writer.Bool(IsRecovering);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 5);
        Bytes = reader.Count();
        _threshold = reader.Count();
        _partialAckedBytes = reader.Count();
        _recoveryExit = reader.Count();
        IsRecovering = reader.Bool();
        reader.End(outer);
    }
}
