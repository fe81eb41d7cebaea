using System.Collections.Immutable;
using System.Security.Cryptography;
using Anycast.Steering;
using Edge.Bus;
using Edge.Node.HandOver.Letters;
using Edge.Node.Steering;

namespace Edge.Node.HandOver.Desk;

/// <content>The side of the node that leaves.</content>
internal sealed partial class HandOverDesk
{
    /// <summary>Asks the other nodes of the PoP that are connected how many sessions each would take.</summary>
    /// <param name="within">How long to wait for the slowest.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Those that take any, in no order; <see cref="Deciding.HandOverChoice"/> spreads groups over them.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async ValueTask<ImmutableArray<HandOverPeer>> AskAsync(
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        if (within <= TimeSpan.Zero)
        {
            return [];
        }

        var asked = new List<Task<HandOverPeer?>>();
        foreach (var node in FindOthers())
        {
            asked.Add(AskAsync(node, within, cancellation));
        }

        return [.. from peer in await Task.WhenAll(asked) where peer is { Room: > 0 } select peer];
    }

    /// <summary>Gives a group to a node. It does not throw once the letter may be on its way: then a wait that is
    /// cancelled, too, leaves nothing known.</summary>
    /// <param name="peer">The node, as it was found by <see cref="AskAsync(TimeSpan, CancellationToken)"/>.</param>
    /// <param name="group">The group, 1 to <see cref="GroupBytesMax"/> bytes. The caller clears it.</param>
    /// <param name="within">How long to wait for the answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<HandOverResult> GiveAsync(
        HandOverPeer peer,
        ReadOnlyMemory<byte> group,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        if (
            group.IsEmpty
            || group.Length > GroupBytesMax
            || within <= TimeSpan.Zero
            || cancellation.IsCancellationRequested
        )
        {
            return new HandOverResult.Refused(HandOverRefusal.NotSent);
        }

        var front = new HandOverFront(
            peer.KeyId,
            new(_self.Pop, _self.Node, peer.Node),
            peer.Ticket,
            HandOverNumber.Draw()
        );
        var letter = HandOverLetter.Seal(
            _keys,
            front.KeyId,
            front.Route,
            front.Ticket,
            front.Id,
            group.Span
        );
        return await SendAsync(front, letter, within, cancellation);
    }

    private async ValueTask<HandOverResult> SendAsync(
        HandOverFront front,
        byte[] letter,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        BusReply reply;
        try
        {
            var subject = HandOverSubject.Of(new(front.Route.Pop, front.Route.To));
            reply = await _bus.RequestAsync(subject, letter, within, cancellation);
        }
        catch (OperationCanceledException)
        {
            return new HandOverResult.Unknown();
        }

        return reply.Status switch
        {
            BusReplyStatus.Answered => HandOverAnswer.Read(
                reply.Payload.Span,
                _keys,
                front,
                HandOverLetter.Salt(letter)
            ),
            BusReplyStatus.NoResponders or BusReplyStatus.Unavailable => new HandOverResult.Refused(
                HandOverRefusal.NotSent
            ),
            BusReplyStatus.TimedOut => new HandOverResult.Unknown(),
            _ => new HandOverResult.Unknown(),
        };
    }

    /// <summary>Asks one node of the PoP how many sessions it would take; null when it takes none, or does not answer.</summary>
    /// <param name="node">Its number.</param>
    /// <param name="within">How long to wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<HandOverPeer?> AskAsync(
        ushort node,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        var route = new HandOverRoute(_self.Pop, _self.Node, node);
        var nonce = RandomNumberGenerator.GetBytes(HandOverAsk.NonceBytes);
        var reply = await _bus.RequestAsync(
            HandOverSubject.Of(new(route.Pop, route.To)),
            HandOverAsk.Write(_keys, route, nonce),
            within,
            cancellation
        );
        return reply.IsAnswered
            ? HandOverBid.Read(reply.Payload.Span, _keys, route.Back, nonce)
            : null;
    }

    /// <summary>The numbers of the connected processes of the PoP but this one; controls are among them, and nobody there
    /// answers, which is known at once.</summary>
    private List<ushort> FindOthers()
    {
        var numbers = new List<ushort>();
        foreach (var member in _members())
        {
            var number = OwnerCode.NumberOf(member.Name);
            if (
                member.IsConnected
                && number != _self.Node
                && !numbers.Contains(number)
                && numbers.Count < PopPeers.PeersMax
            )
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }
}
