using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.State;

/// <summary>The form in which a <see cref="DataChannelAgreement"/> goes to another process.</summary>
public static class DataChannelAgreementForm
{
    /// <summary>Writes an agreement.</summary>
    public static void Write(StateWriter writer, DataChannelAgreement agreement)
    {
        var group = writer.Begin();
        writer.UInt((ulong)agreement.RemotePort);
        writer.UInt((ulong)agreement.RemoteMessageBytesMax);
        writer.End(group);
    }

    /// <summary>Reads an agreement.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out DataChannelAgreement agreement
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var read = new DataChannelAgreement(reader.UInt16(), (long)reader.UInt(long.MaxValue));
        reader.End(group);
        agreement = reader.IsBroken ? null : read;
        return agreement is not null;
    }
}
