using System.Buffers.Binary;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>A TCP connection of a session, as the letter tells of it. The connection itself goes beside it, or is lost.</summary>
/// <param name="Token">What it is called.</param>
/// <param name="Remote">The client's address, without a number.</param>
/// <param name="Facts">What ICE knew of it.</param>
internal readonly record struct ConnectionPart(
    UInt128 Token,
    NetworkAddress Remote,
    IcePathFacts Facts
)
{
    private const int TokenBytes = 16;

    /// <summary>Writes those of a session.</summary>
    public static void WriteAll(StateWriter writer, IReadOnlyList<ConnectionPart> parts)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        var group = writer.Begin();
        foreach (var part in parts)
        {
            var values = writer.Begin();
            BinaryPrimitives.WriteUInt128BigEndian(token, part.Token);
            writer.Bytes(token);
            writer.Address(part.Remote);
            writer.Moment(part.Facts.SeenAt);
            writer.Moment(part.Facts.ConsentAt);
            writer.Bool(part.Facts.IsSelected);
            writer.End(values);
        }

        writer.End(group);
    }

    /// <summary>Reads them; the version before wrote none.</summary>
    public static ConnectionPart[] ReadAll(ref StateReader reader)
    {
        if (reader.IsNothing())
        {
            return [];
        }

        Span<byte> token = stackalloc byte[TokenBytes];
        var group = reader.Begin(SessionRoutes.RoutesMax, out var count);
        var parts = new ConnectionPart[count];
        for (var index = 0; index < count; index++)
        {
            var values = reader.BeginWhole(valuesMin: 5);
            reader.Bytes(token);
            parts[index] = new(
                BinaryPrimitives.ReadUInt128BigEndian(token),
                reader.Address(),
                new IcePathFacts(reader.Moment(), reader.Moment(), reader.Bool())
            );
            reader.End(values);
        }

        reader.End(group);
        return parts;
    }
}
