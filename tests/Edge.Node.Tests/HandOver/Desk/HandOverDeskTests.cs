using Edge.Bus;
using Edge.Node.HandOver.Desk;
using Edge.Node.HandOver.Letters;
using Edge.Node.Sessions;
using Edge.Node.Tests.Serving;
using Xunit;

namespace Edge.Node.Tests.HandOver.Desk;

/// <summary>Groups go from desk to desk once, and nobody but the two knows or says anything of them.</summary>
public sealed class HandOverDeskTests : IAsyncLifetime
{
    private static readonly byte[] Group = [1, 2, 3, 4, 5];

    /// <summary>For what nobody answers.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    /// <summary>For what is answered, on a machine that does much else.</summary>
    private static readonly TimeSpan Patiently = TimeSpan.FromSeconds(10);

    private readonly LetterLab _lab = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _lab.DisposeAsync();

    [Fact]
    public async Task Ask_NodesControlsAndStrangers_ThoseThatWouldTakeWithTheirRoom()
    {
        var leaving = _lab.Add("n1");
        var ready = _lab.Add("n2");
        ready.Taker.Offer = new(WouldTake: true, Sessions: 7);
        _lab.Add("n3").Taker.Offer = new(WouldTake: false, Sessions: 7);
        _lab.Add("n4").Taker.Offer = new(WouldTake: true, Sessions: 0);
        _lab.AddMember("c1", isConnected: true);
        _lab.AddMember("n5", isConnected: false);

        var peer = await leaving.FindOneAsync();

        Assert.Equal((ready.Address.Node, 7), (peer.Node, peer.Room));
        Assert.NotEqual(UInt128.Zero, peer.Ticket);
        Assert.Equal(peer.Life, (await leaving.FindOneAsync()).Life);
    }

    [Fact]
    public async Task Ask_Alone_Nobody() => Assert.Empty(await _lab.Add("n1").AskAsync());

    [Fact]
    public async Task Give_Taken_CameWholeAndIsCleared()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var result = await leaving.GiveAsync(await leaving.FindOneAsync(), Group);

