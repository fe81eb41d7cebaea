using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Edge.Node.HandOver.Letters;

namespace Edge.Node.HandOver.Desk;

/// <content>The side of the node that takes.</content>
internal sealed partial class HandOverDesk
{
    /// <summary>A question. Threads: the bus's, so nothing here waits.</summary>
    private void HearAsk(ReadOnlySpan<byte> message, string replyTo)
    {
        if (
            !HandOverAsk.TryRead(message, _keys, out var route, out var nonce, out var keyId)
            || !IsForHere(route)
        )
        {
            CountJunk();
            return;
        }

        var offer = _taker.Consider();
        var sessions = offer.WouldTake ? Math.Clamp(offer.Sessions, 0, HandOverBid.SessionsMax) : 0;
        var ticket = sessions > 0 ? _tickets.Issue(route.From) : UInt128.Zero;
        var bid = new HandOverPeer(_self.Node, sessions, _life, ticket, keyId, Place);
        _ = _bus.TryPublish(replyTo, HandOverBid.Write(_keys, route.Back, nonce, bid));
    }

    /// <summary>A letter. Threads: the bus's: only one too many is opened here, to be refused.</summary>
    private void HearLetter(ReadOnlySpan<byte> message, string replyTo)
    {
        if (
            !HandOverLetter.TryReadFront(message, out var front)
            || !IsForHere(front.Route)
            || !_keys.Has(front.KeyId)
        )
        {
            CountJunk();
            return;
        }

        var arrived = new Arrived(front, message.ToArray(), replyTo);
        if (Interlocked.Increment(ref _taking) <= LettersMax)
        {
            _ = Task.Run(() => TakeAsync(arrived), CancellationToken.None);
            return;
        }

        Interlocked.Decrement(ref _taking);
        var group = new byte[HandOverLetter.GroupBytes(message)];
        if (!HandOverLetter.TryOpen(_keys, message, group))
        {
            CountJunk();
            return;
        }

        CryptographicOperations.ZeroMemory(group);
        // Its number is used up: a copy of it that comes later is not taken, for who gave it gives it to another now.
        AnswerUnread(arrived, _tickets.Use(front.Route.From, front.Ticket, front.Id));
    }

    private async Task TakeAsync(Arrived arrived)
    {
        // Pinned: nothing that clears it would reach a copy that the collector has left behind.
        var group = GC.AllocateUninitializedArray<byte>(
            HandOverLetter.GroupBytes(arrived.Letter),
            pinned: true
        );
        try
        {
            if (HandOverLetter.TryOpen(_keys, arrived.Letter, group))
            {
                await TakeOpenedAsync(arrived, group);
            }
            else
            {
                CountJunk();
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(group);
            Interlocked.Decrement(ref _taking);
        }
    }

    private async Task TakeOpenedAsync(Arrived arrived, ReadOnlyMemory<byte> group)
    {
        var front = arrived.Front;
        var use = _tickets.Use(front.Route.From, front.Ticket, front.Id);
        if (use == TicketUse.Good)
        {
            await TakeGroupAsync(arrived, group);
            return;
        }

        CountJunk();
        AnswerUnread(arrived, use);
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "The boundary of a letter: an error of ours is logged, and who gave the group hears that nothing is known of it."
    )]
    private async Task TakeGroupAsync(Arrived arrived, ReadOnlyMemory<byte> group)
    {
        var from = arrived.Front.Route.From;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            limit.CancelAfter(TakeWithin);
            var refusal = await _taker.TakeAsync(group, limit.Token);
            LogTaken(_logger, from, group.Length, refusal);
            Answer(arrived, refusal);
        }
        catch (OperationCanceledException)
        {
            LogTaken(_logger, from, group.Length, HandOverRefusal.Late);
            Answer(arrived, HandOverRefusal.Late);
        }
        catch (ObjectDisposedException) when (_stopping.IsCancellationRequested)
        {
            // The desk ended between the letter and this: nothing was taken, and nobody answers any more.
            LogTaken(_logger, from, group.Length, HandOverRefusal.NotReady);
        }
        catch (Exception error)
        {
            LogFailed(_logger, from, error);
            Send(
                arrived,
                HandOverAnswer.WriteUnknown(
                    _keys,
                    arrived.Front,
                    HandOverLetter.Salt(arrived.Letter)
                )
            );
        }
    }

    private void Answer(in Arrived arrived, HandOverRefusal? refusal) =>
        Send(
            arrived,
            HandOverAnswer.Write(_keys, arrived.Front, HandOverLetter.Salt(arrived.Letter), refusal)
        );

    private void AnswerUnread(in Arrived arrived, TicketUse use) =>
        Send(
            arrived,
            HandOverAnswer.WriteUnread(
                _keys,
                arrived.Front,
                HandOverLetter.Salt(arrived.Letter),
                use
            )
        );

    /// <summary>What is lost leaves the other side without an answer, which is a case that it has to bear.</summary>
    private void Send(in Arrived arrived, byte[] answer) =>
        _ = _bus.TryPublish(arrived.ReplyTo, answer);

    /// <summary>A letter that came.</summary>
    private readonly record struct Arrived(HandOverFront Front, byte[] Letter, string ReplyTo);
}
