using Edge.Node.HandOver.State;
using Edge.Node.Sessions.Identities;
using Edge.Node.Tests.EndToEnd;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Wire.Mesh.MessagePack;
using Xunit;

namespace Edge.Node.Tests.HandOver.State;

/// <summary>What a node reads of sessions that another one wrote.</summary>
public sealed class SessionLetterTests
{
    private const int Video = 1;

    /// <summary>A byte more, less or changed: the letter is refused, or read as something that makes sense.</summary>
    [Fact]
    public async Task TryRead_AnyBytesChanged_NeverThrows()
    {
        await using var node = new NodeHarness();
        var written = await WriteAsync(node);
        var random = Seeds.Random();
        var refused = 0;
        foreach (var state in written)
        {
            for (var round = 0; round < 2000; round++)
            {
                var changed = Change(state, random);
                using var letter = Read(node, changed);
                _ = SessionParcel.ReadConnections(changed);
                refused += letter is null ? 1 : 0;
            }
        }

        Assert.True(refused > 1000, $"Only {refused} of {2000 * written.Count} were refused.");
    }

    /// <summary>Everything but the whole is refused.</summary>
    [Fact]
    public async Task TryRead_CutShort_IsRefused()
    {
        await using var node = new NodeHarness();
        foreach (var state in await WriteAsync(node))
        {
            for (var length = 0; length < state.Length; length += 1 + (state.Length / 300))
            {
                Assert.Null(Read(node, state.AsSpan(0, length)));
            }

            using var whole = Read(node, state);
            Assert.NotNull(whole);
            Assert.Equal(PeerState.Connected, whole.Engine!.Peer.Transport.State);
        }
    }

    /// <summary>The first version wrote a parcel of three parts. Its session is taken, and presents what this node does.</summary>
    [Fact]
    public async Task TryRead_WithoutIdentity_HasThatOfTheNode()
    {
        await using var node = new NodeHarness();
        await using var other = new NodeHarness();
        foreach (var state in await WriteAsync(node))
        {
            using var read = Read(other, state);
            using var former = Read(other, WithoutIdentity(state));

            Assert.Equal(Own(node).Fingerprint, read!.Engine!.Identity.Fingerprint);
            Assert.Same(Own(other), former!.Engine!.Identity);
        }
    }

    [Fact]
    public async Task Group_AnyBytesChanged_NeverThrows()
    {
        await using var node = new NodeHarness();
        var group = GroupLetter.Write(await WriteAsync(node))!;
        var random = Seeds.Random();
        for (var round = 0; round < 5000; round++)
        {
            _ = GroupLetter.TryRead(Change(group, random));
        }

        Assert.Equal(2, GroupLetter.TryRead(group)!.Count);
    }

    [Fact]
    public void Group_TooMany_IsNotWritten()
    {
        var session = new byte[HandOverValues.SessionBytesMax];

        Assert.Null(GroupLetter.Write([session, session]));
        Assert.NotNull(GroupLetter.Write([session]));
    }

    private static async Task<IReadOnlyList<byte[]>> WriteAsync(NodeHarness node)
    {
        var publisher = await node.PublishAsync();
        node.RunUntil(() => publisher.Client.ConnectedAt.IsSet, "It did not connect.");
        var viewer = await node.PlayAsync();
        node.RunUntil(() => viewer.Client.Played[Video].CompleteFrames >= 10, "It did not start.");
        var writing = Task.Run(() => PopHarness.WriteAllAsync(node.Node));
        node.RunUntil(() => writing.IsCompleted, "It was not written.");
        var group = await writing;
        Assert.Equal(2, group.Sessions.Count);
        return group.Parcels;
    }

    private static SessionLetter? Read(NodeHarness node, ReadOnlySpan<byte> state) =>
        SessionLetter.TryRead(
            state,
            node.Node.Factory,
            Prng.FromNumber(1),
            Instant.Zero + TimeSpan.FromHours(1)
        );

    private static SessionIdentity Own(NodeHarness node) => node.Node.Factory.Identities.Own;

    /// <summary>A parcel as the first version wrote it: engine, requests' part, surroundings.</summary>
    private static byte[] WithoutIdentity(byte[] parcel)
    {
        var reader = new MessagePackReader(parcel);
        Assert.True(reader.TryReadArrayHeader(out var parts));
        Assert.Equal(6, parts);
        var header = reader.OffsetBytes;
        Assert.True(reader.TrySkip(3));
        var former = parcel[..reader.OffsetBytes];
        former[header - 1] = 3;
        return former;
    }

    private static byte[] Change(byte[] bytes, Prng random)
    {
        var changed = bytes.ToList();
        for (var change = random.NextUInt32() % 4; change < 4; change++)
        {
            var at = (int)(random.NextUInt32() % (uint)changed.Count);
            switch (random.NextUInt32() % 3)
            {
                case 0:
                    changed[at] ^= (byte)(1 << (int)(random.NextUInt32() % 8));
                    break;
                case 1:
                    changed.RemoveAt(at);
                    break;
                default:
                    changed.Insert(at, (byte)random.NextUInt32());
                    break;
            }
        }

        return [.. changed];
    }
}
