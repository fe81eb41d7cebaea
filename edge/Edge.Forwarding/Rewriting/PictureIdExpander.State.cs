using Edge.Wire.Payload;
using Edge.Wire.State;

namespace Edge.Forwarding.Rewriting;

/// <content>What another process needs to go on counting.</content>
internal partial struct PictureIdExpander
{
    /// <summary>Writes it; one that has seen no id as nothing.</summary>
    public readonly void Write(StateWriter writer)
    {
        if (_isStarted)
        {
            writer.UInt((ulong)_last);
        }
        else
        {
            writer.Nothing();
        }
    }

    /// <summary>Reads one.</summary>
    public static PictureIdExpander Read(ref StateReader reader) =>
        reader.IsNothing()
            ? default
            : new PictureIdExpander
            {
                _last = reader.Int32(Vp8Descriptor.PictureIdMask),
                _isStarted = true,
            };
}
