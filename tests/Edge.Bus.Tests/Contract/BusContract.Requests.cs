using System.Globalization;
using System.Text;
using Edge.Processes;
using Xunit;

namespace Edge.Bus.Tests.Contract;

/// <content>Requests and their answers.</content>
public abstract partial class BusContract
{
    [Fact]
    public async Task Request_OneResponder_Answered()
    {
        using var answering = Answer(Second, "ask", text => $"{text}!");
        await SettleAsync();

        var reply = await AskAsync(First, "ask", "hello");

        Assert.Equal(BusReplyStatus.Answered, reply.Status);
        Assert.Equal("hello!", TextOf(reply));
    }

    [Fact]
    public async Task Request_OwnResponder_Answered()
    {
        using var answering = Answer(First, "ask", text => $"{text}!");

        Assert.Equal("hello!", TextOf(await AskAsync(First, "ask", "hello")));
    }

    [Fact]
    public async Task Request_ResponderOfAPattern_Answered()
    {
        using var answering = Answer(Second, "ask.*", text => $"{text}!");
        await SettleAsync();

        Assert.Equal("hello!", TextOf(await AskAsync(First, "ask.me", "hello")));
    }

    [Fact]
    public async Task Request_EmptyAnswer_Answered()
    {
        using var answering = Answer(Second, "ask", _ => "");
        await SettleAsync();

        var reply = await AskAsync(First, "ask");

        Assert.True(reply.IsAnswered);
        Assert.True(reply.Payload.IsEmpty);
    }

    [Fact]
    public async Task Request_LongestAnswer_Answered()
    {
        var payload = new byte[Second.PayloadBytesMax];
        payload[^1] = 7;
        using var answering = Second.Subscribe(
            "ask",
            message => Second.TryPublish(message.ReplyTo!, payload)
        );
        await SettleAsync();

        var reply = await AskAsync(First, "ask");

        Assert.Equal(payload, reply.Payload);
    }

    /// <summary>That nobody is there is known at once: the wait would be longer than the test.</summary>
    [Fact]
    public async Task Request_NobodySubscribed_NoResponders()
    {
        var reply = await First
            .RequestAsync("ask", default, TimeSpan.FromHours(1), CancellationToken.None)
            .AsTask()
            .WaitAsync(Patience.Longest);

        Assert.Equal(BusReplyStatus.NoResponders, reply.Status);
        Assert.True(reply.Payload.IsEmpty);
    }

    [Fact]
    public async Task Request_ResponderHasUnsubscribed_NoResponders()
    {
        var answering = Answer(Second, "ask", text => text);
        await SettleAsync();
        Assert.True((await AskAsync(First, "ask")).IsAnswered);

        answering.Dispose();
        await SettleAsync();

        Assert.Equal(BusReplyStatus.NoResponders, (await AskAsync(First, "ask")).Status);
    }

    [Fact]
    public async Task Request_NobodyAnswers_TimedOut()
    {
        using var heard = Heard.At(Second, "ask");
        await SettleAsync();

        var reply = await First.RequestAsync(
            "ask",
            default,
            TimeSpan.FromMilliseconds(50),
            CancellationToken.None
        );

        Assert.Equal(BusReplyStatus.TimedOut, reply.Status);
        await heard.UntilAsync(1);
    }

    /// <summary>An answer that comes after the first, or too late, goes to nobody.</summary>
    [Fact]
    public async Task Request_SeveralResponders_FirstAnswerWins()
    {
        string? lateReplyTo = null;
        using var prompt = Answer(Second, "ask", _ => "first");
        using var late = Third.Subscribe("ask", message => lateReplyTo = message.ReplyTo);
        using var other = Answer(Third, "other", _ => "other");
        await SettleAsync();

        var reply = await AskAsync(First, "ask");
        Assert.True(await Wait.ForAsync(() => Volatile.Read(ref lateReplyTo) is not null));
        Say(Third, lateReplyTo!, "second");
        var next = await AskAsync(First, "other");

        Assert.Equal("first", TextOf(reply));
        Assert.Equal("other", TextOf(next));
    }

