using Edge.Forwarding.State;
using Edge.Wire.State;

namespace Edge.Forwarding.Thinning;

/// <content>What another process needs to read descriptors of structures that came before: the elements that brought
/// them, as they came.</content>
internal sealed partial class DescriptorReader
{
    private const int Values = 4;

    /// <summary>Whether a structure came.</summary>
    public bool HasStructure => !_current.Element.IsEmpty;

    /// <summary>Writes it.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Int(_structureAt);
        writer.Int(_maskAt);
        _previous.Write(writer);
        _current.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    public static DescriptorReader Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(Values);
        var structureAt = reader.Sequence(min: -1);
        var maskAt = reader.Sequence(min: -1);
        var descriptors = new DescriptorReader();
        descriptors.ReadStructure(ref reader, structureAt - 1);
        descriptors.ReadStructure(ref reader, structureAt);
        reader.End(outer);
        descriptors._structureAt = structureAt;
        descriptors._maskAt = maskAt;
        descriptors._lastStart = default;
        return descriptors;
    }

    /// <summary>Reads a structure again, and which targets were active last.</summary>
    private void ReadStructure(ref StateReader reader, long at)
    {
        var outer = reader.BeginWhole(2);
        var element = reader.Bytes(StructureTables.ElementBytesMax);
        var active = reader.UInt32();
        reader.End(outer);
        if (element.IsEmpty)
        {
            return;
        }

        Read(element, at, out _);
        if (!_current.Element.SequenceEqual(element))
        {
            reader.Break();
        }

        _current.Active = active;
    }
}
