using System.Diagnostics.CodeAnalysis;
using Control.Contract.Calls;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The form in which an <see cref="AudioChoice"/> goes to another process.</summary>
internal static class AudioChoiceForm
{
    /// <summary>Writes a choice.</summary>
    public static void Write(StateWriter writer, AudioChoice choice)
    {
        var group = writer.Begin();
        writer.OptionalInt(choice.LoudestMax);
        writer.Bool(choice.RepeatsLevels);
        writer.End(group);
    }

    /// <summary>Reads a choice.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out AudioChoice choice
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var read = new AudioChoice
        {
            LoudestMax = reader.OptionalInt32(),
            RepeatsLevels = reader.Bool(),
        };
        reader.End(group);
        choice = reader.IsBroken ? null : read;
        return choice is not null;
    }
}
