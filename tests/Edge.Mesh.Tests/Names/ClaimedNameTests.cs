using Edge.Mesh.Names;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;

namespace Edge.Mesh.Tests.Names;

/// <summary>Who publishes a stream when several say that they do.</summary>
public sealed class ClaimedNameTests
{
    private static readonly NodeAddress Here = new(1, 1);
    private static readonly NodeAddress There = new(2, 1);
    private readonly ClaimedName _name = new(Here);
    private Instant _now = Instant.Zero;
    private ClaimNotice _answer;

    [Fact]
    public void Judge_NobodyKnown_IsAskedOnce()
    {
        Assert.Equal(ClaimVerdict.Ask, Judge(10));
        Assert.Equal(ClaimVerdict.Nothing, Judge(10));

        _name.EndAsk(new StreamClaim(10, There));
        Assert.Equal(ClaimVerdict.Ask, Judge(10));
    }

    [Fact]
    public void Judge_ClaimOfWhoIsFollowed_IsNothingAndANewerOneAsked()
    {
        var followed = new StreamClaim(10, There);

        Assert.Equal(ClaimVerdict.Nothing, Judge(10, followed: followed));
        Assert.Equal(ClaimVerdict.Ask, Judge(11, followed: followed));
    }

    [Fact]
    public void Judge_OlderThanTheOwn_IsToldOfTheOwn()
    {
        _name.Publish(wallTicks: 10, _now);

        Assert.Equal(ClaimVerdict.Answer, Judge(9));
        Assert.Equal(new StreamClaim(10, Here), _answer.Claim);
        Assert.True(_answer.IsRepeated);
        Assert.Equal(ClaimVerdict.Nothing, Judge(9, isRepeated: true));
        Assert.Equal(new StreamClaim(10, Here), _name.Own);
    }

    /// <summary>A publisher goes from one node to another: whoever follows it follows it there, and nobody thinks that it
    /// came just now.</summary>
    [Fact]
    public void GoOn_PublisherOfAnotherNode_IsJustNewerAndAsOld()
    {
        var there = new ClaimedName(There);
        there.Publish(wallTicks: 10, _now);
        _now += TimeSpan.FromSeconds(60);

        var released = there.Release(_now);
        var said = _name.GoOn(released!.Value.Claim, released.Value.Age, _now);

        Assert.Equal(new StreamClaim(11, Here), said.Claim);
        Assert.Equal(TimeSpan.FromSeconds(60), said.Age);
        Assert.False(said.IsRepeated);
        Assert.Null(there.Own);
        Assert.Null(there.Release(_now));
        Assert.False(there.TryRepeat(out _, Instant.Never));
        Assert.True(_name.TryRepeat(out var again, _now + ClaimedName.RepeatInterval));
        Assert.Equal(said.Claim, again.Claim);
        // Whoever followed the former claim asks the new node, on either side of the order of nodes.
        Assert.Equal(
            ClaimVerdict.Ask,
            new ClaimedName(new NodeAddress(3, 3)).Judge(said, released.Value.Claim, out _, _now)
        );
    }

    [Fact]
    public void ClaimForm_Written_IsRead()
    {
        var claim = new ClaimNotice(new StreamClaim(1234567, There))
        {
            Age = TimeSpan.FromMinutes(3),
        };

        Assert.Equal(claim, Read(Write(claim)));
    }

    [Fact]
    public void ClaimForm_HostileBytes_AreRefusedOrHarmless()
    {
        var random = Seeds.Random();
        var bytes = Write(new ClaimNotice(new StreamClaim(1234567, There)));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(Read(bytes.AsSpan(0, length)));
        }

