using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Rtp;

namespace Edge.Protocol.Transport.Sending;

/// <summary>Which header extensions of a publisher's packets a viewer gets, and under which ids.</summary>
/// <remarks>
/// Carried over: what describes the content (audio level, orientation, playout delay, colour space,
/// capture time). Rewritten for each viewer: the dependency descriptor, whose frame numbers would run
/// backwards at a layer switch or a returning publisher. Written anew: mid, transport sequence, send time.
/// Left out: rids.
/// </remarks>
public sealed class ExtensionTranslation
{
    /// <summary>Carries nothing over.</summary>
    public static readonly ExtensionTranslation None = new(default, default);

    private readonly byte[] _outgoing = new byte[256];

    /// <summary>Makes the table from one side's ids to the other's.</summary>
    public ExtensionTranslation(HeaderExtensionMap source, HeaderExtensionMap target)
    {
        Carry(source.AudioLevel, target.AudioLevel);
        Carry(source.VideoOrientation, target.VideoOrientation);
        Carry(source.PlayoutDelay, target.PlayoutDelay);
        Carry(source.ColorSpace, target.ColorSpace);
        Carry(source.AbsoluteCaptureTime, target.AbsoluteCaptureTime);
        if (target.DependencyDescriptor != 0)
        {
            SourceDescriptor = source.DependencyDescriptor;
            TargetDescriptor = target.DependencyDescriptor;
            Carried = SourceDescriptor == 0 ? Carried : Carried.With(SourceDescriptor);
        }
    }

    /// <summary>The publisher's ids of all that the viewer gets.</summary>
    public RtpExtensionIds Carried { get; private set; }

    /// <summary>The publisher's id of the dependency descriptor; 0 when it is not carried over.</summary>
    public byte SourceDescriptor { get; }

    /// <summary>The viewer's id of it.</summary>
    public byte TargetDescriptor { get; }

    /// <summary>The viewer's id for a publisher's id; 0 when it is not carried over as it is.</summary>
    [HotPath]
    public byte Outgoing(byte sourceId) => _outgoing[sourceId];

    private void Carry(byte sourceId, byte targetId)
    {
        if (sourceId != 0 && targetId != 0)
        {
            _outgoing[sourceId] = targetId;
            Carried = Carried.With(sourceId);
        }
    }
}
