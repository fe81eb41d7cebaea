using Edge.Forwarding.Thinning;
using Edge.Testing;
using Xunit;

namespace Edge.Forwarding.Tests.Thinning;

public sealed class FrameLedgerTests
{
    [Fact]
    public void FateOf_NothingMarked_AllWasForwarded() =>
        Assert.Equal(FrameFate.Forwarded, new FrameLedger().FateOf(7));

    [Fact]
    public void FateOf_AroundTheFirst_BeforeItForwardedBehindItUnknown()
    {
        var ledger = new FrameLedger();
        ledger.Mark(5, isForwarded: false);
        Assert.Equal(FrameFate.Forwarded, ledger.FateOf(4));
        Assert.Equal(FrameFate.Dropped, ledger.FateOf(5));
        Assert.Equal(FrameFate.Unknown, ledger.FateOf(6));
        Assert.False(ledger.TryFind(4, out _));
    }

    /// <summary>Frames marked in any order within the window, against a dictionary.</summary>
    [Fact]
    public void Mark_AnyOrderAcrossTheWrap_FoundAsMarked() =>
        Seeds.Check(
            random =>
            {
                var ledger = new FrameLedger();
                var model = new Dictionary<int, bool>();
                var first = random.NextInt32(65_536);
                var next = first;
                for (var step = 0; step < 5000; step++)
                {
                    next += random.NextInt32(4);
                    var frame = Math.Max(first, next - random.NextInt32(60));
                    var isForwarded = random.NextInt32(2) == 0;
                    ledger.Mark(unchecked((ushort)frame), isForwarded);
                    model[frame] = isForwarded;
                    next = Math.Max(next, frame);
                    var asked = Math.Max(first, next - random.NextInt32(FrameLedger.Window - 70));
                    Assert.Equal(
                        !model.TryGetValue(asked, out var was) ? FrameFate.Unknown
                            : was ? FrameFate.Forwarded
                            : FrameFate.Dropped,
                        ledger.FateOf(unchecked((ushort)asked))
                    );
                }
            },
            rounds: 10
        );

    [Fact]
    public void Mark_NumbersJump_BeginsAnew()
    {
        var ledger = new FrameLedger();
        ledger.Mark(100, isForwarded: false);
        ledger.Mark(30_000, isForwarded: false);
        Assert.Equal(FrameFate.Forwarded, ledger.FateOf(29_999));
        ledger.Mark(20, isForwarded: true);
        Assert.Equal(FrameFate.Unknown, ledger.FateOf(100));
    }
}
