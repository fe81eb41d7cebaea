namespace Edge.Node.Takeover;

/// <summary>What the desk does and has done, of a moment ago.</summary>
internal sealed record TakeoverFigures
{
    /// <summary>Sessions of this node that others keep or begin to.</summary>
    public int Own { get; init; }

    /// <summary>Those of them that survive the next fault.</summary>
    public int Protected { get; init; }

    /// <summary>Sessions of others that this node keeps.</summary>
    public int Kept { get; init; }

    /// <summary>Sessions of nodes that had ended, which went on here.</summary>
    public long Survived { get; init; }

    /// <summary>Those that could not.</summary>
    public long Failed { get; init; }

    /// <summary>Own sessions that were given up because another node has them, or may have.</summary>
    public long Fenced { get; init; }

    /// <summary>Bytes that others have told it.</summary>
    public long BytesIn { get; init; }

    /// <summary>Bytes that it has told others.</summary>
    public long BytesOut { get; init; }
}
