using Edge.Forwarding.AudioLevel;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Sound;

/// <content>How it goes on at another node: nobody is told anew, and the same tracks pass.</content>
internal sealed partial class SessionSound
{
    /// <summary>Writes who speaks, and who may pass.</summary>
    public void Write(StateWriter writer)
    {
        var group = writer.Begin();
        Board.Write(writer);
        if (Gate is { } gate)
        {
            gate.Write(writer);
        }
        else
        {
            writer.Nothing();
        }

        writer.End(group);
    }

    /// <summary>Goes on with what was written; comes when all tracks were added. What makes no sense is heard anew.</summary>
    public void Restore(ref StateReader reader)
    {
        var group = reader.BeginWhole(valuesMin: 2);
        if (SpeakerBoard.TryRead(ref reader) is { } board)
        {
            Board = board;
        }

        if (
            !reader.IsNothing()
            && LoudestGate.TryRead(ref reader, _heard.AsSpan(0, _count)) is { } gate
            && gate.Places == Gate?.Places
        )
        {
            Gate = gate;
        }

        reader.End(group);
    }
}
