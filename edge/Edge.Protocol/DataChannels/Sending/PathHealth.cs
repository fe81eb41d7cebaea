namespace Edge.Protocol.DataChannels.Sending;

/// <summary>Counts timeouts in a row over data, probes and control (RFC 9260 §8.1).</summary>
internal sealed class PathHealth(int errorsMax)
{
    private int _errors;

    /// <summary>Whether the path has failed.</summary>
    public bool IsFailed => _errors > errorsMax;

    /// <summary>Timeouts in a row so far.</summary>
    public int Errors => _errors;

    /// <summary>Goes on from so many timeouts in a row.</summary>
    public void Resume(int errors) => _errors = errors;

    /// <summary>Something was not answered in time.</summary>
    public void HandleTimeout() => _errors++;

    /// <summary>The peer answered.</summary>
    public void HandleAnswer() => _errors = 0;
}
