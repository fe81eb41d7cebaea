using System.Globalization;
using System.Text.Unicode;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Wire.Tests.Mesh;

/// <summary>Frames as text, made from what our readers give and, slowly, from the values as objects; null
/// when refused.</summary>
internal static class SlowMeshFrame
{
    public static string? DumpOurs(ReadOnlySpan<byte> bytes)
    {
        if (MeshFrameReader.TryParse(bytes, out var frame) != MeshParseError.None)
        {
            return null;
        }

        var header = frame.Header;
        var text = Join(
            header.Generation,
            header.Epoch,
            header.Layer,
            header.SentAt.Value,
            header.Number,
            header.After
        );
        var count = 0;
        while (frame.TryReadPacket(out var packet, out var rtp))
        {
            Assert.True(rtp.IsEmpty || bytes.Overlaps(rtp));
            text += Join(
                packet.ExtendedSequence,
                packet.RtpTimestamp,
                (uint)packet.Flags,
                packet.TemporalLayer,
                packet.CaptureTime.Value,
                (long)packet.Age.TotalMicroseconds,
                Convert.ToHexString(rtp)
            );
            count++;
        }

        Assert.Equal(frame.PacketCount, count);
        return text
            + Join(
                frame.Description.IsEmpty ? "none" : DumpDescription(frame.Description),
                frame.State.IsEmpty ? "none" : DumpState(frame.State)
            );
    }

    public static string? DumpSlowly(ReadOnlySpan<byte> bytes)
    {
        SlowMessagePack.TryRead(bytes, out var value);
        var frame = value as object?[] ?? [];
        if (
            At(frame, 0) is not 1UL
            || At(frame, 1) is not ulong
            || At(frame, 2) is not <= (ulong)ushort.MaxValue
            || At(frame, 3) is not < (ulong)MeshLimits.LayersMax
            || At(frame, 4) is not ulong
            || At(frame, 5) is not object?[] { Length: <= MeshLimits.FramePacketsMax } packets
        )
        {
            return null;
        }

        if (At(frame, 8) is not (null or ulong) || At(frame, 9) is not (null or ulong))
        {
            return null;
        }

        var text = Join([.. frame[1..5], At(frame, 8) ?? 0, At(frame, 9) ?? 0]);
        foreach (var each in packets)
        {
            var packet = each as object?[] ?? [];
            if (
                At(packet, 0) is not <= (ulong)long.MaxValue
                || At(packet, 1) is not <= (ulong)uint.MaxValue
                || At(packet, 2) is not <= (ulong)uint.MaxValue
                || At(packet, 3) is not (<= (ulong)sbyte.MaxValue or -1L)
                || At(packet, 4) is not ulong
                || At(packet, 5) is not byte[] { Length: <= MeshLimits.PacketBytesMax } rtp
                || At(packet, 6) is not (null or <= 3_600_000_000UL)
            )
            {
                return null;
            }

            text += Join([.. packet[..5], At(packet, 6) ?? 0, Convert.ToHexString(rtp)]);
        }

        return text
            + Join(
                At(frame, 6) is { } description ? DumpSlowDescription(description) : "none",
                At(frame, 7) is { } state ? DumpSlowState(state) : "none"
            );
    }

    private static string? DumpDescription(ReadOnlySpan<byte> bytes) =>
        MeshDescription.TryParse(bytes, out var read) != MeshParseError.None
            ? null
            : Join(
                read!.Kind == MediaKind.Video ? 1 : 0,
                read.CodecName,
                read.PayloadType,
                read.ClockRate,
                read.Channels,
                read.Format,
                read.TelephoneEventPayloadType?.Value,
                Join([.. read.Rids]),
                Join([.. read.Extensions.Select(each => Join(each.Uri, each.Id))]),
                read.IsEndToEndEncrypted,
                read.RedPayloadType?.Value
            );

