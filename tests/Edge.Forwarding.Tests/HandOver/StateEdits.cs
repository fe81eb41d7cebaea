using System.Buffers.Binary;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>States as other versions would have written them.</summary>
internal static class StateEdits
{
    private const byte Array32 = 0xDD;
    private const byte Nil = 0xC0;
    private const int HeaderBytes = 5;

    /// <summary>The state with a value more in the outer group and in each of some groups within it.</summary>
    public static byte[] WithMore(byte[] state, params int[] groups) =>
        Edit(state, groups, delta: 1);

    /// <summary>The state without the last value of a group within the outer one.</summary>
    public static byte[] WithLess(byte[] state, int group) => Edit(state, [group], delta: -1);

    /// <summary>How many values the outer group has.</summary>
    public static int Values(byte[] state) =>
        (int)BinaryPrimitives.ReadUInt32BigEndian(state.AsSpan(1));

    /// <summary>How many values a group within the outer one has; 0 where the value is no group.</summary>
    public static int Values(byte[] state, int group)
    {
        var value = ValuesOf(state).ElementAt(group);
        return value[0] == Array32 ? Values(value) : 0;
    }

    private static byte[] Edit(byte[] state, int[] groups, int delta)
    {
        var values = ValuesOf(state);
        foreach (var group in groups)
        {
            var inner = ValuesOf(values[group]);
            values[group] = Group(delta < 0 ? inner[..^1] : [.. inner, [Nil]]);
        }

        return Group(delta < 0 ? values : [.. values, [Nil]]);
    }

    private static List<byte[]> ValuesOf(byte[] group)
    {
        List<byte[]> values = [];
        var start = HeaderBytes;
        for (var count = Values(group); count > 0; count--)
        {
            var reader = new MessagePackReader(group.AsSpan(start));
            _ = reader.TrySkip(1);
            values.Add(group.AsSpan(start, reader.OffsetBytes).ToArray());
            start += reader.OffsetBytes;
        }

        return values;
    }

    private static byte[] Group(List<byte[]> values)
    {
        var header = new byte[HeaderBytes];
        header[0] = Array32;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(1), (uint)values.Count);
        return [.. header, .. values.SelectMany(value => value)];
    }
}
