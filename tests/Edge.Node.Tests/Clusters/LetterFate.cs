namespace Edge.Node.Tests.Clusters;

/// <summary>What becomes of a letter with sessions.</summary>
internal enum LetterFate
{
    /// <summary>It comes, and so does its answer.</summary>
    Arrives,

    /// <summary>It never comes.</summary>
    Lost,

    /// <summary>It comes late.</summary>
    Late,

    /// <summary>It comes, and again later.</summary>
    Twice,

    /// <summary>It comes; its answer does not.</summary>
    AnswerLost,

    /// <summary>It comes, and again later; the first answer does not come.</summary>
    TwiceAndAnswerLost,
}
