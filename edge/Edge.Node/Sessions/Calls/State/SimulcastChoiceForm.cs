using System.Diagnostics.CodeAnalysis;
using Control.Contract.Calls;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The form in which a <see cref="SimulcastChoice"/> goes to another process.</summary>
internal static class SimulcastChoiceForm
{
    /// <summary>Writes a choice.</summary>
    public static void Write(StateWriter writer, SimulcastChoice choice)
    {
        var group = writer.Begin();
        writer.OptionalText(choice.PreferredRid);
        writer.Bool(choice.HasPriorityOrder);
        writer.Bool(choice.HasFallback);
        writer.End(group);
    }

    /// <summary>Reads a choice.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out SimulcastChoice choice
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var read = new SimulcastChoice(reader.OptionalText(), reader.Bool(), reader.Bool());
        reader.End(group);
        choice = reader.IsBroken ? null : read;
        return choice is not null;
    }
}
