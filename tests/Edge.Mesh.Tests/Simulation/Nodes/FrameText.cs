using System.Globalization;
using System.Text;
using Edge.Mesh.Tests.Simulation.Clients;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <summary>A frame in words, for the log.</summary>
internal static class FrameText
{
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        if (MeshFrameReader.TryParse(bytes, out var frame) != MeshParseError.None)
        {
            return "nonsense";
        }

        var header = frame.Header;
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"source {header.Epoch} layer {header.Layer} number {header.Number} after {header.After}"
        );
        text.Append(frame.Description.IsEmpty ? ":" : ", described:");
        while (frame.TryReadPacket(out var packet, out var rtp))
        {
            var stamp = MediaStamp.Read(
                rtp[(MediaStamp.HeaderBytes + MediaStamp.DescriptorBytes)..]
            );
            text.Append(
                CultureInfo.InvariantCulture,
                $" {packet.ExtendedSequence}={stamp.Frame}.{stamp.Index}/{stamp.Count}{(stamp.IsKeyFrame ? "k" : "")}"
            );
        }

        return text.ToString();
    }
}
