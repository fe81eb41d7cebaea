using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Edge.Node.Front;
using Edge.Node.HandOver.Connections;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.Desk;
using Edge.Node.Sessions;
using Microsoft.Extensions.Logging;

namespace Edge.Node.HandOver.Giving;

/// <summary>Gives groups that are written to other nodes, until it is known what becomes of them.</summary>
/// <remarks>Threads: any; a group is given by one.</remarks>
internal sealed partial class GroupGiver(NodeState node, SessionGiver giver, HandOverDesk desk)
{
    private readonly ConnectionCourier _courier = new(FrontTrust.Own, node.Logger);

    /// <summary>Gives a group away. What fails ends it: nobody may wait for it.</summary>
    /// <param name="group">The group.</param>
    /// <param name="letter">What is written of it; empty: it is given to nobody. The caller clears it.</param>
    /// <param name="rule">To whom it is given.</param>
    /// <param name="cancellation">Ends waits for answers.</param>
    public async ValueTask<GroupFate> GiveAsync(
        WrittenGroup group,
        ReadOnlyMemory<byte> letter,
        IGivingRule rule,
        CancellationToken cancellation
    )
    {
        var course = new GivingCourse(rule, desk.Self);
        while (course.Ending is null)
        {
            await DoAsync(course, group, letter, cancellation);
        }

        await giver.EndAsync(group, course.Ending);
        return course.Ending.Fate;
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a group: an error of ours costs it, not those that go beside it."
    )]
    private async ValueTask DoAsync(
        GivingCourse course,
        WrittenGroup group,
        ReadOnlyMemory<byte> letter,
        CancellationToken cancellation
    )
    {
        try
        {
            switch (course.Step)
            {
                case GivingStep.Send:
                    course.HandleResult(await SendAsync(course.Peer!, group, letter, cancellation));
                    break;
                case GivingStep.Return:
                    course.HandleReturned(await giver.TryReturnAsync(group));
                    break;
                case GivingStep.End:
                default:
                    throw new UnreachableException();
            }
        }
        catch (Exception error)
        {
            LogFailed(node.Logger, error);
            course.HandleFailed();
        }
    }

    private async ValueTask<HandOverResult> SendAsync(
        HandOverPeer peer,
        WrittenGroup group,
        ReadOnlyMemory<byte> letter,
        CancellationToken cancellation
    )
    {
        if (node.Takeover is { } takeover)
        {
            // Those who keep them know first whose they are: who reads the letter asks them.
            var kept = group
                .Sessions.Where(static leaving => leaving.Media?.Kept is not null)
                .Select(static leaving => leaving.Media!);
            if (!await takeover.TryGiveAsync([.. kept], peer.Node))
            {
                return new HandOverResult.Unknown();
            }
        }

        // Before the letter: who reads that has them.
        var result =
            peer.IsHere
            && group.GivesConnections
            && !await _courier.TryGiveAsync(peer.Place, group.Connections)
                ? new HandOverResult.Refused(HandOverRefusal.NotSent)
                : await desk.GiveAsync(peer, letter, DepartureLimits.GiveWithin, cancellation);
        if (result is HandOverResult.Refused refused)
        {
            LogRefused(node.Logger, peer.Node, refused.Reason);
        }

        return result;
    }

    [LoggerMessage(
        3627,
        LogLevel.Error,
        "A group of sessions was lost on its way to another node."
    )]
    private static partial void LogFailed(ILogger logger, Exception error);

    [LoggerMessage(3621, LogLevel.Warning, "Node {Node} took a group of sessions not: {Reason}.")]
    private static partial void LogRefused(ILogger logger, ushort node, HandOverRefusal reason);
}
