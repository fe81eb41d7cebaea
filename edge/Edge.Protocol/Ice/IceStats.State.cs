using Edge.Wire.State;

namespace Edge.Protocol.Ice;

/// <content>How they come into another process.</content>
public partial struct IceStats
{
    /// <summary>Writes all counts.</summary>
    internal readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Int(RequestsAccepted);
        writer.Int(RoleConflicts);
        writer.Int(UnknownAttributes);
        writer.Int(ResponsesAccepted);
        writer.Int(Malformed);
        writer.Int(NotAChecks);
        writer.Int(BadFingerprints);
        writer.Int(UnknownUsernames);
        writer.Int(BadIntegrities);
        writer.Int(UnknownTransactions);
        writer.Int(AfterFailure);
        writer.Int(ChecksSent);
        writer.Int(AnswersSent);
        writer.Int(OutboxOverflows);
        writer.Int(OversizedAnswers);
        writer.Int(EventOverflows);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    internal static IceStats Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 16);
        var stats = new IceStats
        {
            RequestsAccepted = reader.Count(),
            RoleConflicts = reader.Count(),
            UnknownAttributes = reader.Count(),
            ResponsesAccepted = reader.Count(),
            Malformed = reader.Count(),
            NotAChecks = reader.Count(),
            BadFingerprints = reader.Count(),
            UnknownUsernames = reader.Count(),
            BadIntegrities = reader.Count(),
            UnknownTransactions = reader.Count(),
            AfterFailure = reader.Count(),
            ChecksSent = reader.Count(),
            AnswersSent = reader.Count(),
            OutboxOverflows = reader.Count(),
            OversizedAnswers = reader.Count(),
            EventOverflows = reader.Count(),
        };
        reader.End(outer);
        return stats;
    }
}
