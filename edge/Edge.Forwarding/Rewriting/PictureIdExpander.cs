using Edge.Wire.Payload;

namespace Edge.Forwarding.Rewriting;

/// <summary>Puts picture ids of one layer on the 15-bit circle when the publisher counts 7 bits, by
/// nearness to the last.</summary>
internal partial struct PictureIdExpander
{
    private const int ShortRange = 128;

    private int _last;
    private bool _isStarted;

    /// <summary>The id on the 15-bit circle.</summary>
    public ushort Expand(in Vp8Descriptor descriptor)
    {
        if (!descriptor.HasPictureId)
        {
            return 0;
        }

        if (descriptor.HasLongPictureId || !_isStarted)
        {
            _last = descriptor.PictureId;
            _isStarted = true;
            return descriptor.PictureId;
        }

        var steps = (descriptor.PictureId - _last) & (ShortRange - 1);
        var isOlder = steps >= ShortRange / 2;
        var expanded = (_last + steps - (isOlder ? ShortRange : 0)) & Vp8Descriptor.PictureIdMask;
        if (!isOlder)
        {
            _last = expanded;
        }

        return (ushort)expanded;
    }
}
