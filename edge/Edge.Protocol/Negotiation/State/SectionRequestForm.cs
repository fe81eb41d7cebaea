using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Wire.Payload;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.State;

/// <summary>The form in which a <see cref="SectionRequest"/> goes to another process: its kind, then what that kind has.</summary>
public static class SectionRequestForm
{
    private const int Receive = 0;
    private const int ReceiveAll = 1;
    private const int Send = 2;
    private const int DataChannels = 3;
    private const int Stop = 4;

    /// <summary>Writes a request.</summary>
    public static void Write(StateWriter writer, SectionRequest request)
    {
        var group = writer.Begin();
        switch (request)
        {
            case SectionRequest.Receive receive:
                writer.UInt(Receive);
                writer.OptionalText(receive.Mid);
                writer.OptionalNumber((ulong?)receive.Kind);
                writer.Optional(receive.Bidirectional, WriteSources);
                break;
            case SectionRequest.ReceiveAll:
                writer.UInt(ReceiveAll);
                break;
            case SectionRequest.Send send:
                writer.UInt(Send);
                PlayableTrackForm.Write(writer, send.Track);
                writer.OptionalText(send.Mid);
                break;
            case SectionRequest.DataChannels:
                writer.UInt(DataChannels);
                break;
            case SectionRequest.Stop stop:
                writer.UInt(Stop);
                writer.Text(stop.Mid);
                break;
            default:
                break;
        }

        writer.End(group);
    }

    /// <summary>Reads a request; one of a kind that this version does not know makes no sense to it.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out SectionRequest request
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        SectionRequest? read = reader.Int32(Stop) switch
        {
            Receive => ReadReceive(ref reader),
            ReceiveAll => new SectionRequest.ReceiveAll(),
            Send => ReadSend(ref reader),
            DataChannels => new SectionRequest.DataChannels(),
            _ => new SectionRequest.Stop(reader.Text(NegotiatedValues.TextBytesMax)),
        };
        reader.End(group);
        request = reader.IsBroken ? null : read;
        return request is not null;
    }

    private static SectionRequest.Receive ReadReceive(ref StateReader reader)
    {
        var mid = reader.OptionalText();
        MediaKind? kind = reader.IsNothing() ? null : (MediaKind)reader.Int32((int)MediaKind.Video);
        return new(mid, kind) { Bidirectional = reader.Optional<ReservedSources>(TryReadSources) };
    }

    private static SectionRequest.Send? ReadSend(ref StateReader reader) =>
        PlayableTrackForm.TryRead(ref reader, out var track)
            ? new(track, reader.OptionalText())
            : null;

    private static void WriteSources(StateWriter writer, ReservedSources sources)
    {
        var group = writer.Begin();
        writer.Text(sources.TrackId);
        writer.UInt(sources.Media.Value);
        writer.UInt(sources.Rtx.Value);
        writer.End(group);
    }

    private static bool TryReadSources(
        ref StateReader reader,
        [MaybeNullWhen(false)] out ReservedSources sources
    )
    {
        var group = reader.BeginWhole(valuesMin: 1);
        var read = new ReservedSources(
            reader.Text(NegotiatedValues.TextBytesMax),
            new Ssrc(reader.UInt32()),
            new Ssrc(reader.UInt32())
        );
        reader.End(group);
        sources = reader.IsBroken ? null : read;
        return sources is not null;
    }
}
