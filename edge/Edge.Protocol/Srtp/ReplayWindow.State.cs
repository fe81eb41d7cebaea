using Edge.Wire.State;

namespace Edge.Protocol.Srtp;

/// <content>How it goes on in another process.</content>
internal sealed partial class ReplayWindow
{
    /// <summary>Writes which indices were used.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Int(Highest);
        writer.Int(_lowest);
        if (_words is null)
        {
            writer.Nothing();
        }
        else
        {
            writer.Words(_words);
        }

        writer.End(outer);
    }

    /// <summary>Goes on from what was written. A window of another size is closed, which is safe.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 3);
        Highest = reader.Int(-1, SrtpIndex.Max);
        _lowest = reader.Int(0, SrtpIndex.Max + 1);
        _words = null;
        if (!reader.IsNothing())
        {
            ReadWords(ref reader);
        }

        reader.End(outer);
    }

    private void ReadWords(ref StateReader reader)
    {
        var words = new ulong[WordCount];
        if (!reader.TryReadWords(words))
        {
            Close();
        }
        else if (Highest < 0 || (words[WordOf(Highest)] & BitOf(Highest)) == 0)
        {
            // The highest index is a used one.
            reader.Break();
        }
        else
        {
            _words = words;
        }
    }
}