    [Fact]
    public async Task Request_ManyAtOnce_EachItsOwnAnswer()
    {
        using var answering = Answer(Second, "ask", text => $"{text}!");
        await SettleAsync();

        var numbers = Enumerable
            .Range(0, 200)
            .Select(number => number.ToString(CultureInfo.InvariantCulture))
            .ToArray();
        var replies = await Task.WhenAll(numbers.Select(number => AskAsync(First, "ask", number)));

        Assert.Equal(
            numbers.Select(number => $"{number}!"),
            replies.Select(TextOf),
            StringComparer.Ordinal
        );
    }

    /// <summary>The continuation of a request may make the next, and wait.</summary>
    [Fact]
    public async Task Request_AfterRequest_DoesNotHoldUpTheBus()
    {
        using var answering = Answer(Second, "ask", text => text);
        using var heard = Heard.At(First, "a");
        await SettleAsync();
        using var leave = new ManualResetEventSlim();
        var waiting = Task.Run(async () =>
        {
            await AskAsync(First, "ask");
            leave.Wait();
        });

        Assert.True((await AskAsync(First, "ask")).IsAnswered);
        Say(Second, "a", "1");
        await heard.UntilAsync("1");
        leave.Set();
        await waiting;
    }

    [Fact]
    public async Task Request_Cancelled_Throws()
    {
        using var heard = Heard.At(Second, "ask");
        await SettleAsync();
        using var cancellation = new CancellationTokenSource();

        var asking = First
            .RequestAsync("ask", default, Patience.Longest, cancellation.Token)
            .AsTask();
        await heard.UntilAsync(1);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task Request_TooLong_Unavailable()
    {
        using var answering = Answer(Second, "ask", text => text);
        await SettleAsync();

        var reply = await First.RequestAsync(
            "ask",
            new byte[First.PayloadBytesMax + 1],
            Patience.Longest,
            CancellationToken.None
        );

        Assert.Equal(BusReplyStatus.Unavailable, reply.Status);
    }

    [Fact]
    public async Task Request_Malformed_Throws()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await AskAsync(First, "a.*"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await First.RequestAsync("a", default, TimeSpan.Zero, CancellationToken.None)
        );
    }

    [Fact]
    public async Task Inbox_ManyAnswer_AllHeard()
    {
        using var second = Answer(Second, "ask", _ => "second");
        using var third = Answer(Third, "ask", _ => "third");
        await SettleAsync();
        var inbox = First.CreateInbox();
        using var heard = Heard.At(First, inbox);

        await SettleAsync();
        Say(First, "ask", "", replyTo: inbox);

        await heard.UntilAsync(2);
        Assert.Contains("second", heard.Texts, StringComparer.Ordinal);
        Assert.Contains("third", heard.Texts, StringComparer.Ordinal);
        Assert.DoesNotContain(
            inbox,
            new[] { First.CreateInbox(), Second.CreateInbox() },
            StringComparer.Ordinal
        );
    }

    /// <summary>An inbox hears answers, never that there are none.</summary>
    [Fact]
    public async Task Inbox_NobodyIsThere_HearsNothing()
    {
        var inbox = First.CreateInbox();
        using var heard = Heard.At(First, inbox);
        await SettleAsync();

        Say(First, "ask", "", replyTo: inbox);
        Say(First, inbox, "after");

        await heard.UntilAsync("after");
        Assert.Single(heard.Messages);
    }

    [Fact]
    public async Task Answer_FromInsideAHandlerThatWasAsked_MayAskOnItsOwn()
    {
        using var third = Answer(Third, "deeper", text => $"{text}3");
        using var second = Second.Subscribe(
            "ask",
            message => _ = AskOnAsync(message.ReplyTo!, Encoding.UTF8.GetString(message.Payload))
        );
        await SettleAsync();

        Assert.Equal("123", TextOf(await AskAsync(First, "ask", "1")));

        async Task AskOnAsync(string replyTo, string text) =>
            Say(Second, replyTo, TextOf(await AskAsync(Second, "deeper", $"{text}2")));
    }
}
