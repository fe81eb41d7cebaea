using Edge.Mesh;

namespace Edge.Node.Steering;

/// <summary>Who answers what concerns a session.</summary>
/// <param name="IsHere">This node, be it that nobody has it.</param>
/// <param name="PassTo">Else the node that is to be sent the question; null where it hears it itself, and this one stays silent.
/// </param>
internal readonly record struct AnswerVerdict(bool IsHere, NodeAddress? PassTo = null)
{
    /// <summary>This node.</summary>
    public static AnswerVerdict Here => new(IsHere: true);

    /// <summary>Another one, which may not have heard it.</summary>
    public static AnswerVerdict Pass(NodeAddress holder) => new(IsHere: false, holder);

    /// <summary>Another one, which has heard it.</summary>
    public static AnswerVerdict Silent => new(IsHere: false);
}