        Assert.IsType<HandOverResult.Taken>(result);
        Assert.Equal(Group, Assert.Single(heir.Taker.Groups));
        await Waiting.UntilAsync(() => heir.Taker.Borrowed.Span.IndexOfAnyExcept((byte)0) < 0);
        Assert.Equal(-1, leaving.Bus.Last.Payload.AsSpan().IndexOf(Group));
        Assert.Equal(0, heir.Desk.Junk);
    }

    [Fact]
    public async Task Give_LongestGroup_Taken_AndALongerOneNeverLeaves()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var peer = await leaving.FindOneAsync();
        var group = new byte[leaving.Desk.GroupBytesMax];
        Random.Shared.NextBytes(group);
        Assert.True(group.Length > 700 * 1024);
        Assert.IsType<HandOverResult.Taken>(await leaving.GiveAsync(peer, group));
        Assert.Equal(group, Assert.Single(heir.Taker.Groups));
        Assert.Equal(
            new HandOverResult.Refused(HandOverRefusal.NotSent),
            await leaving.GiveAsync(peer, new byte[group.Length + 1])
        );
        Assert.Equal(
            new HandOverResult.Refused(HandOverRefusal.NotSent),
            await leaving.GiveAsync(peer, [])
        );
    }

    [Fact]
    public async Task Give_Refused_WithTheReason()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var peer = await leaving.FindOneAsync();
        foreach (var reason in Enum.GetValues<HandOverRefusal>())
        {
            heir.Taker.Take = (_, _) => new(reason);
            Assert.Equal(new HandOverResult.Refused(reason), await leaving.GiveAsync(peer, Group));
        }

        // One of a later version.
        heir.Taker.Take = (_, _) => new((HandOverRefusal)77);
        Assert.Equal(
            new HandOverResult.Refused(HandOverRefusal.Other),
            await leaving.GiveAsync(peer, Group)
        );
    }

    [Fact]
    public async Task Give_NoAnswerInTime_Unknown()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var release = new TaskCompletionSource<HandOverRefusal?>();
        heir.Taker.Take = (_, _) => new(release.Task);
        var peer = await leaving.FindOneAsync();
        Assert.IsType<HandOverResult.Unknown>(await leaving.GiveAsync(peer, Group, Soon));
        // It is still whole for who has not answered yet.
        Assert.Equal(Group, heir.Taker.Borrowed.ToArray());
        release.SetResult(null);
        await Waiting.UntilAsync(() => heir.Taker.Borrowed.Span.IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public async Task Give_CancelledMeanwhile_UnknownAndNoException()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        heir.Taker.Take = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        };
        var peer = await leaving.FindOneAsync();
        using var cancel = new CancellationTokenSource(Soon);
        Assert.IsType<HandOverResult.Unknown>(
            await leaving.Desk.GiveAsync(peer, Group, TimeSpan.FromSeconds(30), cancel.Token)
        );
        // Before it has left, a cancelled one is known not to have.
        Assert.Equal(
            new HandOverResult.Refused(HandOverRefusal.NotSent),
            await leaving.Desk.GiveAsync(peer, Group, TimeSpan.FromSeconds(30), cancel.Token)
        );
        Assert.Single(heir.Taker.Groups);
    }

    [Fact]
    public async Task Give_TakerFails_UnknownAtOnce()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        heir.Taker.Take = (_, _) => throw new InvalidOperationException("a mistake of ours");
        // How far it came nobody knows: some of it may live there.
        Assert.Equal(
            new HandOverResult.Unknown(IsNowhere: false),
            await leaving.GiveAsync(await leaving.FindOneAsync(), Group)
        );
        await Waiting.UntilAsync(() => heir.Taker.Borrowed.Span.IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public async Task Give_TakerCancels_RefusedAsLate()
    {
        var leaving = _lab.Add("n1");
        _lab.Add("n2").Taker.Take = (_, _) => throw new OperationCanceledException();
        Assert.Equal(
            new HandOverResult.Refused(HandOverRefusal.Late),
            await leaving.GiveAsync(await leaving.FindOneAsync(), Group)
        );
    }

    [Fact]
    public async Task Give_PeerIsGone_RefusedAtOnce()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var peer = await leaving.FindOneAsync();
        heir.Desk.Dispose();
        Assert.Equal(
            new HandOverResult.Refused(HandOverRefusal.NotSent),
            await leaving.GiveAsync(peer, Group)
        );
    }

    /// <summary>Another run of the node under the same name gave no such ticket. The former one may have taken the very letter, so
    /// nothing is known of it.</summary>
    [Fact]
    public async Task Give_ToAnotherLife_Unknown()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var peer = await leaving.FindOneAsync();
        heir.Desk.Dispose();
        var next = _lab.Add("n2");
        Assert.Equal(
            new HandOverResult.Unknown(IsNowhere: true),
            await leaving.GiveAsync(peer, Group)
        );
        Assert.Empty(next.Taker.Groups);
        Assert.NotEqual(peer.Life, (await leaving.FindOneAsync()).Life);
    }

    [Fact]
    public async Task Give_TicketTooOldOrMadeUpOrOfAnotherNode_NotTaken()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var third = _lab.Add("n3");
        heir.Taker.Offer = new(WouldTake: true, Sessions: 5);
        third.Taker.Offer = default;
        var peer = await leaving.FindOneAsync();
        var refused = new HandOverResult.Refused(HandOverRefusal.NoTicket);
        Assert.IsType<HandOverResult.Unknown>(await third.GiveAsync(peer, Group));
        Assert.IsType<HandOverResult.Unknown>(
            await leaving.GiveAsync(peer with { Ticket = peer.Ticket + 1 }, Group)
        );
        Assert.IsType<HandOverResult.Taken>(await leaving.GiveAsync(peer, Group));
        _lab.Time.Advance(HandOverTickets.ValidFor);
        Assert.Equal(refused, await leaving.GiveAsync(peer, Group));
        Assert.Single(heir.Taker.Groups);
    }

    /// <summary>A letter that comes again is not taken again, by whom and with which reply it may come, nor by another node.</summary>
    [Fact]
    public async Task Give_LetterRepeated_NotTakenAgain()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var third = _lab.Add("n3");
        third.Taker.Offer = default;
        Assert.IsType<HandOverResult.Taken>(
            await leaving.GiveAsync(await leaving.FindOneAsync(), Group)
        );
        var (subject, letter) = leaving.Bus.Last;
        var again = await third.Bus.RequestAsync(subject, letter, Soon, CancellationToken.None);
        Assert.Equal(BusReplyStatus.Answered, again.Status);
        var other = HandOverSubject.Of(third.Address);
        var elsewhere = await heir.Bus.RequestAsync(other, letter, Soon, CancellationToken.None);
        Assert.Equal(BusReplyStatus.TimedOut, elsewhere.Status);
        _lab.Time.Advance(HandOverTickets.ValidFor);
        await third.Bus.RequestAsync(subject, letter, Soon, CancellationToken.None);
        Assert.Single(heir.Taker.Groups);
        Assert.Empty(third.Taker.Groups);
        Assert.Equal(2, heir.Desk.Junk);
        Assert.Equal(1, third.Desk.Junk);
    }

    /// <summary>Somebody who is faster with a copy of the letter: who gave it must not think that it was not taken.</summary>
    [Fact]
    public async Task Give_CopyCameFirst_Unknown()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var third = _lab.Add("n3");
        third.Taker.Offer = default;
        var peer = await leaving.FindOneAsync();
        leaving.Bus.Request = letter =>
        {
            third.Bus.TryPublish(leaving.Bus.Last.Subject, letter, replyTo: "nobody.hears");
            Assert.True(SpinWait.SpinUntil(() => !heir.Taker.Groups.IsEmpty, 5000));
            return letter;
        };
        Assert.IsType<HandOverResult.Unknown>(await leaving.GiveAsync(peer, Group));
        Assert.Single(heir.Taker.Groups);
    }

    /// <summary>A changed bit anywhere in a letter: nothing is taken, and nothing is known, as after any loss.</summary>
    [Fact]
    public async Task Give_AnyBitOfTheLetterChanged_NotTaken()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var peer = await leaving.FindOneAsync();
        var bytes = HandOverLetter.OverheadBytes + Group.Length;
        for (var position = 0; position < bytes; position++)
        {
            leaving.Bus.Request = letter =>
            {
                letter[position] ^= (byte)(1 << (position % 8));
                return letter;
            };
            var result = await leaving.GiveAsync(peer, Group, TimeSpan.FromMilliseconds(5));
            Assert.True(result is HandOverResult.Unknown, $"Byte {position}: {result}");
        }

        await Waiting.UntilAsync(() => heir.Desk.Junk == bytes);
        Assert.Empty(heir.Taker.Groups);
    }

    [Fact]
    public async Task Give_AnyBitOfTheAnswerChanged_Unknown()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        heir.Taker.Take = (_, _) => new(HandOverRefusal.Full);
        var peer = await leaving.FindOneAsync();
        var bytes = 0;
        for (var position = 0; position == 0 || position < bytes; position++)
        {
            leaving.Bus.Reply = answer =>
            {
                bytes = answer.Length;
                answer[position] ^= (byte)(1 << (position % 8));
                return answer;
            };
            var result = await leaving.GiveAsync(peer, Group);
            Assert.True(result is HandOverResult.Unknown, $"Byte {position}: {result}");
        }

        foreach (var length in (int[])[0, 1, 9, bytes - 1])
        {
            leaving.Bus.Reply = answer => answer[..length];
            Assert.IsType<HandOverResult.Unknown>(await leaving.GiveAsync(peer, Group));
        }
    }

    /// <summary>The answer to one letter says nothing of another.</summary>
    [Fact]
    public async Task Give_AnswerOfAnotherLetter_Unknown()
    {
        var leaving = _lab.Add("n1");
        _lab.Add("n2").Taker.Take = (_, _) => new(HandOverRefusal.Full);
        var peer = await leaving.FindOneAsync();
        byte[]? first = null;
        leaving.Bus.Reply = answer => first ??= answer;
        Assert.IsType<HandOverResult.Refused>(await leaving.GiveAsync(peer, Group));
        Assert.IsType<HandOverResult.Unknown>(await leaving.GiveAsync(peer, Group));
    }

    [Fact]
    public async Task Ask_AnyBitChangedOnTheWayOrBack_NobodyIsFound()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        await leaving.FindOneAsync();
        var question = leaving.Bus.Last.Payload.Length;
        for (var position = 0; position < question; position++)
        {
            // The key id of the header says nothing here, and is authenticated.
            leaving.Bus.Request = bytes =>
            {
                bytes[position] ^= (byte)(1 << (position % 8));
                return bytes;
            };
            var found = await leaving.Desk.AskAsync(
                TimeSpan.FromMilliseconds(5),
                CancellationToken.None
            );
            Assert.True(found.IsEmpty, $"Byte {position}");
        }

        leaving.Bus.Request = static bytes => bytes;
        await Waiting.UntilAsync(() => heir.Desk.Junk == question);
        Assert.Equal(1, heir.Desk.Tickets.Count);
        var length = 0;
        for (var position = 0; position == 0 || position < length; position++)
        {
            leaving.Bus.Reply = bytes =>
            {
                length = bytes.Length;
                bytes[position] ^= (byte)(1 << (position % 8));
                return bytes;
            };
            Assert.Empty(await leaving.AskAsync());
        }
    }

    [Fact]
    public async Task Hear_JunkOfEveryLength_NothingIsTakenAndTheDeskGoesOn()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        await leaving.GiveAsync(await leaving.FindOneAsync(), Group);
        var (subject, letter) = leaving.Bus.Last;
        var sent = 0;
        for (var length = 0; length < letter.Length; length++)
        {
            leaving.Bus.TryPublish(subject, letter.AsSpan(0, length), replyTo: "a.b");
            var noise = new byte[length];
            Random.Shared.NextBytes(noise);
            leaving.Bus.TryPublish(subject, noise, replyTo: "a.b");
            sent += 2;
        }

        leaving.Bus.TryPublish(subject, letter, replyTo: null);
        sent++;
        await Waiting.UntilAsync(() => heir.Desk.Junk == sent);
        Assert.Single(heir.Taker.Groups);
        Assert.IsType<HandOverResult.Taken>(
            await leaving.GiveAsync(await leaving.FindOneAsync(), Group)
        );
    }

    /// <summary>Beyond the bound letters are refused at once, and one that is no letter is not answered then either.</summary>
    [Fact]
    public async Task Give_TooManyAtOnce_BusyAndAskedAgainLater()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var release = new TaskCompletionSource<HandOverRefusal?>();
        heir.Taker.Take = (_, _) => new(release.Task);
        var peer = await leaving.FindOneAsync();
        var taken = new List<Task<HandOverResult>>();
        for (var letter = 0; letter < HandOverDesk.LettersMax; letter++)
        {
            taken.Add(leaving.GiveAsync(peer, Group));
        }

        await Waiting.UntilAsync(() => heir.Taker.Groups.Count == HandOverDesk.LettersMax);
        Assert.Equal(
            new HandOverResult.Refused(HandOverRefusal.Busy),
            await leaving.GiveAsync(peer, Group)
        );
        var refused = leaving.Bus.Last;
        leaving.Bus.Request = static letter =>
        {
            letter[^1] ^= 1;
            return letter;
        };
        Assert.IsType<HandOverResult.Unknown>(await leaving.GiveAsync(peer, Group, Soon));
        leaving.Bus.Request = static letter => letter;
        release.SetResult(null);
        Assert.All(await Task.WhenAll(taken), each => Assert.IsType<HandOverResult.Taken>(each));
        await Waiting.UntilAsync(() =>
            leaving.GiveAsync(peer, Group).GetAwaiter().GetResult() is HandOverResult.Taken
        );

        // A copy of what was refused: who gave it has given it to somebody else since.
        var count = heir.Taker.Groups.Count;
        var copied = await leaving.Bus.RequestAsync(
            refused.Subject,
            refused.Payload,
            Patiently,
            CancellationToken.None
        );
        Assert.Equal(BusReplyStatus.Answered, copied.Status);
        Assert.Equal(count, heir.Taker.Groups.Count);
    }

    /// <summary>A secret is replaced node by node, in any order.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Give_SecretIsBeingReplaced_TakenByTheOneBothHave(
        bool isLeavingNew,
        bool isHeirNew
    )
    {
        var leaving = _lab.Add(Replaced("n1", isLeavingNew));
        var heir = _lab.Add(Replaced("n2", isHeirNew));
        var peer = await leaving.FindOneAsync();
        Assert.Equal(isLeavingNew && isHeirNew ? 2 : 1, peer.KeyId);
        Assert.IsType<HandOverResult.Taken>(await leaving.GiveAsync(peer, Group));
        Assert.Equal(Group, Assert.Single(heir.Taker.Groups));
    }

    [Fact]
    public async Task Ask_NodeOfAnotherSecretOrPop_NotFound()
    {
        var leaving = _lab.Add("n1");
        // The same key id, by chance: ids are one byte.
        var stranger = _lab.Add(LetterLab.Options("n2") with { PopSecret = LetterLab.OtherSecret });
        var foreign = _lab.Add(LetterLab.Options("n3", pop: "other"));
        Assert.Empty(await leaving.Desk.AskAsync(Soon, CancellationToken.None));
        Assert.Equal(1, stranger.Desk.Junk);
        Assert.Equal(0, foreign.Desk.Junk);
    }

    [Fact]
    public async Task Ask_AgainAndAgain_TicketsStayBounded()
    {
        var leaving = _lab.Add("n1");
        var heir = _lab.Add("n2");
        var first = await leaving.FindOneAsync();
        for (var ask = 0; ask < HandOverTickets.TicketsOfNodeMax; ask++)
        {
            await leaving.FindOneAsync();
        }

        Assert.Equal(HandOverTickets.TicketsOfNodeMax, heir.Desk.Tickets.Count);
        // What came by it before it was forgotten nobody knows any more.
        Assert.IsType<HandOverResult.Unknown>(await leaving.GiveAsync(first, Group));
    }

    private static MediaNodeOptions Replaced(string node, bool isNew) =>
        isNew
            ? LetterLab.Options(node) with
            {
                PopSecret = LetterLab.OtherSecret,
                PopKeyId = 2,
                FormerPopSecret = LetterLab.Secret,
                FormerPopKeyId = 1,
            }
            : LetterLab.Options(node);
}
