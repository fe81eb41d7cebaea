using System.Diagnostics.CodeAnalysis;
using Edge.Node.HandOver.Desk;

namespace Edge.Node.HandOver.Deciding;

/// <summary>A group of a node that departs: to one node after the other, as long as one refuses it.</summary>
/// <param name="choice">The nodes that would take groups.</param>
/// <param name="key">What all groups have in common that have to do with each other: they go to one node, if it has room, for
/// tracks between nodes cost more.</param>
/// <param name="sessions">How many sessions it has.</param>
internal sealed class DrainRule(HandOverChoice choice, string key, int sessions) : IGivingRule
{
    /// <summary>Whether a process of this machine is chosen first: TCP connections go along there.</summary>
    public bool PrefersHere { get; init; }

    /// <summary>Whether no other is chosen: without their connections nobody could reach the sessions.</summary>
    public bool MustBeHere { get; init; }

    /// <inheritdoc/>
    public bool TryChoose([NotNullWhen(true)] out HandOverPeer? peer)
    {
        peer = null;
        return (PrefersHere && choice.TryChoose(key, sessions, out peer, mustBeHere: true))
            || (!MustBeHere && choice.TryChoose(key, sessions, out peer));
    }

    /// <inheritdoc/>
    public GivingVerdict Judge(HandOverPeer peer, HandOverResult result)
    {
        switch (result)
        {
            case HandOverResult.Taken:
                return GivingVerdict.IsThere;
            case HandOverResult.Refused:
                choice.Exclude(peer);
                return GivingVerdict.IsNowhere;
            default:
                // Keys are in use: a former run of the node may have sent under them.
                return GivingVerdict.IsUnknown;
        }
    }
}