    private static string? DumpSlowDescription(object value)
    {
        var read = value as object?[] ?? [];
        var rids = At(read, 7) ?? Array.Empty<object?>();
        var extensions = At(read, 8) ?? Array.Empty<object?>();
        if (
            At(read, 0) is not <= 1UL
            || !IsLine(At(read, 1))
            || At(read, 2) is not <= 127UL
            || At(read, 3) is not (>= 1UL and <= (ulong)uint.MaxValue)
            || At(read, 4) is not (null or (>= 1UL and <= 255UL))
            || (At(read, 5) is { } format && !IsLine(format))
            || At(read, 6) is not (null or <= 127UL)
            || rids is not object?[] { Length: <= MeshLimits.LayersMax } names
            || !names.All(name => name is SlowText text && Token16.TryCreate(text.Utf8, out _))
            || extensions is not object?[] { Length: <= MeshLimits.ExtensionsMax } pairs
            || !pairs.All(pair =>
                pair is object?[] each && IsLine(At(each, 0)) && At(each, 1) is >= 1UL and <= 255UL
            )
            || At(read, 9) is not (null or ulong)
            || At(read, 10) is not (null or <= 127UL)
        )
        {
            return null;
        }

        return Join([
            .. read[..4],
            At(read, 4) ?? 1,
            At(read, 5),
            At(read, 6),
            Join(names),
            Join([.. pairs.Select(pair => Join(((object?[])pair!)[..2]))]),
            At(read, 9) is ulong flags && (flags & 1) != 0,
            At(read, 10),
        ]);
    }

    private static string? DumpState(ReadOnlySpan<byte> bytes)
    {
        Span<MeshLayerState> layers = stackalloc MeshLayerState[MeshLimits.LayersMax];
        return
            MeshTrackState.TryParse(bytes, layers, out var count, out var read)
            != MeshParseError.None
            ? null
            : Join(
                Join([
                    .. layers[..count]
                        .ToArray()
                        .Select(each =>
                            Join(each.IsActive, each.Pixels, each.Bitrate.BitsPerSecond)
                        ),
                ]),
                read.Report?.Ntp.Value,
                read.Report?.RtpTimestamp,
                (byte)read.End,
                read.IsSilent
            );
    }

    private static string? DumpSlowState(object value)
    {
        var read = value as object?[] ?? [];
        if (
            At(read, 0) is not object?[] all
            // Those beyond the most there can be are not looked at.
            || all[..Math.Min(all.Length, MeshLimits.LayersMax)] is not { } layers
            || !layers.All(layer =>
                layer is object?[] each
                && At(each, 0) is bool
                && At(each, 1) is null or <= (ulong)uint.MaxValue
                && At(each, 2) is null or <= (ulong)long.MaxValue
            )
            || At(read, 1) is not (null or object?[])
            || At(read, 2) is not (null or <= 2UL)
            || At(read, 3) is not (null or bool)
        )
        {
            return null;
        }

        var report = At(read, 1) as object?[];
        if (
            report is not null
            && (At(report, 0) is not ulong || At(report, 1) is not <= (ulong)uint.MaxValue)
        )
        {
            return null;
        }

        return Join(
            Join([
                .. layers
                    .Cast<object?[]>()
                    .Select(each => Join(At(each, 0), At(each, 1) ?? 0, At(each, 2) ?? 0)),
            ]),
            report?[0],
            report?[1],
            At(read, 2) ?? 0,
            At(read, 3) ?? false
        );
    }

    /// <summary>An element; null stands for nil and for one that is missing, which mean the same wherever
    /// either is allowed.</summary>
    private static object? At(object?[] elements, int index) =>
        index < elements.Length ? elements[index] : null;

    private static bool IsLine(object? value) =>
        value is SlowText text
        && Utf8.IsValid(text.Utf8)
        && text.Utf8.Length > 0
        && !text.ToString().Any(character => character is '\0' or '\r' or '\n');

    private static string Join(params object?[] values) =>
        $"[{string.Join(' ', values.Select(value => Convert.ToString(value ?? "nil", CultureInfo.InvariantCulture)))}]\n";
}
