using Edge.Testing;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Demands;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Mesh.MessagePack;
using Edge.Wire.Mesh.Messages;
using Xunit;

namespace Edge.Wire.Tests.Mesh;

/// <summary>The packet path of this room allocates nothing.</summary>
public sealed class MeshAllocationTests
{
    private static readonly byte[] Rtp = new byte[1200];
    private static readonly byte[] Description = MeshFrameSamples.Encode(MeshFrameSamples.Video);
    private static readonly TrackToken Token = TrackToken.Create("session", "camera");

    [Fact]
    public void Writer_WriteNil_WriteBool_WriteUInt_WriteInt_WriteBinary_WriteText_AllocateNothing() =>
        AllocationAssert.None(new byte[100], static buffer => WriteValues(buffer));

    [Fact]
    public void Writer_WriteArrayHeader_WriteMapHeader_WriteWideArrayHeader_WriteEncoded_AllocateNothing() =>
        AllocationAssert.None(
            new byte[100],
            static buffer =>
            {
                var writer = new MessagePackWriter(buffer);
                writer.WriteArrayHeader(20);
                writer.WriteMapHeader(2);
                writer.WriteWideArrayHeader(2);
                writer.WriteEncoded([1, 2, 3]);
            }
        );

    [Fact]
    public void Reader_TryReadNil_TryReadBool_TryReadUInt_TryReadInt_TryReadBinary_TryReadText_AllocateNothing()
    {
        var buffer = new byte[100];
        AllocationAssert.None(
            buffer[..WriteValues(buffer)],
            static bytes =>
            {
                var reader = new MessagePackReader(bytes);
                _ = reader.TryReadArrayHeader(out _) && reader.TryReadNil();
                _ = reader.TryReadBool(out _) && reader.TryReadUInt(ulong.MaxValue, out _);
                _ = reader.TryReadInt(long.MinValue, long.MaxValue, out _);
                _ = reader.TryReadBinary(out _) && reader.TryReadText(out _);
            }
        );
    }

    [Fact]
    public void Reader_TryReadUInt16_TryReadUInt32_TryReadArrayHeader_TryReadMapHeader_AllocateNothing() =>
        AllocationAssert.None(
            Vectors.Hex("90920101800100"),
            static bytes =>
            {
                var reader = new MessagePackReader(bytes);
                _ = reader.TryReadArrayHeader(0, 1, out _) && reader.TryReadArrayHeader(out _);
                _ = reader.TryReadUInt16(out _) && reader.TryReadUInt32(out _);
                _ = reader.TryReadMapHeader(out _) && reader.TryReadMapHeader(out _);
            }
        );

    [Fact]
    public void Reader_TrySkip_TryReadEncoded_AllocateNothing() =>
        AllocationAssert.None(
            MeshFrameSamples.Whole(),
            static bytes =>
            {
                var reader = new MessagePackReader(bytes);
                reader.TrySkip();
                reader = new MessagePackReader(bytes);
                reader.TryReadEncoded(out _);
                reader.TrySkip();
            }
        );

    [Fact]
    public void Frame_TryAddPacket_Finish_TryParse_TryReadPacket_AllocateNothing() =>
        AllocationAssert.None(
            new byte[MeshLimits.FrameBytesMax],
            static buffer =>
            {
                var writer = new MeshFrameWriter(buffer, MeshFrameSamples.Header, Description, []);
                for (var index = 0; index < 9; index++)
                {
                    writer.TryAddPacket(MeshFrameSamples.KeyFrame, Rtp);
                }

                MeshFrameReader.TryParse(buffer.AsSpan(0, writer.Finish()), out var frame);
                while (frame.TryReadPacket(out _, out _)) { }
            },
            iterations: 2000
        );

    [Fact]
    public void State_Write_TryParse_AllocateNothing() =>
        AllocationAssert.None(
            new byte[MeshTrackState.BytesMax],
            static buffer =>
            {
                var state = MeshFrameSamples.State;
                var length = MeshTrackState.Write(buffer, state, MeshFrameSamples.Layers);
                Span<MeshLayerState> layers = stackalloc MeshLayerState[MeshLimits.LayersMax];
                MeshTrackState.TryParse(buffer.AsSpan(0, length), layers, out _, out _);
            }
        );

    [Fact]
    public void Demand_TryAddEntry_TryParse_TryReadEntry_AllocateNothing() =>
        AllocationAssert.None(
            new byte[200],
            static buffer =>
            {
                var writer = new MeshDemandWriter(buffer, new(new(1, 2, 3), 4, IsWhole: true));
                writer.TryAddEntry(new(Token, Layers: 3, KeyFrames: 1));
                writer.TryAddEntry(new(Token, Layers: 0, KeyFrames: 0));
                MeshDemandReader.TryParse(buffer.AsSpan(0, writer.Length), out var demand);
                while (demand.TryReadEntry(out _)) { }
            }
        );

    [Fact]
    public void Message_Write_TryParse_AllocateNothing() =>
        AllocationAssert.None(
            new byte[2000],
            static buffer =>
            {
                var message = new MeshMessage
                {
                    Generation = 1,
                    Number = 2,
                    Offset = 0,
                    TotalLength = Rtp.Length,
                    IsBinary = true,
                    Bytes = Rtp,
                };
                MeshMessage.TryParse(buffer.AsSpan(0, message.Write(buffer)), out _);
                var ack = new MeshMessageAck(new(1, 2, 3), Token, 4, 5);
                MeshMessageAck.TryParse(buffer.AsSpan(0, ack.Write(buffer)), out _);
            }
        );

    [Fact]
    public void Token_TryCreate_CopyTo_AllocateNothing() =>
        AllocationAssert.None(
            new byte[TrackToken.Bytes],
            static buffer =>
            {
                Token.CopyTo(buffer);
                TrackToken.TryCreate(buffer, out _);
            }
        );

    private static int WriteValues(byte[] buffer)
    {
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(6);
        writer.WriteNil();
        writer.WriteBool(true);
        writer.WriteUInt(ulong.MaxValue);
        writer.WriteInt(-5000);
        writer.WriteBinary([1, 2, 3]);
        writer.WriteText("text"u8);
        return writer.Length;
    }
}
