namespace Edge.Node.HandOver.Letters;

/// <summary>Whom a message of a hand-over is from and for.</summary>
/// <param name="Pop">The number of the PoP of both.</param>
/// <param name="From">The number of who sends it.</param>
/// <param name="To">The number of who takes it.</param>
internal readonly record struct HandOverRoute(ushort Pop, ushort From, ushort To)
{
    /// <summary>That of an answer.</summary>
    public HandOverRoute Back => new(Pop, To, From);
}
