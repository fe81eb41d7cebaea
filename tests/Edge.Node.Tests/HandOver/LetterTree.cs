using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Mesh.MessagePack;
using Edge.Wire.State;

namespace Edge.Node.Tests.HandOver;

/// <summary>A written state taken apart, so that a test can change it as a later version would.</summary>
internal sealed class LetterTree
{
    private const byte GroupMark = 0xDD;
    private const int HeaderBytes = 5;

    private readonly byte[] _value = [];

    private LetterTree(List<LetterTree> items) => Items = items;

    private LetterTree(byte[] value) => _value = value;

    /// <summary>What a group holds; null for a value.</summary>
    public List<LetterTree>? Items { get; }

    /// <summary>What a later version has appended: a group, of which this one knows nothing.</summary>
    public static LetterTree Later
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

    /// <summary>Bytes as a value.</summary>
    public static LetterTree Binary(ReadOnlySpan<byte> bytes)
    {
        using var writer = new StateWriter(Instant.Zero, bytes.Length + HeaderBytes);
        writer.Bytes(bytes);
        return Parse(writer.Written);
    }

    public static LetterTree Parse(ReadOnlySpan<byte> state)
    {
        var tree = Parse(ref state);
        return state.IsEmpty ? tree : throw new TestingException("There is more than one value.");
    }

    /// <summary>The bytes of a value.</summary>
    public byte[] ToBinary() => new StateReader(_value, Instant.Zero).Bytes(int.MaxValue).ToArray();

    /// <summary>All groups and lists from here down, but for those below some, each with the numbers that lead to it.</summary>
    /// <param name="except">Whose path is passed over.</param>
    /// <param name="path">Of this one.</param>
    public IEnumerable<(LetterTree Group, string Path)> Groups(string except, string path = "")
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

    private static LetterTree Parse(ref ReadOnlySpan<byte> rest)
    {
        if (rest[0] != GroupMark)
        {
            var reader = new MessagePackReader(rest);
            if (!reader.TryReadEncoded(out var value))
            {
                throw new TestingException("There is something that is no value.");
            }

            rest = rest[value.Length..];
            return new LetterTree(value.ToArray());
        }

        var items = new List<LetterTree>();
        var count = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
        rest = rest[HeaderBytes..];
        while (items.Count < count)
        {
            items.Add(Parse(ref rest));
        }

        return new LetterTree(items);
    }
}
