using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.DataChannels.Sending;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>What is written of data channels at its bounds, and what somebody made up.</summary>
public sealed class ChannelStateTests : IDisposable
{
    private const ushort Channel = 5;
    private static readonly int[] Channels = [0, 9];
    private static readonly int[] Outstanding = [.. Channels, 5, 14, 1];
    private static readonly int[] Messages = [.. Outstanding, 4];
    private static readonly int[] ReceivedTsns = [.. Channels, 5, 15, 0];
    private static readonly int[] Pieces = [.. Channels, 5, 15, 1];

    private readonly HandoverWorld _world = new(Seeds.Next());
    private byte[] _state = [];
    private Instant _now;

    /// <summary>One message is wholly under way, the next one half.</summary>
    public ChannelStateTests()
    {
        _world.Attach(new DataChannelOptions { NegotiatedId = Channel });
        _world.Connect();
        _world.Simulation.RunFor(TimeSpan.FromSeconds(1));
        Send(100);
        Send(200_000);
        // So much that it is sent, and nothing is acknowledged yet.
        _world.Simulation.DrainAll();
        _now = _world.Simulation.Now;
        using var writer = new StateWriter(_now, HandoverWorld.StateBytesMax);
        Assert.Equal(PeerCapture.Captured, _world.Node.Peer.TryCapture(writer));
        _state = writer.Written.ToArray();
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Restore_MessagesAsTheyWere_IsTaken()
    {
        Assert.Equal(2, StateTree.Parse(_state).At(Messages).Count);
        Assert.True(IsTaken(static _ => { }));
    }

    /// <summary>Whoever has the key makes cookies: only the process that goes on has it.</summary>
    [Fact]
    public void Capture_CookieKey_IsErasedHere()
    {
        Assert.True(KeyOf(StateTree.Parse(_state).At([.. Channels, 5])).ContainsAnyExcept((byte)0));

        var left = StateTree.Of(writer =>
            _world.Node.Peer.Transport.Channels!.Association.Write(writer, new StreamTable())
        );
        Assert.False(KeyOf(left.Items!).ContainsAnyExcept((byte)0));
    }

    /// <summary>A peer may ask for 32 bits of ms.</summary>
    [Fact]
    public void Restore_LongestLifeTime_IsTaken() =>
        Assert.True(
            IsTaken(static tree =>
                tree.At([.. Channels, 6, 0])[10] = StateTree.Of(static writer =>
                    writer.Duration(TimeSpan.FromMilliseconds(uint.MaxValue))
                )
            )
        );

    [Fact]
    public void Restore_SecondMessageBeingCut_IsRefused() =>
        Assert.False(IsTaken(static tree => tree.At([.. Messages, 0])[1] = Bool(true)));

    [Fact]
    public void Restore_MessageNeitherSentNorBeingCut_IsRefused() =>
        Assert.False(IsTaken(static tree => tree.At([.. Messages, 1])[1] = Bool(false)));

    [Fact]
    public void Restore_MessageBeingCutIsSent_IsRefused() =>
        Assert.False(
            IsTaken(static tree =>
            {
                var message = tree.At([.. Messages, 1, 2]);
                message[7] = message[0];
            })
        );

    [Fact]
    public void Restore_MessageBeingCutIsGivenUp_IsRefused() =>
        Assert.False(
            IsTaken(static tree =>
            {
                var message = tree.At([.. Messages, 1, 2]);
                message[1] = StateTree.Of(static writer => writer.Nothing());
                message[10] = Bool(true);
                // Its chunks, all but the first, agree.
                foreach (var chunk in tree.At([.. Outstanding, 5])[1..])
                {
                    chunk.Items![4] = Number((ulong)OutstandingState.Abandoned);
                }
            })
        );

    /// <summary>Of which TSNs a message has chunks is said twice.</summary>
    [Theory]
    [InlineData(0, 8)]
    [InlineData(0, 9)]
    [InlineData(1, 8)]
    [InlineData(1, 9)]
    public void Restore_TsnsThatChunksDeny_IsRefused(int number, int value) =>
        Assert.False(
            IsTaken(tree =>
            {
                var message = tree.At([.. Messages, number, 2]);
                message[value] = Number(ValueOf(message[value]) - 1);
            })
        );

    /// <summary>Long messages wait with more pieces than the window behind what is missing has.</summary>
    [Fact]
    public void Restore_MorePiecesThanTheWindow_AreTaken() =>
        Assert.True(
            IsTaken(static tree =>
            {
                var cumulative = ValueOf(tree.At(ReceivedTsns)[0]);
                var pieces = tree.At(Pieces);
                for (var piece = 9000ul; piece > 0; piece--)
                {
                    pieces.Add(Piece(cumulative - (2 * piece)));
                }
            })
        );

    [Fact]
    public void Restore_PieceThatWasNotReceived_IsRefused() =>
        Assert.False(
            IsTaken(static tree =>
                tree.At(Pieces).Add(Piece(ValueOf(tree.At(ReceivedTsns)[1]) + 5))
            )
        );

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void Restore_TsnReceivedBeyondTheHighest_IsRefused(int word) =>
        Assert.False(
            IsTaken(tree => tree.At([.. ReceivedTsns, 2])[word] = Number(0x8000_0000_0000_0001))
        );

    private void Send(int bytes) =>
        Assert.Equal(
            DataChannelSendResult.Accepted,
            _world.Node.Peer.Transport.Channels!.Send(
                Channel,
                new byte[bytes],
                isBinary: true,
                _world.Node.Local(_world.Simulation.Now)
            )
        );

    /// <summary>Whether a peer comes of the state once changed; nothing that was rented for it stays away.</summary>
    private bool IsTaken(Action<StateTree> change)
    {
        var tree = StateTree.Parse(_state);
        change(tree);
        var peer = _world.Read(tree.ToBytes(), _now);
        peer?.Transport.Channels!.Drop();
        peer?.Dispose();
        Assert.Equal(0, _world.Pool.RentedCount);
        return peer is not null;
    }

    private static StateTree Bool(bool value) => StateTree.Of(writer => writer.Bool(value));

    private static StateTree Number(ulong value) => StateTree.Of(writer => writer.UInt(value));

    private static ReadOnlySpan<byte> KeyOf(List<StateTree> association) =>
        new StateReader(association[6].ToBytes(), Instant.Zero).Bytes(bytesMax: 1000);

    private static ulong ValueOf(StateTree value) =>
        new StateReader(value.ToBytes(), Instant.Zero).UInt();

    private static StateTree Piece(ulong tsn) =>
        StateTree.Of(writer =>
        {
            var item = writer.Begin();
            writer.UInt(tsn);
            writer.Bytes([1]);
            for (var value = 0; value < 4; value++)
            {
                writer.UInt(0);
            }

            writer.End(item);
        });
}
