using Edge.Forwarding.Tracks;
using Edge.Mesh;
using Edge.Node.Sessions;
using Edge.Node.Telemetry;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Negotiation.State;
using Edge.Protocol.Transport.Receiving;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>A track that a session publishes, as it goes to another node.</summary>
internal sealed record PublishedPart
{
    private const int PixelsMax = 1 << 30;

    /// <summary>The receiver's section.</summary>
    public required int Section { get; init; }

    /// <summary>Under which name the session publishes it; empty for a track of a stream.</summary>
    public required string Name { get; init; }

    /// <summary>What was agreed.</summary>
    public required MediaAgreement Media { get; init; }

    /// <summary>Which publisher's run it is, at all nodes.</summary>
    public required SourceName Source { get; init; }

    /// <summary>Key frames received.</summary>
    public required long KeyFrameCount { get; init; }

    /// <summary>What was counted when it was last measured.</summary>
    public required LinkTotals Measured { get; init; }

    /// <summary>Which SSRC each layer is at, as the receiver counts them; -1 before the first.</summary>
    public required int[] Epochs { get; init; }

    /// <summary>The last sender report of each layer.</summary>
    public required TrackInlet.LayerReport[] Reports { get; init; }

    /// <summary>What was last said of each layer.</summary>
    public required TrackInlet.LayerWord[] Words { get; init; }

    /// <summary>Which key frames are wished for.</summary>
    public required byte[] KeyFrames { get; init; }

    /// <summary>How much of it anybody can use.</summary>
    public required byte[] Limit { get; init; }

    /// <summary>What its shard knew of it.</summary>
    public required TrackKnowledge Knowledge { get; init; }

    /// <summary>Writes a track. Threads: the session's shard.</summary>
    public static void Write(StateWriter writer, PublishedTrack published, TrackReplica? replica)
    {
        var source = published.Source;
        var group = writer.Begin();
        writer.UInt((ulong)source.Section);
        writer.Text(source.Track.Named?.Name ?? "");
        MediaAgreementForm.Write(writer, published.Media);
        SourceNameForm.Write(writer, source.Name);
        writer.Int(published.KeyFrameCount);
        writer.Totals(published.Measured);
        WriteLayers(writer, published);
        writer.Part(published.Inlet.KeyFrames.Write);
        writer.Part(published.Limit.Write);
        TrackKnowledge.Write(writer, replica);
        writer.End(group);
    }

    /// <summary>Reads a track; null when it makes no sense.</summary>
    public static PublishedPart? TryRead(ref StateReader reader)
    {
        var group = reader.BeginWhole(valuesMin: 10);
        var section = reader.Int32(HandOverValues.TracksMax);
        var name = reader.Text(HandOverValues.NameBytesMax);
        if (!MediaAgreementForm.TryRead(ref reader, out var media))
        {
            return null;
        }

        var source = SourceNameForm.Read(ref reader);
        var keyFrames = reader.Count();
        var measured = reader.Totals();
        var layers = ReadLayers(ref reader, out var epochs, out var reports, out var words);
        var part = new PublishedPart
        {
            Section = section,
            Name = name,
            Media = media,
            Source = source,
            KeyFrameCount = keyFrames,
            Measured = measured,
            Epochs = epochs,
            Reports = reports,
            Words = words,
            KeyFrames = reader.Part(),
            Limit = reader.Part(),
            Knowledge = TrackKnowledge.Read(ref reader),
        };
        reader.End(group);
        var agreed = media.Rids.IsDefaultOrEmpty ? 1 : media.Rids.Length;
        return reader.IsBroken || layers != agreed ? null : part;
    }

    private static void WriteLayers(StateWriter writer, PublishedTrack published)
    {
        var group = writer.Begin();
        for (var layer = 0; layer < published.Source.Rids.Length; layer++)
        {
            var report = published.Inlet.Report(layer);
            var word = published.Inlet.Word(layer);
            var values = writer.Begin();
            writer.Int(published.EpochOf(layer));
            writer.UInt(report.Ntp.Value);
            writer.UInt(report.RtpTimestamp);
            writer.UInt((ulong)word.Said);
            writer.Bool(word.Claim.IsActive);
            writer.UInt((ulong)word.Claim.Pixels);
            writer.Rate(word.Rate);
            writer.End(values);
        }

        writer.End(group);
    }

    private static int ReadLayers(
        ref StateReader reader,
        out int[] epochs,
        out TrackInlet.LayerReport[] reports,
        out TrackInlet.LayerWord[] words
    )
    {
        var group = reader.Begin(Track.LayersMax, out var count);
        epochs = new int[count];
        reports = new TrackInlet.LayerReport[count];
        words = new TrackInlet.LayerWord[count];
        for (var layer = 0; layer < count; layer++)
        {
            var values = reader.BeginWhole(valuesMin: 7);
            epochs[layer] = (int)reader.Int(-1, byte.MaxValue);
            reports[layer] = new(new NtpTimestamp(reader.UInt()), reader.UInt32());
            var said = (LayerSpeaker)reader.Int32((int)LayerSpeaker.Node);
            var claim = new LayerClaim(reader.Bool(), reader.Int32(PixelsMax));
            words[layer] = new(said, claim, reader.Rate(Bitrate.Unlimited));
            reader.End(values);
        }

        reader.End(group);
        return count;
    }
}
