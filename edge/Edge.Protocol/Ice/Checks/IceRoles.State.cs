using Edge.Wire.State;

namespace Edge.Protocol.Ice.Checks;

/// <content>How they come into another process.</content>
internal sealed partial class IceRoles
{
    /// <summary>Writes our role and what settles conflicts about it.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)Role);
        writer.UInt(_tieBreaker);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 2);
        Role = (IceRole)reader.Int32((int)IceRole.Controlling);
        _tieBreaker = reader.UInt();
        reader.End(outer);
    }
}
