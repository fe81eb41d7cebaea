using System.Globalization;
using System.Text;
using Control.Contract.Calls;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Calls.State;
using Edge.Node.Sessions.Channels;
using Edge.Node.Tests.Sessions.Channels;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.State;
using Xunit;
using static Edge.Node.Tests.Sessions.Calls.State.CallsSessionFixture;

namespace Edge.Node.Tests.Sessions.Calls.State;

/// <summary>What a node holds of data channels above SCTP goes to another node whole, or not at all.</summary>
public sealed class SessionChannelsFormTests
{
    private const int Rounds = 300;
    private const int BytesMax = 1 << 20;

    [Fact]
    public void Write_RandomChannels_AreTheSameElsewhere() =>
        Seeds.Check(
            random =>
            {
                var (channels, names) = Draw(random);
                var bytes = Write(channels, names);
                var session = Make(random);
                var restored = Build(Read(bytes)!, session);

                Assert.Equal(Describe(channels, names), Describe(restored, session.DataChannels));
                Assert.Equal(bytes, Write(restored, session.DataChannels));
                Assert.Equal(channels.EarlyBytes, restored.EarlyBytes);
                Assert.Equal(channels.AckDeadline, restored.AckDeadline);
            },
            Rounds
        );

    [Fact]
    public void TryRead_FlippedOrSpliced_NothingOrChannels()
    {
        var read = 0;
        Seeds.Check(
            random =>
            {
                var (channels, names) = Draw(random);
                var bytes = Write(channels, names);
                for (var run = 0; run < 30; run++)
                {
                    byte[] mangled = [.. bytes];
                    for (var flips = 1 + random.NextInt32(4); flips > 0; flips--)
                    {
                        var at = random.NextInt32(mangled.Length);
                        mangled[at] ^= (byte)(1 << random.NextInt32(8));
                    }

                    var session = Make(random);
                    if (Read(mangled) is { } parts)
                    {
                        read++;
                        Assert.NotNull(Read(Write(Build(parts, session), session.DataChannels)));
                    }
                }
            },
            Rounds
        );

        Assert.True(read > 0, "Nothing was read that channels came of.");
    }

    [Fact]
    public void TryRead_CutShortOrJunk_Nothing()
    {
        var (channels, names) = Draw(Prng.FromNumber(1));
        var bytes = Write(channels, names);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(Read(bytes.AsSpan(0, length)));
        }

