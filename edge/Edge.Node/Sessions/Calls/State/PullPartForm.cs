using System.Diagnostics.CodeAnalysis;
using Control.Contract.Calls;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.State;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>The form in which a <see cref="PullPart"/> goes to another process.</summary>
internal static class PullPartForm
{
    /// <summary>Writes a pull.</summary>
    public static void Write(StateWriter writer, PullPart pull)
    {
        var group = writer.Begin();
        PulledReferenceForm.Write(writer, pull.Track);
        writer.Optional(pull.Choice, SimulcastChoiceForm.Write);
        writer.Optional(pull.Delivery, DeliveryChoiceForm.Write);
        writer.End(group);
    }

    /// <summary>Reads a pull.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="appId">The app of who pulls.</param>
    /// <param name="pull">What is pulled.</param>
    public static bool TryRead(
        ref StateReader reader,
        string appId,
        [MaybeNullWhen(false)] out PullPart pull
    )
    {
        pull = null;
        var group = reader.BeginWhole(valuesMin: 1);
        if (!PulledReferenceForm.TryRead(ref reader, appId, out var track))
        {
            return false;
        }

        var read = new PullPart(
            track,
            reader.Optional<SimulcastChoice>(SimulcastChoiceForm.TryRead),
            reader.Optional<DeliveryChoice>(DeliveryChoiceForm.TryRead)
        );
        reader.End(group);
        pull = reader.IsBroken ? null : read;
        return pull is not null;
    }
}
