using Edge.Wire.State;

namespace Edge.Protocol.Srtp;

/// <content>How it goes on in another process: every index that was used stays used.</content>
public sealed partial class SrtpSession
{
    /// <summary>Writes the indices of both directions. The keys are the association's.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt(_rtcpIndex);
        _rtpSent.Write(writer);
        _rtpReceived.Write(writer);
        _rtcpReceived.Write(writer);
        writer.End(outer);
    }

    /// <summary>Goes on from what was written under the same keys; nothing may have been used yet.</summary>
    internal void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 4);
        _rtcpIndex = (uint)reader.UInt(RtcpIndexMax);
        _rtpSent.Read(ref reader);
        _rtpReceived.Read(ref reader);
        _rtcpReceived.Read(ref reader);
        reader.End(outer);
    }
}
