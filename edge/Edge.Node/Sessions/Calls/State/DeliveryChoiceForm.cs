using System.Diagnostics.CodeAnalysis;
using Control.Contract.Calls;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The form in which a <see cref="DeliveryChoice"/> goes to another process.</summary>
internal static class DeliveryChoiceForm
{
    /// <summary>Writes a choice.</summary>
    public static void Write(StateWriter writer, DeliveryChoice choice)
    {
        var group = writer.Begin();
        writer.OptionalInt(choice.Priority);
        writer.OptionalInt(choice.MinBitsPerSecond);
        writer.OptionalBool(choice.IsPaused);
        writer.End(group);
    }

    /// <summary>Reads a choice.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out DeliveryChoice choice
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var read = new DeliveryChoice
        {
            Priority = reader.OptionalInt32(),
            MinBitsPerSecond = reader.IsNothing() ? null : reader.Int(min: 0),
            IsPaused = reader.OptionalBool(),
        };
        reader.End(group);
        choice = reader.IsBroken ? null : read;
        return choice is not null;
    }
}
