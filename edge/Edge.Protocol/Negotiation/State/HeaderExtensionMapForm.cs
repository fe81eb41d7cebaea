using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.State;

/// <summary>The form in which a <see cref="HeaderExtensionMap"/> goes to another process.</summary>
public static class HeaderExtensionMapForm
{
    /// <summary>Writes the identifiers.</summary>
    public static void Write(StateWriter writer, HeaderExtensionMap map)
    {
        var group = writer.Begin();
        writer.UInt(map.Mid);
        writer.UInt(map.Rid);
        writer.UInt(map.RepairedRid);
        writer.UInt(map.TransportSequence);
        writer.UInt(map.AbsoluteSendTime);
        writer.UInt(map.AudioLevel);
        writer.UInt(map.DependencyDescriptor);
        writer.UInt(map.VideoLayersAllocation);
        writer.UInt(map.VideoOrientation);
        writer.UInt(map.PlayoutDelay);
        writer.UInt(map.ColorSpace);
        writer.UInt(map.AbsoluteCaptureTime);
        writer.End(group);
    }

    /// <summary>Reads the identifiers; an extension that the writer did not know is not agreed.</summary>
    public static bool TryRead(ref StateReader reader, out HeaderExtensionMap map)
    {
        var group = reader.Begin();
        map = new()
        {
            Mid = reader.UInt8(),
            Rid = reader.UInt8(),
            RepairedRid = reader.UInt8(),
            TransportSequence = reader.UInt8(),
            AbsoluteSendTime = reader.UInt8(),
            AudioLevel = reader.UInt8(),
            DependencyDescriptor = reader.UInt8(),
            VideoLayersAllocation = reader.UInt8(),
            VideoOrientation = reader.UInt8(),
            PlayoutDelay = reader.UInt8(),
            ColorSpace = reader.UInt8(),
            AbsoluteCaptureTime = reader.UInt8(),
        };
        reader.End(group);
        map = reader.IsBroken ? default : map;
        return !reader.IsBroken;
    }
}
