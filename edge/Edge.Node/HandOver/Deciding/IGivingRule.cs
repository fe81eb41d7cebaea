using System.Diagnostics.CodeAnalysis;
using Edge.Node.HandOver.Desk;

namespace Edge.Node.HandOver.Deciding;

/// <summary>To whom a group is given, and how answers are understood.</summary>
internal interface IGivingRule
{
    /// <summary>Chooses a node that was not tried yet; false when there is none.</summary>
    bool TryChoose([NotNullWhen(true)] out HandOverPeer? peer);

    /// <summary>Understands the answer of a node, and keeps in mind what it says of further letters.</summary>
    GivingVerdict Judge(HandOverPeer peer, HandOverResult result);
}
