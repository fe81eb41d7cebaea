using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Rtp;
using Edge.Wire.Rtp.Dependencies;
using Xunit;

namespace Edge.Wire.Tests.Rtp;

/// <summary>The packet path of this room allocates nothing.</summary>
public sealed class RtpAllocationTests
{
    private static readonly byte[] Packet = BrowserHeaders.All["c-vp8-96-25651"];
    private static readonly byte[] Key = Vectors.Hex(
        "c10001c00123ba22891820d21001111813f80b3827f8167a"
    );
    private static readonly byte[] Delta = Vectors.Hex("c000021a000800");
    private static readonly Token16 Text = Token16.Create("video");

    [Fact]
    public void RtpHeader_TryReadHeaderLength_AllocatesNothing() =>
        AllocationAssert.None(static () => RtpHeader.TryReadHeaderLength(Packet, out _));

    [Fact]
    public void RtpPacket_TryParse_AllocatesNothing() =>
        AllocationAssert.None(static () => RtpPacket.TryParse(Packet, out _));

    [Fact]
    public void RtpPacket_TryFindExtension_AllocatesNothing() =>
        AllocationAssert.None(static () =>
        {
            RtpPacket.TryParse(Packet, out var packet);
            packet.TryFindExtension(9, out _);
        });

    [Fact]
    public void RtpExtensionEnumerator_MoveNext_AllocatesNothing() =>
        AllocationAssert.None(static () =>
        {
            RtpPacket.TryParse(Packet, out var packet);
            var elements = packet.Extensions;
            while (elements.MoveNext()) { }
        });

    [Fact]
    public void RtpExtensionIds_Of_MayHave_AllocateNothing() =>
        AllocationAssert.None(static () =>
            RtpExtensionIds.Of(Packet).MayHave(default(RtpExtensionIds).With(3))
        );

    [Fact]
    public void RtpHeaderWriter_AddExtension_AddUInt16_AddUInt24_AddToken_Complete_AllocateNothing()
    {
        var buffer = new byte[200];
        AllocationAssert.None(
            buffer,
            static buffer =>
            {
                var writer = new RtpHeaderWriter(buffer, true, new(96), new(1), 2, new(3));
                writer.AddExtension(1, Delta);
                writer.AddUInt16(2, 3);
                writer.AddUInt24(3, 4);
                writer.AddToken(4, Text);
                writer.Complete();
            }
        );
    }

    [Fact]
    public void DependencyDescriptor_TryParse_AllocatesNothing() =>
        AllocationAssert.None(
            new DependencyStructure(),
            static structure =>
            {
                DependencyDescriptor.TryParse(Key, structure, out _);
                DependencyDescriptor.TryParse(Delta, structure, out var descriptor);
                _ = descriptor.Indication(1);
                _ = descriptor.ChainDifference(0);
                Span<ushort> differences = stackalloc ushort[8];
                _ = descriptor.ReadFrameDifferences(differences);
            }
        );
}
