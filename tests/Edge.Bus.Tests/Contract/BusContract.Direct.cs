using Xunit;

namespace Edge.Bus.Tests.Contract;

/// <content>Handlers that are called where a message is read.</content>
public abstract partial class BusContract
{
    [Fact]
    public async Task Direct_ManyMessages_HeardInTheirOrder()
    {
        const int Count = 500;
        using var heard = Heard.DirectlyAt(Second, "a.*");
        await SettleAsync();

        for (var number = 0; number < Count; number++)
        {
            Say(First, "a.b", $"{number}");
        }

        await heard.UntilAsync(Count);
        Assert.Equal([.. Enumerable.Range(0, Count).Select(number => $"{number}")], heard.Texts);
        Assert.All(heard.Messages, message => Assert.Equal("a.b", message.Subject));
    }

    /// <summary>What is said to itself comes too, and whoever listens otherwise hears the same.</summary>
    [Fact]
    public async Task Direct_OwnMessage_HeardOnceByEach()
    {
        using var direct = Heard.DirectlyAt(Second, "a");
        using var other = Heard.At(Second, "a");
        await SettleAsync();

        Say(Second, "a", "1");
        Say(Second, "a", "2");

        await direct.UntilAsync("2");
        await other.UntilAsync("2");
        Assert.Equal(["1", "2"], direct.Texts);
        Assert.Equal(["1", "2"], other.Texts);
    }

    /// <summary>It does not wait for the others' handlers, which are called one at a time.</summary>
    [Fact]
    public async Task Direct_WhileAnotherHandlerHangs_IsHeard()
    {
        using var hanging = new HangingHandler();
        using var slow = Second.Subscribe("slow", hanging.Handle);
        using var direct = Heard.DirectlyAt(Second, "a");
        await SettleAsync();
        Say(First, "slow", "");
        Assert.True(hanging.TryAwaitCall());

        try
        {
            Say(First, "a", "1");

            await direct.UntilAsync("1");
        }
        finally
        {
            hanging.Release();
        }
    }
}
