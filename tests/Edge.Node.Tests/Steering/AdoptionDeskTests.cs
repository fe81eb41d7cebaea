using Anycast.Steering;
using Edge.Node.Steering;
using Edge.Node.Tests.Serving;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Steering;

/// <summary>What a desk says, and when.</summary>
public sealed class AdoptionDeskTests : IAsyncLifetime
{
    private const ushort Former = 300;
    private static readonly PopKey Key = PopKey.Create(
        OwnerCode.NumberOf("pop"),
        id: 0,
        "the secret of this PoP alone"u8
    );

    private readonly DeskLab _lab = new();
    private readonly List<byte[]> _letters = [];
    private readonly Prng _random = Seeds.Random();
    private readonly AdoptionDesk _desk;

    public AdoptionDeskTests()
    {
        _lab.Bus.Subscribe(
            AdoptionSubject.Of(OwnerCode.NumberOf("pop")),
            letter =>
            {
                lock (_letters)
                {
                    _letters.Add(letter.Payload.ToArray());
                }
            }
        );
        _desk = new AdoptionDesk(
            _lab.Harness.Node.State,
            DeskLab.Options(_lab.Bus),
            new PopKeyRing(Key)
        );
        _desk.Start();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _lab.DisposeAsync();
    }

    /// <summary>At once, each round, and when somebody begins to listen.</summary>
    [Fact]
    public async Task Adopt_ASession_IsSaidAtOnceAndAgain()
    {
        var now = Instant.FromMilliseconds(100_000);
        _desk.KeepHouse(now);
        var id = Id();
        _desk.Adopt(id, [Fragment()], Former);
        await Waiting.UntilAsync(() => Words() == 2);

        _desk.KeepHouse(now + TimeSpan.FromSeconds(1));
        await Task.Delay(50);
        Assert.Equal(2, Words());
        _desk.KeepHouse(now + FlowLetter.RepeatInterval);
        await Waiting.UntilAsync(() => Words() == 4);
        _ = _lab.Listen(AdoptionSubject.Of(OwnerCode.NumberOf("pop")));
        await Waiting.UntilAsync(() => Words() == 6);
        _desk.KeepHouse(now + FlowLetter.RepeatInterval + TimeSpan.FromSeconds(1));

        _desk.AddFragment(id, Fragment());
        await Waiting.UntilAsync(() => Words() == 7);
        _desk.AddFragment(Id(), Fragment());
        _desk.Release(Id());
        _desk.Release(id);
        _desk.Release(id);
        await Waiting.UntilAsync(() => Words() == 10);
        _desk.KeepHouse(now + (FlowLetter.RepeatInterval * 3));
        await Task.Delay(50);
        Assert.Equal(10, Words());
    }

    /// <summary>A process that is started anew in less than the time between two looks has heard of nothing.</summary>
    [Fact]
    public async Task Listens_BetweenTwoLooks_IsToldAllAtOnce()
    {
        var now = Instant.FromMilliseconds(100_000);
        _desk.KeepHouse(now);
        _desk.Adopt(Id(), [Fragment()], Former);
        await Waiting.UntilAsync(() => Words() == 2);

        _ = _lab.Listen(AdoptionSubject.Of(OwnerCode.NumberOf("pop")));
        await Waiting.UntilAsync(() => Words() == 4);
        Assert.True(_desk.IsQuiet);
        _desk.KeepHouse(now + TimeSpan.FromSeconds(1));
        await Task.Delay(50);
        Assert.Equal(4, Words());
    }

    /// <summary>A session that goes to another node is that one's to say; nothing of it ends.</summary>
    [Fact]
    public async Task NoteMoved_SessionThatWasTakenOver_IsNotSaidAnyMore()
    {
        var id = Id();
        _desk.Adopt(id, [], Former);
        await Waiting.UntilAsync(() => Words() == 1);
        _desk.NoteMoved(id, [], holder: 9);
        _desk.Release(id);
        _desk.KeepHouse(Instant.FromMilliseconds(1000_000));

        await Task.Delay(50);
        Assert.Equal(1, Words());
        Assert.True(_desk.TryFindHolder(id, out var holder));
        Assert.Equal(9, holder.Node);
        Assert.Empty(_desk.Represented);
        Assert.True(_desk.IsQuiet);
    }

    /// <summary>More than a letter holds goes in several, and a session has no more names than it is to have.</summary>
    [Fact]
    public async Task KeepHouse_ManySessions_AllAreSaid()
    {
        for (var count = 0; count < 300; count++)
        {
            _desk.Adopt(
                Id(),
                [.. Enumerable.Range(0, AdoptedSession.NamesMax + 3).Select(_ => Fragment())],
                Former
            );
        }

        await Task.Delay(200);
        lock (_letters)
        {
            _letters.Clear();
        }

        _desk.KeepHouse(Instant.FromMilliseconds(1000_000));

        await Waiting.UntilAsync(() => Words() == 300 * AdoptedSession.NamesMax);
        lock (_letters)
        {
            Assert.Equal(3, _letters.Count);
        }
    }

    /// <summary>Whose names a session has: of its id, and of fragments that it was given elsewhere.</summary>
    [Fact]
    public void Represented_NamesOfSeveralNodes_AreAllThere()
    {
        var self = OwnerCode.NumberOf("self");
        _desk.Adopt(
            Id(),
            [
                OwnerCode.CreateFragment(Key, 301, _random),
                OwnerCode.CreateFragment(Key, self, _random),
            ],
            Former
        );

        Assert.Equal([Former, 301], _desk.Represented.Select(name => name.Node).Order().ToArray());
    }

    private string Id() => OwnerCode.CreateSessionId(Key, Former, _random);

    private string Fragment() => OwnerCode.CreateFragment(Key, Former, _random);

    private int Words()
    {
        lock (_letters)
        {
            return _letters.Sum(letter =>
                (letter.Length - AdoptionLetter.HeaderBytes) / AdoptionLetter.EntryBytes
            );
        }
    }
}
