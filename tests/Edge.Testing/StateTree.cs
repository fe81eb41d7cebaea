using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Wire.Mesh.MessagePack;
using Edge.Wire.State;

namespace Edge.Testing;

/// <summary>A written state taken apart, so that a test can change it as another version would.</summary>
public sealed class StateTree
{
    private const byte GroupMark = 0xDD;
    private const int HeaderBytes = 5;

    private readonly byte[] _value = [];

    private StateTree(List<StateTree> items) => Items = items;

    private StateTree(byte[] value) => _value = value;

    /// <summary>What a group holds; null for a value.</summary>
    public List<StateTree>? Items { get; }

    /// <summary>What a later version has appended: a group, of which this one knows nothing.</summary>
    public static StateTree Later
    {
        get
        {
            using var writer = new StateWriter(Instant.Zero, bytesMax: 1000);
            var group = writer.Begin();
            writer.Text("what comes later");
            writer.End(group);
            return Parse(writer.Written);
        }
    }

    /// <summary>What one writes as the only value.</summary>
    public static StateTree Of(Action<StateWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var writer = new StateWriter(Instant.Zero, bytesMax: 100_000);
        write(writer);
        return Parse(writer.Written);
    }

    /// <summary>Bytes as a value.</summary>
    public static StateTree Binary(ReadOnlySpan<byte> bytes)
    {
        using var writer = new StateWriter(Instant.Zero, bytes.Length + HeaderBytes);
        writer.Bytes(bytes);
        return Parse(writer.Written);
    }

    /// <summary>The only value of what was written.</summary>
    public static StateTree Parse(ReadOnlySpan<byte> state)
    {
        var tree = Parse(ref state);
        return state.IsEmpty ? tree : throw new TestingException("There is more than one value.");
    }

    /// <summary>The bytes of a value.</summary>
    public byte[] ToBinary() => new StateReader(_value, Instant.Zero).Bytes(int.MaxValue).ToArray();

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

    /// <summary>All groups and lists, from here down.</summary>
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

    /// <summary>All groups and lists from here down, but for those below some, each with the numbers that lead to it.</summary>
    /// <param name="except">Whose path is passed over.</param>
    /// <param name="path">Of this one.</param>
    public IEnumerable<(StateTree Group, string Path)> Groups(string except, string path = "")
    {
        if (Items is null || string.Equals(path, except, StringComparison.Ordinal))
        {
            yield break;
        }

        yield return (this, path);
        for (var index = 0; index < Items.Count; index++)
        {
            foreach (var below in Items[index].Groups(except, $"{path}/{index}"))
            {
                yield return below;
            }
        }
    }

    /// <summary>It as it is written.</summary>
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
            if (!reader.TryReadEncoded(out var value))
            {
                throw new TestingException("There is something that is no value.");
            }

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