        Assert.Null(Read([0xC0]));
        Assert.Null(Read([0x94, 1, 2, 3, 4]));
    }

    /// <summary>A newer version appends values; this one passes over them.</summary>
    [Fact]
    public void TryRead_NewerVersion_IsRead()
    {
        var (channels, names) = Draw(Prng.FromNumber(1));
        byte[] longer = [.. Write(channels, names), 0xA1, (byte)'x', 7];
        longer[4] += 2;
        Assert.NotNull(Read(longer));
    }

    [Fact]
    public void Write_Over_IsRefused()
    {
        var (channels, names) = Draw(Prng.FromNumber(1));
        channels.AreOver = true;
        using var writer = new StateWriter(WriterNow, BytesMax);
        Assert.False(SessionChannelsForm.Write(writer, channels, names));
    }

    /// <summary>What the first version wrote every later version goes on with. The file is never made anew; a version
    /// that writes more adds one.</summary>
    [Fact]
    public void TryRead_WrittenByTheFirstVersion_GoesOn()
    {
        var written = Convert.FromBase64String(
            Golden.Read("sessions/calls-channels-handover-1.txt")
        );
        var session = Make(Prng.FromNumber(1));
        Golden.Match(
            "sessions/calls-channels-handover-1-channels.txt",
            Describe(Build(Read(written)!, session), session.DataChannels)
        );
    }

    /// <summary>Who moves along with what it reads, goes on at once; who missed something does not.</summary>
    [Fact]
    public void TryJoin_MovedAlong_ReadsUnlessItMissedSomething()
    {
        var published = new PublishedChannel(ChannelFixture.Channels(), 1) { Count = 7 };
        var current = Awaited(new ChannelPosition(0, 7), mayLose: false);
        var late = Awaited(new ChannelPosition(0, 6), mayLose: false);
        var lossy = Awaited(new ChannelPosition(0, 6), mayLose: true);
        current.Reader.IsToReply = true;

        Assert.True(current.TryJoin(published));
        Assert.False(late.TryJoin(published));
        Assert.True(lossy.TryJoin(published));

        Assert.Equal([current.Reader, lossy.Reader], published.Readers);
        Assert.Same(published, current.Reader.Source);
        Assert.True(current.Reader.CanReply);
        Assert.IsType<AwaitedChannel>(late.Reader.Source);
    }

    /// <summary>A reader of another node's channel whose publisher comes here: nodes count it by its life, and it goes
    /// on as long as nothing has come since.</summary>
    [Fact]
    public void TryJoin_PublisherCameFromWhereItWasRead_GoesOn()
    {
        var published = new PublishedChannel(ChannelFixture.Channels(), 1)
        {
            Count = 7,
            CameFrom = new ChannelPosition(99, 4),
        };

        Assert.True(Awaited(new ChannelPosition(99, 4), mayLose: false).TryJoin(published));
        Assert.False(Awaited(new ChannelPosition(99, 3), mayLose: false).TryJoin(published));
        Assert.False(Awaited(new ChannelPosition(98, 4), mayLose: false).TryJoin(published));
        published.CountMessage();
        Assert.False(Awaited(new ChannelPosition(99, 4), mayLose: false).TryJoin(published));
    }

    /// <summary>What was sent and has not come is on its way, in either direction and to other shards.</summary>
    [Fact]
    public void IsSettled_SomethingOnItsWay_No()
    {
        var channels = ChannelFixture.Channels();
        var published = new PublishedChannel(channels, 1);
        channels.Add(published);
        var others = ChannelFixture.Channels();
        var reader = new ReadChannel(others, 3, published, Instant.Never);
        others.Add(reader);
        published.Readers.Add(reader);
        Assert.True(channels.IsSettled && others.IsSettled);

        _ = reader.Messages.Number();
        Assert.False(channels.IsSettled || others.IsSettled);
        reader.Messages.Advance();
        Assert.True(channels.IsSettled && others.IsSettled);

        _ = reader.Replies!.Number();
        Assert.False(channels.IsSettled || others.IsSettled);
        reader.Replies.Advance();

        var copy = RelayedMessage.Copy(channels.InFlight, [1], isBinary: true);
        Assert.False(channels.IsSettled);
        copy.Release();
        Assert.True(channels.IsSettled && others.IsSettled);
    }

    /// <summary>Who moves along is let go of silently; who stays looks for what it read, from where it was.</summary>
    [Fact]
    public void Leave_ReadersThatStay_WaitFromWhereTheyWere()
    {
        var channels = ChannelFixture.Channels();
        var published = new PublishedChannel(channels, 1) { Count = 5 };
        channels.Add(published);
        var own = new ReadChannel(channels, 3, new AwaitedChannel(channels), Instant.Never);
        channels.Add(own);
        var others = ChannelFixture.Channels();
        var stays = new ReadChannel(others, 1, published, Instant.Never);
        var moves = new ReadChannel(others, 3, published, Instant.Never);
        published.Readers.AddRange([stays, moves]);

        var left = channels.Leave(reader => reader == moves);

        Assert.Same(stays, Assert.Single(left));
        Assert.Equal(new ChannelPosition(0, 5), stays.LeftAt);
        Assert.IsType<AwaitedChannel>(stays.Source);
        Assert.Same(published, moves.Source);
        Assert.True(channels.AreOver && published.HasEnded && own.HasEnded);
        Assert.False(stays.HasEnded || moves.HasEnded);
        Assert.Empty(published.Readers);
        own.Messages.Wait(0, RelayedMessage.Copy(others.InFlight, [1], isBinary: true));
        Assert.True(others.InFlight.IsEmpty);
    }

    private static AwaitedReader Awaited(ChannelPosition left, bool mayLose)
    {
        var channels = ChannelFixture.Channels();
        var source = new AwaitedChannel(channels);
        var reader = new ReadChannel(channels, 1, source, Instant.Never)
        {
            LeftAt = left,
            MayLose = mayLose,
        };
        return new AwaitedReader(reader, "publisher", "log");
    }

    private static (SessionChannels Channels, CallsChannels Names) Draw(Prng random)
    {
        var channels = ChannelFixture.Channels();
        var names = new CallsChannels();
        ushort id = 0;
        channels.EventsId = random.NextInt32(2) == 0 ? id : null;
        for (var count = random.NextInt32(4); count > 0; count--)
        {
            id += 2;
            var end = new PublishedChannel(channels, id)
            {
                Count = random.NextUInt32(),
                Memory = random.NextInt32(2) == 0 ? Memory(random) : null,
            };
            var named = new CallsChannel(TrackLocation.Local, "self", $"name {id}", end);
            channels.Add(end);
            _ = names.Add(id, _ => named);
            _ = names.TryPublish(named);
        }

        for (var count = random.NextInt32(4); count > 0; count--)
        {
            id += 2;
            var end = Reader(channels, id, random);
            var named = new CallsChannel(TrackLocation.Remote, random.NextToken(40), "log", end);
            channels.Add(end);
            _ = names.Add(id, _ => named);
            end.HasEnded = random.NextInt32(5) == 0;
        }

        channels.RefreshAckDeadline();
        foreach (var end in channels.Ends.Values)
        {
            channels.EarlyBytes += end is ReadChannel { HasEnded: false, Early: { } early }
                ? early.Bytes
                : 0;
        }

        return (channels, names);
    }

    private static ReadChannel Reader(SessionChannels channels, ushort id, Prng random)
    {
        var waits = random.NextInt32(2) == 0;
        var reader = new ReadChannel(
            channels,
            id,
            random.NextInt32(2) == 0
                ? new AwaitedChannel(channels)
                : new PublishedChannel(ChannelFixture.Channels(), 1)
                {
                    Count = random.NextUInt32(),
                },
            waits ? WriterNow + TimeSpan.FromMilliseconds(random.NextInt32(9999)) : Instant.Never
        )
        {
            MayLose = random.NextInt32(2) == 0,
            LeftAt = new ChannelPosition(random.NextUInt64(), random.NextUInt64()),
            IsToReply = random.NextInt32(2) == 0,
        };
        if (waits)
        {
            for (var count = random.NextInt32(3); count > 0; count--)
            {
                reader.Early!.Add(new byte[random.NextInt32(20)], random.NextInt32(2) == 0);
            }
        }

        return reader;
    }

    private static ChannelMemory Memory(Prng random) =>
        new(1 + random.NextUInt32(), random.NextUInt32(), random.NextInt32(2) == 0)
        {
            Watchers = [new MeshWatcher(1, 2, random.NextUInt64()), new MeshWatcher(1, 3, 7)],
            Replier =
                random.NextInt32(2) == 0
                    ? new ReplierMemory(new MeshWatcher(1, 2, 5), 3, random.NextUInt64(), 9)
                    : null,
        };

    private static byte[] Write(SessionChannels channels, CallsChannels names)
    {
        using var writer = new StateWriter(WriterNow, BytesMax);
        return SessionChannelsForm.Write(writer, channels, names)
            ? writer.Written.ToArray()
            : throw new TestingException("The channels cannot move.");
    }

    private static SessionChannelsParts? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes, WriterNow);
        return SessionChannelsForm.TryRead(ref reader);
    }

    private static SessionChannels Build(SessionChannelsParts parts, CallsSession session) =>
        parts.Build(ChannelFixture.Channels().Transport, carrier: null!, session).Channels;

    private static string Describe(SessionChannels channels, CallsChannels names)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"events: {channels.EventsId}\n");
        foreach (var (id, end) in channels.Ends.OrderBy(end => end.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"{id}: ");
            if (end.HasEnded)
            {
                text.Append("ended\n");
                continue;
            }

            var named = names.Find(end)!;
            if (end is PublishedChannel published)
            {
                Assert.True(names.TryFind(named.Name, out _));
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"publishes {named.Name}, {published.Count}, {Describe(published.Memory)}\n"
                );
                continue;
            }

            var reader = (ReadChannel)end;
            var left = reader.Source is PublishedChannel source
                ? new ChannelPosition(0, source.Count)
                : reader.LeftAt;
            var wait = reader.AckDeadline.IsSet ? reader.AckDeadline - WriterNow : default;
            text.Append(
                CultureInfo.InvariantCulture,
                $"reads {named.Name} of {named.PublisherId}, {left}, {reader.MayLose}, {reader.IsToReply}, {wait}\n"
            );
            foreach (var (bytes, isBinary) in reader.Early?.All ?? [])
            {
                text.Append(CultureInfo.InvariantCulture, $"   {bytes.Length} {isBinary}\n");
            }
        }

        return text.ToString();
    }

    private static string Describe(ChannelMemory? memory) =>
        memory is null
            ? "unknown elsewhere"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{memory.Generation} {memory.Last} {memory.HasMissed} {string.Join(' ', memory.Watchers)} {memory.Replier}"
            );
}
