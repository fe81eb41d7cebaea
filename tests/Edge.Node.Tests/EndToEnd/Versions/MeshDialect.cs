using System.Text.Json.Nodes;
using Edge.Testing;
using Edge.Wire.Mesh.MessagePack;

namespace Edge.Node.Tests.EndToEnd.Versions;

/// <summary>Says what a node of this version says as one of another would.</summary>
/// <remarks>Of arrays only those with a shape grow: a list's elements mean the same in every version.</remarks>
internal static class MeshDialect
{
    /// <summary>Elements of a frame before numbers (<see cref="Wire.Mesh.Frames.MeshFrameWriter"/>).</summary>
    private const int FrameElementsBefore = 8;

    /// <summary>Elements of a demand's entry before ceilings, and now.</summary>
    private const int EntryElementsBefore = 3;

    /// <inheritdoc cref="EntryElementsBefore"/>
    private const int EntryElements = 5;

    private const int EntriesElement = 6;

    /// <summary>Elements of a packet before ages.</summary>
    private const int PacketElementsBefore = 6;

    private const int PacketsElement = 5;
    private const int DescriptionElement = 6;
    private const int StateElement = 7;
    private const byte Nil = 0xC0;

    /// <summary>Elements of this version, by the subject's first token.</summary>
    private static readonly Dictionary<string, int> Elements = new(StringComparer.Ordinal)
    {
        ["media"] = 10,
        ["cache"] = 10,
        ["demand"] = 7,
        ["data"] = 8,
        ["ack"] = 8,
    };

    /// <summary>An array, as what is appended; nobody knows what it means.</summary>
    private static readonly byte[] Appended = [0x92, 0x01, 0xA1, (byte)'x'];

    /// <summary>Says a message in another version.</summary>
    public static byte[] Say(MeshVersion version, string subject, ReadOnlySpan<byte> payload)
    {
        if (version == MeshVersion.Present || payload.IsEmpty)
        {
            return payload.ToArray();
        }

        if (payload[0] == '{')
        {
            return SayJson(version, payload);
        }

        var kind = subject[..subject.IndexOf('.')];
        return version == MeshVersion.After ? Grow(kind, payload) : Shrink(kind, payload);
    }

    private static byte[] SayJson(MeshVersion version, ReadOnlySpan<byte> payload)
    {
        var said = JsonNode.Parse(payload)!.AsObject();
        if (version == MeshVersion.After)
        {
            said["appended"] = new JsonObject { ["by"] = new JsonArray(1, "x") };
        }
        else
        {
            said.Remove("ageMs");
            said.Remove("content");
            (said["track"] as JsonObject)?.Remove("takesEncrypted");
        }

        return System.Text.Encoding.UTF8.GetBytes(said.ToJsonString());
    }

    private static byte[] Grow(string kind, ReadOnlySpan<byte> message)
    {
        var elements = Open(message);
        if (IsDemand(kind))
        {
            elements[EntriesElement] = Close([
                .. Open(elements[EntriesElement]).Select(entry => GrowEntry(entry)),
            ]);
        }
        else if (IsFrame(kind))
        {
            elements[PacketsElement] = Close([
                .. Open(elements[PacketsElement]).Select(packet => Grow(packet)),
            ]);
            elements[DescriptionElement] = Grow(elements[DescriptionElement]);
            elements[StateElement] = Grow(elements[StateElement]);
        }

        while (elements.Count < Elements[kind])
        {
            elements.Add([Nil]); // One that is left out when it says nothing.
        }

        return Close([.. elements, Appended]);
    }

    private static byte[] Shrink(string kind, ReadOnlySpan<byte> message)
    {
        if (IsDemand(kind))
        {
            var demand = Open(message);
            demand[EntriesElement] = Close([
                .. Open(demand[EntriesElement])
                    .Select(entry => Close(Open(entry)[..EntryElementsBefore])),
            ]);
            return Close(demand);
        }

        if (!IsFrame(kind))
        {
            return message.ToArray(); // Nothing was appended without a meaning that is needed.
        }

        var elements = Open(message)[..FrameElementsBefore];
        elements[PacketsElement] = Close([
            .. Open(elements[PacketsElement])
                .Select(packet => Close(Open(packet)[..PacketElementsBefore])),
        ]);
        return Close(elements);
    }

    private static bool IsFrame(string kind) => kind is "media" or "cache";

    private static bool IsDemand(string kind) => kind is "demand";

    /// <summary>What says nothing is left out at the end.</summary>
    private static byte[] GrowEntry(ReadOnlySpan<byte> entry)
    {
        var elements = Open(entry);
        while (elements.Count < EntryElements)
        {
            elements.Add([Nil]);
        }

        return Close([.. elements, Appended]);
    }

    private static byte[] Grow(ReadOnlySpan<byte> array) =>
        array is [Nil] ? [Nil] : Close([.. Open(array), Appended]);

    private static List<byte[]> Open(ReadOnlySpan<byte> array)
    {
        var reader = new MessagePackReader(array);
        if (!reader.TryReadArrayHeader(out var count))
        {
            throw new TestingException("A message of the mesh is neither an object nor an array.");
        }

        var elements = new List<byte[]>(count);
        while (elements.Count < count)
        {
            if (!reader.TryReadEncoded(out var element))
            {
                throw new TestingException($"An element of the mesh is malformed: {reader.Error}.");
            }

            elements.Add(element.ToArray());
        }

        return elements;
    }

    private static byte[] Close(List<byte[]> elements)
    {
        var bytes = new byte[elements.Sum(element => element.Length) + sizeof(uint) + 1];
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(elements.Count);
        foreach (var element in elements)
        {
            writer.WriteEncoded(element);
        }

        return bytes[..writer.Length];
    }
}
