using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>A written state taken apart, so that a test can change it as another version would.</summary>
internal sealed class StateTree
{
    private const byte GroupMark = 0xDD;
    private const int HeaderBytes = 5;

    private readonly byte[] _value = [];

    private StateTree(List<StateTree> items) => Items = items;

    private StateTree(byte[] value) => _value = value;

    /// <summary>What a group holds; null for a value.</summary>
    public List<StateTree>? Items { get; }

    /// <summary>What one writes as the only value.</summary>
    public static StateTree Of(Action<StateWriter> write)
    {
        using var writer = new StateWriter(Instant.Zero, bytesMax: 100_000);
        write(writer);
        return Parse(writer.Written);
    }

    /// <summary>The group that is found in groups by the numbers of their values.</summary>
    public List<StateTree> At(params ReadOnlySpan<int> path)
    {
        var group = this;
        foreach (var index in path)
        {
            group = group.Items![index];
        }

        return group.Items!;
    }

    public static StateTree Parse(ReadOnlySpan<byte> state)
    {
        var tree = Parse(ref state);
        Assert.Equal(0, state.Length);
        return tree;
    }

    /// <summary>All groups and lists, from the root down.</summary>
    public IEnumerable<StateTree> Groups()
    {
        if (Items is null)
        {
            yield break;
        }

        yield return this;
        foreach (var group in Items.SelectMany(item => item.Groups()))
        {
            yield return group;
        }
    }

    public byte[] ToBytes()
    {
        if (Items is null)
        {
            return _value;
        }

        var header = new byte[HeaderBytes];
        header[0] = GroupMark;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), Items.Count);
        return [.. header, .. Items.SelectMany(item => item.ToBytes())];
    }

    private static StateTree Parse(ref ReadOnlySpan<byte> rest)
    {
        if (rest[0] != GroupMark)
        {
            var reader = new MessagePackReader(rest);
            Assert.True(reader.TryReadEncoded(out var value));
            rest = rest[value.Length..];
            return new StateTree(value.ToArray());
        }

        var items = new List<StateTree>();
        var count = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
        rest = rest[HeaderBytes..];
        while (items.Count < count)
        {
            items.Add(Parse(ref rest));
        }

        return new StateTree(items);
    }
}
