using System.Globalization;
using Edge.Processes;
using Xunit;

namespace Edge.Bus.Tests.Contract;

/// <content>Connections that are lost and come again.</content>
public abstract partial class BusContract
{
    [Fact]
    public async Task Publish_Disconnected_DroppedCountedAndNeverHeard()
    {
        using var heard = Heard.At(Second, "a");
        await SettleAsync();
        await CutAsync(0);
        var before = First.Stats;

        var taken = Lab.IsConnectedAlone;
        Assert.Equal(taken, First.TryPublish("a", "lost"u8));
        Assert.Equal(taken, First.TryPublish("a", "lost"u8));

        Assert.Equal(before.Dropped + (taken ? 0 : 2), First.Stats.Dropped);
        Assert.Equal(before.Published + (taken ? 2 : 0), First.Stats.Published);
        await HealAsync(0);
        Say(First, "a", "after");
        await heard.UntilAsync("after");
        Assert.Equal(["after"], heard.Texts);
    }

    [Fact]
    public async Task Publish_SubscriberDisconnected_NeverHeard()
    {
        using var cut = Heard.At(Second, "a");
        using var other = Heard.At(Third, "a");
        await SettleAsync();
        await CutAsync(1);

        Say(First, "a", "lost");
        await other.UntilAsync("lost");
        await HealAsync(1);
        Say(First, "a", "after");

        await cut.UntilAsync("after");
        Assert.Equal(["after"], cut.Texts);
        await other.UntilAsync("after");
        Assert.Equal(["lost", "after"], other.Texts);
    }

    [Fact]
    public async Task Reconnect_Subscriptions_HeardAgainOnceEach()
    {
        using var exact = Heard.At(Second, "a.b");
        using var wide = Heard.At(Second, "a.>");
        using var answering = Answer(Second, "ask", text => text);
        await SettleAsync();

        await CutAsync(1);
        await HealAsync(1);
        await CutAsync(1);
        await HealAsync(1);
        Say(First, "a.b", "1");
        Say(First, "a.b", "2");

        await exact.UntilAsync("2");
        await wide.UntilAsync("2");
        Assert.Equal(["1", "2"], exact.Texts);
        Assert.Equal(["1", "2"], wide.Texts);
        Assert.Equal("ok", TextOf(await AskAsync(First, "ask", "ok")));
        Assert.Equal(2 * Lab.ConnectionsOfEach, Second.Stats.Reconnects);
    }

    [Fact]
    public async Task Reconnect_SubscribedMeanwhile_Heard()
    {
        var ended = Heard.At(Second, "a");
        await SettleAsync();
        await CutAsync(1);

        ended.Dispose();
        using var begun = Heard.At(Second, "a");
        await HealAsync(1);
        Say(First, "a", "1");

        await begun.UntilAsync("1");
        Assert.Equal(["1"], begun.Texts);
        Assert.Empty(ended.Messages);
    }

    [Fact]
    public async Task Reconnect_Requests_AnsweredAgain()
    {
        using var answering = Answer(Second, "ask", text => text);
        await SettleAsync();
        await CutAsync(0);

        Assert.Equal(
            Lab.IsConnectedAlone ? BusReplyStatus.NoResponders : BusReplyStatus.Unavailable,
            (await AskAsync(First, "ask")).Status
        );
        await HealAsync(0);

        Assert.Equal("1", TextOf(await AskAsync(First, "ask", "1")));
    }

    /// <summary>Nobody waits for an answer that cannot come: the wait would be longer than the test.</summary>
    [Fact]
    public async Task Request_ConnectionLost_TimedOutAtOnce()
    {
        using var heard = Heard.At(Second, "ask");
        await SettleAsync();
        var asking = First
            .RequestAsync("ask", default, TimeSpan.FromHours(1), CancellationToken.None)
            .AsTask();
        await heard.UntilAsync(1);

        await CutAsync(0);

        var reply = await asking.WaitAsync(Patience.Longest);
        Assert.Equal(BusReplyStatus.TimedOut, reply.Status);
    }

    [Fact]
    public async Task Request_BusDisposed_TimedOutAtOnce()
    {
        using var heard = Heard.At(Second, "ask");
        await SettleAsync();
        var asking = First
            .RequestAsync("ask", default, TimeSpan.FromHours(1), CancellationToken.None)
            .AsTask();
        await heard.UntilAsync(1);

        await First.DisposeAsync();

        var reply = await asking.WaitAsync(Patience.Longest);
        Assert.Equal(BusReplyStatus.TimedOut, reply.Status);
    }

    /// <summary>Whatever happens to the connections of both sides: none twice, and in their order.</summary>
    [Fact]
    public async Task Publish_ConnectionsComeAndGo_NoneTwiceAndInOrder()
    {
        using var heard = Heard.At(Second, "a");
        await SettleAsync();
        using var stop = new CancellationTokenSource();
        var last = 0;
        var publishing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                for (var count = 0; count < 20; count++)
                {
                    last++;
                    First.TryPublish("a", Text(last));
                }

                await Task.Delay(1);
            }
        });

        for (var round = 0; round < 3; round++)
        {
            var cut = round % 2;
            await CutAsync(cut);
            await Lab.HealAsync(cut);
            Assert.True(await Wait.ForAsync(() => Lab.IsJoined(cut)));
            var seen = heard.Messages.Count;
            await heard.UntilAsync(seen + 20);
        }

        await stop.CancelAsync();
        await publishing;
        await SettleAsync();
        Say(First, "a", "end");
        await heard.UntilAsync("end");

        var numbers = heard
            .Texts.SkipLast(1)
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();
        Assert.True(
            numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second),
            "The numbers rise."
        );

        static byte[] Text(int number) =>
            System.Text.Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task WatchConnection_CutAndHealed_ToldOfEachChange()
    {
        var changes = new List<bool>();
        var ended = new List<bool>();
        using var watch = First.WatchConnection(change => Note(changes, change));
        var endedWatch = First.WatchConnection(change => Note(ended, change));
        endedWatch.Dispose();

        await CutAsync(0);
        var isTold = !Lab.IsConnectedAlone;
        Assert.True(await Wait.ForAsync(() => CountOf(changes) == (isTold ? 1 : 0)));
        await HealAsync(0);

        Assert.True(await Wait.ForAsync(() => CountOf(changes) == (isTold ? 2 : 0)));
        Assert.Equal(isTold ? [false, true] : [], changes);
        Assert.Empty(ended);

        static void Note(List<bool> list, bool change)
        {
            lock (list)
            {
                list.Add(change);
            }
        }

        static int CountOf(List<bool> list)
        {
            lock (list)
            {
                return list.Count;
            }
        }
    }
}
