using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Edge.Node.HandOver.Desk;

namespace Edge.Node.HandOver.Deciding;

/// <summary>A group that is too long for any letter: to nobody.</summary>
internal sealed class ReturnRule : IGivingRule
{
    /// <inheritdoc/>
    public bool TryChoose([NotNullWhen(true)] out HandOverPeer? peer)
    {
        peer = null;
        return false;
    }

    /// <inheritdoc/>
    public GivingVerdict Judge(HandOverPeer peer, HandOverResult result) =>
        throw new UnreachableException();
}
