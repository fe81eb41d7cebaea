using System.Text;
using Xunit;

namespace Edge.Bus.Tests.Contract;

/// <content>Messages that are written and sent together.</content>
public abstract partial class BusContract
{
    [Fact]
    public async Task Write_ThenFlush_HeardInOrderWithWhatIsPublished()
    {
        using var heard = Heard.At(Second, "a");
        await SettleAsync();

        Write(First, "a", "1");
        Say(First, "a", "2");
        Write(First, "a", "3");
        Write(First, "a", "4");
        First.Flush();
        First.Flush();

        await heard.UntilAsync("4");
        Assert.Equal(["1", "2", "3", "4"], heard.Texts);
    }

    [Fact]
    public async Task Write_ToSeveral_EachHearsAll()
    {
        using var second = Heard.At(Second, "a.>");
        using var third = Heard.At(Third, "a.c");
        await SettleAsync();

        Write(First, "a.b", "1");
        Write(First, "a.c", "2");
        First.Flush();

        await second.UntilAsync("2");
        await third.UntilAsync("2");
        Assert.Equal(["1", "2"], second.Texts);
        Assert.Equal(["2"], third.Texts);
    }

    /// <summary>Many threads write and flush at once: nothing is left behind, and nothing of one thread is out of
    /// order.</summary>
    [Fact]
    public async Task Write_ManyThreads_NothingLeftBehind()
    {
        const int Threads = 4;
        const int Rounds = 300;
        using var heard = Heard.DirectlyAt(Second, "a.*");
        await SettleAsync();

        var writing = Enumerable
            .Range(0, Threads)
            .Select(thread =>
                Task.Run(() =>
                {
                    for (var round = 0; round < Rounds; round++)
                    {
                        Write(First, $"a.{thread}", $"{round}");
                        First.Flush();
                    }
                })
            );
        await Task.WhenAll(writing);

        await heard.UntilAsync(Threads * Rounds);
        foreach (
            var ofOne in heard.Messages.GroupBy(message => message.Subject, StringComparer.Ordinal)
        )
        {
            var texts = ofOne.Select(message => message.Text).ToArray();
            Assert.Equal([.. Enumerable.Range(0, Rounds).Select(round => $"{round}")], texts);
        }
    }

    /// <summary>Long messages, and more than the network takes at once, come as whole and in order as small ones.</summary>
    [Fact]
    public async Task Write_MoreThanTheNetworkTakes_TheRestComesToo()
    {
        using var heard = Heard.At(Second, "a");
        await SettleAsync();
        int[] sizes = [10, 200_000, 10, 60_000, 70_000, 1000, 300_000, 5];

        foreach (var size in sizes)
        {
            Write(First, "a", new string('x', size));
        }

        First.Flush();

        await heard.UntilAsync(sizes.Length);
        Assert.Equal(sizes, heard.Messages.Select(message => message.Payload.Length));
    }

    [Fact]
    public async Task Write_DisposedBus_IsRefused()
    {
        await Second.DisposeAsync();

        Assert.False(Second.TryWrite("a", []));
        Second.Flush();
    }

    /// <summary>What was written and never flushed is sent when the bus ends.</summary>
    [Fact]
    public async Task Write_NeverFlushed_SentAtTheEnd()
    {
        using var heard = Heard.At(Second, "a");
        await SettleAsync();
        Write(First, "a", "1");

        await First.DisposeAsync();

        await heard.UntilAsync("1");
    }

    private static void Write(IBus bus, string subject, string text) =>
        Assert.True(bus.TryWrite(subject, Encoding.UTF8.GetBytes(text)));
}
