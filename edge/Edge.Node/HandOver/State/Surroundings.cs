using Edge.Mesh.Exports;
using Edge.Mesh.Names;
using Edge.Wire.Sdp;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>What other nodes know of a session, as it goes along with it: that its stream is published, and its tracks.</summary>
/// <param name="Claim">What was claimed for the stream that it publishes; null when nothing was.</param>
/// <param name="Exports">What has to be known of tracks that others watch, by the receiver's section.</param>
internal sealed record Surroundings(
    ClaimNotice? Claim,
    IReadOnlyDictionary<int, ExportMemory> Exports
)
{
    /// <summary>Writes it.</summary>
    public void Write(StateWriter writer)
    {
        var group = writer.Begin();
        if (Claim is { } claim)
        {
            ClaimForm.Write(writer, claim);
        }
        else
        {
            writer.Nothing();
        }

        var exports = writer.Begin();
        foreach (var (section, memory) in Exports)
        {
            var export = writer.Begin();
            writer.UInt((ulong)section);
            memory.Write(writer);
            writer.End(export);
        }

        writer.End(exports);
        writer.End(group);
    }

    /// <summary>Reads it; null when it makes no sense.</summary>
    public static Surroundings? TryRead(ref StateReader reader)
    {
        var group = reader.BeginWhole(valuesMin: 2);
        var claim = reader.IsNothing() ? null : ClaimForm.TryRead(ref reader);
        var all = reader.Begin(SdpLimits.SectionsMax, out var count);
        var exports = new Dictionary<int, ExportMemory>(count);
        for (var index = 0; index < count; index++)
        {
            var export = reader.BeginWhole(valuesMin: 2);
            var section = reader.Int32(HandOverValues.TracksMax);
            if (
                ExportMemory.TryRead(ref reader) is not { } memory
                || !exports.TryAdd(section, memory)
            )
            {
                return null;
            }

            reader.End(export);
        }

        reader.End(all);
        reader.End(group);
        return reader.IsBroken ? null : new Surroundings(claim, exports);
    }
}
