using System.Text;
using Edge.Bus.Lan;
using Edge.Bus.Lan.Lives;
using Edge.Testing;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>Whether a peer lives, in virtual time.</summary>
public sealed class PeerPulseTests
{
    private const long FirstLife = 7;

    private static readonly TimeSpan SignEvery = TimeSpan.FromMilliseconds(50);
    private static readonly LanEnd[] Ends =
    [
        LanEnd.Closed,
        LanEnd.Lost,
        LanEnd.Left,
        LanEnd.Parted,
        LanEnd.Silent,
        LanEnd.Garbled,
        LanEnd.Replaced,
        LanEnd.Removed,
    ];

    private readonly PeerPulse _pulse = Create();

    [Fact]
    public void Signing_SilentForTheTime_SuspectedAndConnectedByTheNextSign()
    {
        _pulse.HandleConnected(FirstLife, SignEvery, At(1000));
        Assert.False(_pulse.HandleHeard(At(1100)));

        Assert.False(_pulse.HandleTimeout(At(1349.9)));
        Assert.True(_pulse.HandleTimeout(At(1350)));
        Assert.Equal((LanPeerState.Suspected, LanPeerCause.Silent), Now());
        Assert.False(_pulse.HandleTimeout(At(9000)), "The connection itself says when it is over.");

        Assert.True(_pulse.HandleHeard(At(9001)));
        Assert.Equal((LanPeerState.Connected, LanPeerCause.Heard), Now());
        Assert.False(_pulse.HandleTimeout(At(9250)));
        Assert.True(_pulse.HandleTimeout(At(9251)));
    }

    /// <summary>Versions before send heartbeats four times a second, and no more.</summary>
    [Fact]
    public void NotSigning_Silent_NotSuspected()
    {
        _pulse.HandleConnected(life: 0, TimeSpan.Zero, At(0));

        Assert.False(_pulse.HandleTimeout(At(1_000_000)));
        Assert.Equal(LanPeerState.Connected, _pulse.State);
    }

    /// <summary>What it has promised counts more than what is wanted of it.</summary>
    [Fact]
    public void SigningSeldom_SuspectedAfterFourSigns()
    {
        _pulse.HandleConnected(FirstLife, TimeSpan.FromMilliseconds(100), At(0));

        Assert.False(_pulse.HandleTimeout(At(399)));
        Assert.True(_pulse.HandleTimeout(At(400)));
    }

    [Fact]
    public void Unread_NotSuspectedUntilItIsSilentFromThenOn()
    {
        _pulse.HandleConnected(FirstLife, SignEvery, At(0));
        Assert.True(_pulse.IsDue(At(250)));

        _pulse.HandleUnread(At(250));

        Assert.False(_pulse.HandleTimeout(At(499)));
        Assert.True(_pulse.HandleTimeout(At(500)));
    }

    [Fact]
    public void ClosedWithoutAWord_SuspectedAtOnceAndGoneInTheEnd()
    {
        _pulse.HandleConnected(FirstLife, SignEvery, At(0));
        _pulse.HandleHeard(At(100));

        Assert.True(_pulse.HandleEnded(LanEnd.Closed));
        Assert.Equal((LanPeerState.Suspected, LanPeerCause.Closed), Now());
        Assert.False(_pulse.HandleTimeout(At(1099)));
        Assert.True(_pulse.HandleTimeout(At(1100)));
        Assert.Equal((LanPeerState.Gone, LanPeerCause.Closed), Now());
        Assert.False(_pulse.HandleTimeout(At(100_000)));
    }

    /// <summary>The other side lives on and connects again, as a rule, before anybody is alarmed.</summary>
    [Theory]
    [InlineData(LanEnd.Parted)]
    [InlineData(LanEnd.Garbled)]
    [InlineData(LanEnd.Replaced)]
    public void EndedOtherwise_SuspectedOnlyWhenItDoesNotConnectAgain(LanEnd end)
    {
        _pulse.HandleConnected(FirstLife, SignEvery, At(0));
        Assert.False(_pulse.HandleEnded(end));
        Assert.False(_pulse.HandleConnected(FirstLife, SignEvery, At(200)));

        Assert.False(_pulse.HandleEnded(end));
        Assert.True(_pulse.HandleTimeout(At(450)));
        Assert.Equal((LanPeerState.Suspected, LanPeerCause.Silent), Now());
        Assert.True(_pulse.HandleTimeout(At(1200)));
        Assert.Equal((LanPeerState.Gone, LanPeerCause.Silent), Now());
    }