        for (var round = 0; round < 5000; round++)
        {
            byte[] mangled = [.. bytes];
            for (var flips = random.NextInt32(4); flips >= 0; flips--)
            {
                mangled[random.NextInt32(mangled.Length)] ^= (byte)(1 << random.NextInt32(8));
            }

            if (Read(mangled) is { } claim)
            {
                var said = new ClaimedName(Here).GoOn(claim.Claim, claim.Age, _now);
                Assert.True(said.Claim.IsNewerThan(claim.Claim));
                Assert.True(said.Age >= TimeSpan.Zero);
            }
        }
    }

    private static byte[] Write(in ClaimNotice claim)
    {
        using var writer = new StateWriter(Instant.Zero, 1024);
        ClaimForm.Write(writer, claim);
        return writer.Written.ToArray();
    }

    private static ClaimNotice? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes, Instant.Zero);
        return ClaimForm.TryRead(ref reader);
    }

    [Fact]
    public void Judge_NewerThanTheOwn_IsAsked()
    {
        _name.Publish(wallTicks: 10, _now);

        Assert.Equal(ClaimVerdict.Ask, Judge(11));
    }

    /// <summary>The other clock is ahead: its publisher was there before this one came.</summary>
    [Fact]
    public void Judge_LaterGenerationThatWasThereBefore_IsTopped()
    {
        _name.Publish(wallTicks: 10, _now);
        _now += TimeSpan.FromSeconds(40);

        Assert.Equal(ClaimVerdict.Answer, Judge(500, isRepeated: true, ageSeconds: 41));
        Assert.Equal(new StreamClaim(501, Here), _name.Own);
        Assert.Equal(new StreamClaim(501, Here), _answer.Claim);
        Assert.Equal(TimeSpan.FromSeconds(40), _answer.Age);
    }

    /// <summary>The first claim of a newer publisher was lost; that it is heard as one said before does not make
    /// it an older one.</summary>
    [Fact]
    public void Judge_NewerPublisherWhoseFirstClaimWasLost_IsAsked()
    {
        _name.Publish(wallTicks: 10, _now);
        _now += TimeSpan.FromSeconds(4);

        Assert.Equal(ClaimVerdict.Ask, Judge(500, isRepeated: true, ageSeconds: 3));
        Assert.Equal(new StreamClaim(10, Here), _name.Own);
    }

    /// <summary>Both came at the same moment: the generations decide on both sides alike.</summary>
    [Fact]
    public void Judge_SameAge_TheLaterGenerationIsRight()
    {
        _name.Publish(wallTicks: 10, _now);
        _now += TimeSpan.FromSeconds(4);

        Assert.Equal(ClaimVerdict.Ask, Judge(11, isRepeated: true, ageSeconds: 4));
    }

    [Fact]
    public void Publish_AfterWhatWasHeard_IsNewer()
    {
        Judge(500);

        Assert.Equal(501UL, _name.Publish(wallTicks: 10, _now).Claim.Generation);
    }

    [Fact]
    public void TryRepeat_WhilePublished_ComesRoundAndEnds()
    {
        _name.Publish(wallTicks: 10, _now);
        Assert.False(_name.TryRepeat(out _, _now));

        _now = _name.PollTimeout();
        Assert.True(_name.TryRepeat(out var said, _now));
        Assert.Equal(10UL, said.Claim.Generation);
        Assert.Equal(ClaimedName.RepeatInterval, said.Age);
        Assert.True(said.IsRepeated);
        Assert.Equal(_now + ClaimedName.RepeatInterval, _name.PollTimeout());

        Assert.True(_name.TryUnpublish(out var ended));
        Assert.Equal(said.Claim, ended.Claim);
        Assert.True(ended.HasEnded);
        Assert.False(_name.TryUnpublish(out _));
        Assert.False(_name.PollTimeout().IsSet);
    }

    private ClaimVerdict Judge(
        ulong generation,
        bool isRepeated = false,
        double ageSeconds = 0,
        StreamClaim? followed = null
    ) =>
        _name.Judge(
            new ClaimNotice(new StreamClaim(generation, There))
            {
                IsRepeated = isRepeated,
                Age = TimeSpan.FromSeconds(ageSeconds),
            },
            followed,
            out _answer,
            _now
        );
}
