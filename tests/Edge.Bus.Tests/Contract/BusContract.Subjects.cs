using System.Globalization;
using Edge.Testing;
using Xunit;

namespace Edge.Bus.Tests.Contract;

/// <content>Who hears what.</content>
public abstract partial class BusContract
{
    [Fact]
    public async Task Publish_ExactSubject_HeardByItsSubscribersOnly()
    {
        using var wanted = Heard.At(Second, "a.b");
        using var shorter = Heard.At(Second, "a");
        using var longer = Heard.At(Second, "a.b.c");
        using var otherCase = Heard.At(Second, "A.b");
        using var after = Heard.At(Second, "after");
        await SettleAsync();

        Say(First, "a.b", "1");
        Say(First, "after", "2");

        await after.UntilAsync("2");
        Assert.Equal([new HeardText("a.b", "1")], TextsOf(wanted));
        Assert.Empty(shorter.Messages);
        Assert.Empty(longer.Messages);
        Assert.Empty(otherCase.Messages);
    }

    [Fact]
    public async Task Publish_AnyToken_HeardForOneTokenOnly()
    {
        using var wanted = Heard.At(Second, "a.*.c");
        using var after = Heard.At(Second, "after");
        await SettleAsync();

        Say(First, "a.1.c", "1");
        Say(First, "a.c", "2");
        Say(First, "a.1.2.c", "3");
        Say(First, "a.1.d", "4");
        Say(First, "a.2.c", "5");
        Say(First, "after", "6");

        await after.UntilAsync("6");
        Assert.Equal([new HeardText("a.1.c", "1"), new("a.2.c", "5")], TextsOf(wanted));
    }

    [Fact]
    public async Task Publish_Rest_HeardForOneTokenAndMore()
    {
        using var wanted = Heard.At(Second, "a.>");
        using var after = Heard.At(Second, "after");
        await SettleAsync();

        Say(First, "a", "1");
        Say(First, "a.b", "2");
        Say(First, "a.b.c.d", "3");
        Say(First, "b.a", "4");
        Say(First, "after", "5");

        await after.UntilAsync("5");
        Assert.Equal([new HeardText("a.b", "2"), new("a.b.c.d", "3")], TextsOf(wanted));
    }

    [Fact]
    public async Task Publish_SeveralSubscriptionsOfOneBus_HeardByEachOnce()
    {
        using var exact = Heard.At(Second, "a.b");
        using var same = Heard.At(Second, "a.b");
        using var wide = Heard.At(Second, "a.*");
        using var widest = Heard.At(Second, "a.>");
        using var after = Heard.At(Second, "after");
        await SettleAsync();

        Say(First, "a.b", "1");
        Say(First, "after", "2");

        await after.UntilAsync("2");
        foreach (var heard in new[] { exact, same, wide, widest })
        {
            await heard.UntilAsync("1");
            Assert.Single(heard.Messages);
        }
    }

    [Fact]
    public async Task Publish_SubscribersOnAllBuses_HeardByEachAndByThePublisherToo()
    {
        using var first = Heard.At(First, "a");
        using var second = Heard.At(Second, "a");
        using var third = Heard.At(Third, "a");
        await SettleAsync();

        Say(First, "a", "1");
        Say(First, "a", "2");

        foreach (var heard in new[] { first, second, third })
        {
            await heard.UntilAsync("2");
            Assert.Equal(["1", "2"], heard.Texts);
        }
    }

    [Fact]
    public async Task Publish_RightAfterSubscribing_HeardByThatBus()
    {
        using var heard = Heard.At(First, "a");

        Say(First, "a", "1");

        await heard.UntilAsync("1");
    }

