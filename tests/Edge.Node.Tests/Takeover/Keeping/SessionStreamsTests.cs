using Anycast.Takeover.Indices;
using Control.Contract;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Takeover.Keeping;
using Edge.Node.Tests.Sessions;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Takeover.Keeping;

/// <summary>Names of sessions and of what is counted, the same at every node.</summary>
public sealed class SessionStreamsTests : IDisposable
{
    private static readonly StreamKey Stream = new("app", "show");

    private readonly KeptPair _pair = new();

    public void Dispose() => _pair.Dispose();

    [Theory]
    [InlineData(IndexSpace.Rtp, 7U)]
    [InlineData(IndexSpace.Rtp, 0U)]
    [InlineData(IndexSpace.Rtp, uint.MaxValue)]
    [InlineData(IndexSpace.Rtcp, 0U)]
    [InlineData(IndexSpace.Record, 0U)]
    internal void BoundOf_NameOfABound_IsTheBound(IndexSpace space, uint ssrc)
    {
        var bound = new IndexBound(space, new Ssrc(ssrc), 42);

        Assert.Equal(bound, SessionStreams.BoundOf(SessionStreams.Of(bound), 42));
    }

    /// <summary>RTCP and records have one row of indices, whose SSRC is of no account.</summary>
    [Theory]
    [InlineData(IndexSpace.Rtcp)]
    [InlineData(IndexSpace.Record)]
    internal void Of_OneRowForAll_SsrcIsOfNoAccount(IndexSpace space) =>
        Assert.Equal(
            SessionStreams.Of(new(space, default, 1)),
            SessionStreams.Of(new(space, new Ssrc(7), 2))
        );

    /// <summary>Two that share a name would share indices.</summary>
    [Fact]
    public void Of_AnythingElse_NameIsAnother()
    {
        IndexBound[] bounds =
        [
            new(IndexSpace.Rtp, new Ssrc(0), 1),
            new(IndexSpace.Rtp, new Ssrc(1), 1),
            new(IndexSpace.Rtp, new Ssrc(uint.MaxValue), 1),
            new(IndexSpace.Rtcp, default, 1),
            new(IndexSpace.Record, default, 1),
        ];

        Assert.Equal(
            bounds.Length,
            bounds.Select(bound => SessionStreams.Of(bound)).Distinct().Count()
        );
    }

    [Fact]
    public void Of_SpaceIsUnknown_IsNone() =>
        Assert.Equal(StreamKind.None, SessionStreams.Of(new((IndexSpace)9, default, 1)).Kind);

    [Theory]
    [InlineData(StreamKind.None)]
    [InlineData((StreamKind)4)]
    [InlineData((StreamKind)255)]
    internal void BoundOf_KindIsUnknown_Null(StreamKind kind) =>
        Assert.Null(SessionStreams.BoundOf(new(kind, Generation: 0, Ssrc: 7), last: 1));

    [Theory]
    [InlineData(SessionRole.Publisher)]
    [InlineData(SessionRole.Player)]
    [InlineData(SessionRole.Caller)]
    internal void KeyOf_TheSameSession_IsTheSame(SessionRole role) =>
        Assert.Equal(KeyOf("a", role), KeyOf("a", role));

    [Fact]
    public void KeyOf_AnyTwoSessions_AreTwo() =>
        Seeds.Check(
            random =>
            {
                var ids = Enumerable.Range(0, 100).Select(_ => random.NextToken(20)).ToList();

                Assert.Equal(
                    ids.Count,
                    ids.Select(id => KeyOf(id, SessionRole.Player)).Distinct().Count()
                );
            },
            rounds: 5
        );

    /// <summary>Who plays a stream goes on where it is published.</summary>
    [Fact]
    public void KeyOf_SessionsOfOneStream_AreDrawnToTheSameNodes()
    {
        var publisher = KeyOf("a", SessionRole.Publisher);
        var player = KeyOf("b", SessionRole.Player);

        Assert.Equal(Draw(publisher), Draw(player));
        Assert.NotEqual(publisher, player);
    }

    [Theory]
    [InlineData("app", "other")]
    [InlineData("other", "show")]
    public void KeyOf_SessionsOfTwoStreams_AreDrawnApart(string app, string name) =>
        Assert.NotEqual(
            Draw(KeyOf("a", SessionRole.Player)),
            Draw(KeyOf("a", SessionRole.Player, new StreamKey(app, name)))
        );

    /// <summary>The stream of those has no name: all of an app would be drawn to the same nodes.</summary>
    [Fact]
    public void KeyOf_SessionsOfNamedTracks_AreDrawnApart() =>
        Assert.NotEqual(
            Draw(KeyOf("a", SessionRole.Caller, new StreamKey("app", ""))),
            Draw(KeyOf("b", SessionRole.Caller, new StreamKey("app", "")))
        );

    /// <summary>The id is the permission to change a session, and names go to every node.</summary>
    [Fact]
    public void KeyOf_ASession_DoesNotHoldItsId()
    {
        const string id = "abcdefgh";
        var name = KeyOf(id, SessionRole.Player).Value.ToString("x32", null);

        Assert.DoesNotContain(
            Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(id)),
            name,
            StringComparison.Ordinal
        );
    }

    /// <summary>Nodes of two versions keep the same sessions: a name stays what it is.</summary>
    [Fact]
    public void KeyOf_ASession_IsAsItWasInTheFirstVersion()
    {
        // The first eight bytes of SHA-256 of "a", and of "app/show".
        Assert.Equal(
            HashOf("a") + HashOf("app/show"),
            KeyOf("a", SessionRole.Player).Value.ToString("x32", null)
        );
        Assert.Equal(
            "ca978112ca1bbdca" + "ca978112ca1bbdca",
            KeyOf("a", SessionRole.Caller).Value.ToString("x32", null)
        );
    }

    /// <summary>Who takes a session finds it by what was written of it.</summary>
    [Theory]
    [InlineData(SessionRole.Publisher)]
    [InlineData(SessionRole.Player)]
    [InlineData(SessionRole.Caller)]
    internal void KeyOf_WhatWasWritten_IsThatOfTheSession(SessionRole role)
    {
        var facts = new SessionFacts
        {
            Id = "a",
            Stream = Stream,
            Role = role,
            Fragments = [],
            IceTag = "",
            RemoteFragment = "",
            Media = [],
            EventStreams = [],
        };
        var letter = new SessionLetter
        {
            Engine = new EngineLetter
            {
                Facts = facts,
                Identity = SampleIdentity.Shared,
                Media = null!,
                Channels = null,
                Peer = _pair.Peer,
                ReadAt = Instant.Zero,
            },
            Calls = null,
            Surroundings = null!,
            Identity = SampleIdentity.Shared,
        };

        Assert.Equal(KeyOf("a", role), SessionStreams.KeyOf(letter));
    }

    private static string HashOf(string text) =>
        Convert.ToHexStringLower(
            System
                .Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))
                .AsSpan(0, 8)
        );

    /// <summary>By which nodes are drawn to a session (<see cref="Anycast.Takeover.SessionKey"/>).</summary>
    private static ulong Draw(Anycast.Takeover.SessionKey key) => unchecked((ulong)key.Value);

    private Anycast.Takeover.SessionKey KeyOf(
        string id,
        SessionRole role,
        StreamKey? stream = null
    ) => SessionStreams.KeyOf(SampleSession.Create(_pair.Peer, id, role, stream ?? Stream));
}
