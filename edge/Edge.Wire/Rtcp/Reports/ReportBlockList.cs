namespace Edge.Wire.Rtcp.Reports;

/// <summary>The report blocks of an SR or RR, for <c>foreach</c>.</summary>
public ref struct ReportBlockList
{
    private ReadOnlySpan<byte> _rest;

    internal ReportBlockList(ReadOnlySpan<byte> blocks)
    {
        _rest = blocks;
        Current = default;
    }

    /// <summary>Blocks not walked yet.</summary>
    public readonly int Count => _rest.Length / ReportBlock.Bytes;

    /// <summary>The block found last.</summary>
    public ReportBlock Current { get; private set; }

    /// <summary>Itself.</summary>
    public readonly ReportBlockList GetEnumerator() => this;

    /// <summary>Goes to the next block.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        Current = ReportBlock.Read(_rest);
        _rest = _rest[ReportBlock.Bytes..];
        return true;
    }
}