    [Fact]
    public async Task Publish_ManyMessages_HeardInTheirOrderNoneTwice()
    {
        const int Count = 5000;
        using var exact = Heard.At(Second, "a.b");
        using var wide = Heard.At(Second, "a.>");
        await SettleAsync();

        for (var number = 0; number < Count; number++)
        {
            Say(First, "a.b", number.ToString(CultureInfo.InvariantCulture));
            if (number % 100 == 0)
            {
                // Not faster than the lab's bounds: what is lost is not the subject here.
                await exact.UntilAsync(number + 1);
            }
        }

        await exact.UntilAsync(Count);
        await wide.UntilAsync(Count);
        var expected = Enumerable
            .Range(0, Count)
            .Select(number => number.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(expected, exact.Texts, StringComparer.Ordinal);
        Assert.Equal(expected, wide.Texts, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Publish_WithReplyTo_HeardWithIt()
    {
        using var heard = Heard.At(Second, "a");
        await SettleAsync();

        Say(First, "a", "", replyTo: "b.c");
        Say(First, "a", "last");

        await heard.UntilAsync("last");
        Assert.Equal("b.c", heard.Messages[0].ReplyTo);
        Assert.Null(heard.Messages[1].ReplyTo);
        Assert.Empty(heard.Messages[0].Payload);
    }

    /// <summary>Payloads of any length and bytes come as they were: those that look like a protocol too.</summary>
    [Fact]
    public async Task Publish_AnyBytes_HeardAsTheyWere()
    {
        using var heard = Heard.At(Second, "a");
        await SettleAsync();
        var random = Seeds.Random();
        var payloads = Enumerable
            .Range(0, 200)
            .Select(index => new byte[index < 100 ? index : random.NextInt32(100_000)])
            .Append("\r\nPUB a 1\r\nx\r\n"u8.ToArray())
            .ToArray();
        for (var index = 0; index < payloads.Length; index++)
        {
            if (index != payloads.Length - 1)
            {
                random.Fill(payloads[index]);
            }

            Assert.True(First.TryPublish("a", payloads[index]));
            await heard.UntilAsync(index + 1);
        }

        Assert.All(
            payloads.Zip(heard.Messages),
            pair => Assert.True(pair.First.AsSpan().SequenceEqual(pair.Second.Payload))
        );
    }

    [Fact]
    public async Task Publish_LongestPayload_Heard()
    {
        using var heard = Heard.At(Second, "a");
        await SettleAsync();
        var payload = new byte[First.PayloadBytesMax];
        payload[^1] = 1;

        Assert.True(First.TryPublish("a", payload));

        await heard.UntilAsync(1);
        Assert.Equal(payload, heard.Messages[0].Payload);
    }

    [Fact]
    public async Task Publish_TooLong_RefusedAndCounted()
    {
        using var heard = Heard.At(Second, "a");
        await SettleAsync();
        var before = First.Stats;

        Assert.False(First.TryPublish("a", new byte[First.PayloadBytesMax + 1]));
        Say(First, "a", "after");

        await heard.UntilAsync("after");
        Assert.Single(heard.Messages);
        Assert.Equal(before.Dropped + 1, First.Stats.Dropped);
        Assert.Equal(before.Published + 1, First.Stats.Published);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("a b")]
    [InlineData("a.*")]
    [InlineData("a.>")]
    [InlineData("a\r\nPUB b 0")]
    public void Publish_MalformedSubject_Throws(string subject)
    {
        Assert.Throws<ArgumentException>(() => First.TryPublish(subject, []));
        Assert.Throws<ArgumentException>(() => First.TryPublish("a", [], replyTo: subject));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("a.>.b")]
    [InlineData("a.b*")]
    [InlineData("a b")]
    [InlineData("a\r\nSUB b 9")]
    public void Subscribe_MalformedPattern_Throws(string pattern) =>
        Assert.Throws<ArgumentException>(() => First.Subscribe(pattern, _ => { }));

    [Fact]
    public async Task Stats_AfterTraffic_CountMessagesAndBytes()
    {
        using var heard = Heard.At(Second, "a");
        await SettleAsync();
        var (sender, receiver) = (First.Stats, Second.Stats);

        Say(First, "a", "123");
        Say(First, "a", "12345");

        await heard.UntilAsync(2);
        Assert.Equal(sender.Published + 2, First.Stats.Published);
        Assert.Equal(sender.PublishedBytes + 8, First.Stats.PublishedBytes);
        Assert.Equal(receiver.Delivered + 2, Second.Stats.Delivered);
        Assert.Equal(receiver.DeliveredBytes + 8, Second.Stats.DeliveredBytes);
        Assert.Equal(0, Second.Stats.Missed);
        Assert.Equal(0, First.Stats.Reconnects);
    }

    private static IEnumerable<HeardText> TextsOf(Heard heard) =>
        heard.Messages.Select(message => new HeardText(message.Subject, message.Text));

    private sealed record HeardText(string Subject, string Text);
}
