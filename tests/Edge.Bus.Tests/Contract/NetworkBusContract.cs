using System.Diagnostics;
using Edge.Processes;
using Xunit;

namespace Edge.Bus.Tests.Contract;

/// <summary>What a bus over a network does beside: another process that stops holds up nobody.</summary>
public abstract class NetworkBusContract : BusContract
{
    // More than the bounds of a lab and what the kernel holds for both sides of a connection.
    private const long StallBytes = 128L << 20;
    private const int PayloadBytes = 32 * 1024;

    // Far less than until a connection that does not take anything is given up.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    /// <summary>Publishing to what does not read comes back at once, refused in the end: if it waited, it would
    /// wait for the test that waits for it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_OtherSideStopped_RefusedNotWaiting(bool isWritten)
    {
        var lab = (INetworkBusLab)Lab;
        using var heard = Heard.At(Second, "a");
        using var after = Heard.At(Second, "after");
        await SettleAsync();
        await lab.StallAsync(0);

        var payload = new byte[PayloadBytes];
        var before = First.Stats.Dropped;
        var refused = 0;
        var watch = Stopwatch.StartNew();
        for (long bytes = 0; bytes < StallBytes; bytes += payload.Length)
        {
            refused += TrySay(payload, isWritten) ? 0 : 1;
        }

        var elapsed = watch.Elapsed;
        await lab.ResumeAsync(0);

        Assert.True(refused > 0, "What nobody reads is refused in the end.");
        Assert.True(First.Stats.Dropped >= before + refused);
        Assert.True(elapsed < AtOnce, $"Publishing took {elapsed}.");
        Assert.True(await Wait.ForAsync(() => lab.IsJoined(0)));
        await SayUntilHeardAsync("after", after);
        Assert.True(
            heard.Messages.Count * (long)PayloadBytes < StallBytes,
            "What was refused is not heard."
        );
    }

    /// <summary>A connection that is alive in name only is given up and made anew.</summary>
    [Fact]
    public async Task Stall_ForLong_NoticedAndHealed()
    {
        var lab = (INetworkBusLab)Lab;
        using var heard = Heard.At(Second, "a");
        await SettleAsync();
        await lab.StallAsync(0);

        Assert.True(await Wait.ForAsync(() => !lab.IsJoined(0)), "The stall is noticed.");
        await lab.ResumeAsync(0);
        Assert.True(await Wait.ForAsync(() => lab.IsJoined(0)), "It is connected again.");

        await SayUntilHeardAsync("a", heard);
        Assert.True(First.Stats.Reconnects >= Lab.ConnectionsOfEach);
    }

    /// <summary>A subscriber that is stopped holds up neither publisher nor others.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_OneSubscriberStopped_OthersHearAll(bool isWritten)
    {
        const int Count = 2000;
        var lab = (INetworkBusLab)Lab;
        using var stopped = Heard.At(Second, "a");
        using var other = Heard.At(Third, "a");
        await SettleAsync();
        await lab.StallAsync(1);

        var payload = new byte[PayloadBytes];
        for (var number = 0; number < Count; number++)
        {
            Assert.True(await Wait.ForAsync(() => TrySay(payload, isWritten)));
            if (number % 50 == 0)
            {
                await other.UntilAsync(number + 1);
            }
        }

        await other.UntilAsync(Count);
        await lab.ResumeAsync(1);
        Assert.Equal(Count, other.Messages.Count);
        Assert.True(await Wait.ForAsync(() => lab.IsJoined(1)));
        await SayUntilHeardAsync("a", stopped);
    }

    /// <summary>Who writes all the time, and so at the moment in which a connection ends, does not keep it from being made
    /// anew.</summary>
    [Fact]
    public async Task Write_WhileConnectionsEnd_GoesOnBehindThem()
    {
        const int Cuts = 5;
        using var heard = Heard.At(Second, "a");
        using var taken = Second.Subscribe("b", _ => { });
        await SettleAsync();
        using var stop = new CancellationTokenSource();
        var writing = Enumerable
            .Range(0, 2)
            .Select(_ =>
                Task.Run(() =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        First.TryWrite("b", []);
                        First.Flush();
                    }
                })
            )
            .ToArray();

        for (var cut = 0; cut < Cuts; cut++)
        {
            await CutAsync(0);
            await Lab.HealAsync(0);
            Assert.True(await Wait.ForAsync(() => Lab.IsJoined(0)), "It is connected again.");
        }

        await stop.CancelAsync();
        await Task.WhenAll(writing);
        await SayUntilHeardAsync("a", heard);
    }

    private bool TrySay(byte[] payload, bool isWritten)
    {
        if (!isWritten)
        {
            return First.TryPublish("a", payload);
        }

        var isTaken = First.TryWrite("a", payload);
        First.Flush();
        return isTaken;
    }

    /// <summary>Says something until it is heard: what is said while connections come and go may be lost.</summary>
    private Task SayUntilHeardAsync(string subject, Heard heard) =>
        Patience.UntilAsync(
            "connections are well again",
            () =>
            {
                First.TryPublish(subject, "well"u8);
                return Task.FromResult(heard.Texts.Contains("well", StringComparer.Ordinal));
            },
            isHeard => isHeard
        );
}