    [Theory]
    [InlineData(FirstLife, FirstLife, LanPeerCause.Heard)]
    [InlineData(FirstLife, 8, LanPeerCause.Restarted)]
    [InlineData(FirstLife, 0, LanPeerCause.Heard)]
    [InlineData(0, FirstLife, LanPeerCause.Heard)]
    public void ConnectedAgain_AnotherLife_ToldFromOneThatCameBack(
        long before,
        long after,
        LanPeerCause cause
    )
    {
        _pulse.HandleConnected(before, SignEvery, At(0));
        _pulse.HandleEnded(LanEnd.Lost);

        Assert.True(_pulse.HandleConnected(after, SignEvery, At(100)));

        Assert.Equal((LanPeerState.Connected, cause), Now());
        Assert.Equal(after, _pulse.Life);
    }

    /// <summary>Every situation with every input, as a table.</summary>
    [Fact]
    public void Table_OfAllSituationsAndInputs_AsInTheGoldenFile()
    {
        var table = new StringBuilder();
        foreach (var (name, prepare) in Situations())
        {
            foreach (var (input, act) in Inputs())
            {
                var pulse = Create();
                prepare(pulse);
                var hasChanged = act(pulse);
                table.Append($"{name} | {input} | ");
                table.Append(hasChanged ? $"{pulse.State}, {pulse.Cause}" : "-");
                table.Append('\n');
            }
        }

        Golden.Match("bus/lan-lives.txt", table.ToString());
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(50, 50)]
    [InlineData(60_000, 50)]
    public void AwakeClock_Read_NoMorePassesThanAStep(int passes, int counts)
    {
        var clock = new AwakeClock(SignEvery, At(1234));
        Assert.Equal(TimeSpan.Zero, clock.Read(At(1234)));

        Assert.Equal(At(counts), clock.Read(At(1234 + passes)));
        Assert.Equal(At(counts + 1), clock.Read(At(1234 + passes + 1)));
    }

    private static IEnumerable<(string Name, Action<PeerPulse> Prepare)> Situations()
    {
        yield return ("unseen", _ => { });
        yield return ("connected", pulse => Connect(pulse));
        yield return (
            "silent",
            pulse =>
            {
                Connect(pulse);
                pulse.HandleTimeout(At(300));
            }
        );
        yield return ("closed", pulse => End(pulse, LanEnd.Closed));
        yield return ("parted", pulse => End(pulse, LanEnd.Parted));
        yield return ("left", pulse => End(pulse, LanEnd.Left));
    }

    private static IEnumerable<(string Name, Func<PeerPulse, bool> Act)> Inputs()
    {
        yield return ("connected", pulse => pulse.HandleConnected(FirstLife, SignEvery, At(301)));
        yield return (
            "connected, another life",
            pulse => pulse.HandleConnected(8, SignEvery, At(301))
        );
        yield return ("heard", pulse => pulse.HandleHeard(At(301)));
        foreach (var end in Ends)
        {
            yield return ($"ended {end}", pulse => pulse.HandleEnded(end));
        }

        yield return ("after 301 ms", pulse => pulse.HandleTimeout(At(301)));
        yield return ("after 1000 ms", pulse => pulse.HandleTimeout(At(1000)));
    }

    private static bool Connect(PeerPulse pulse) =>
        pulse.HandleConnected(FirstLife, SignEvery, At(0));

    private static void End(PeerPulse pulse, LanEnd end)
    {
        Connect(pulse);
        pulse.HandleEnded(end);
    }

    private static PeerPulse Create() =>
        new(suspectAfter: TimeSpan.FromMilliseconds(250), silenceMax: TimeSpan.FromSeconds(1));

    private static TimeSpan At(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private (LanPeerState State, LanPeerCause Cause) Now() => (_pulse.State, _pulse.Cause);
}
