namespace Edge.Node.HandOver.Deciding.Early;

/// <summary>What is done for a session whose client's flow comes to another node.</summary>
internal enum EarlyStep : byte
{
    /// <summary>That node is asked what it would take, or was before.</summary>
    Find,

    /// <summary>The session is written.</summary>
    Write,

    /// <summary>It is given to that node.</summary>
    Give,

    /// <summary>It stays: what was held is answered here.</summary>
    Release,

    /// <summary>It is known what became of it.</summary>
    Over,
}
