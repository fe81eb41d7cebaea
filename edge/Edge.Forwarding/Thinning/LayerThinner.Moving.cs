namespace Edge.Forwarding.Thinning;

/// <content>Which layers are taken from the next picture on.</content>
internal sealed partial class LayerThinner
{
    private LayerCell NextByDescriptor(in FrameFacts facts)
    {
        var wanted = LayerCell.Best(facts.Present, _cap);
        if (wanted == _cell)
        {
            _isTooLow = false;
            return _cell;
        }

        var next = Lowered(facts, wanted);
        next = Raised(facts, next, wanted);
        _isTooLow = next.Spatial != wanted.Spatial;
        return next;
    }

    /// <summary>The layers below which nothing of the present ones is wanted.</summary>
    private LayerCell Lowered(in FrameFacts facts, LayerCell wanted)
    {
        var temporal = Math.Min(_cell.Temporal, wanted.Temporal);
        if (wanted.Spatial >= _cell.Spatial)
        {
            return new(_cell.Spatial, temporal);
        }

        // Without chains nobody knows whether the lower layer was sent, unless everything was.
        var isWhole = facts.Has(FrameFlags.Chains)
            ? _chains.IsWhole(wanted.Spatial)
            : _cell == LayerCell.All;
        if (isWhole)
        {
            // Where the lower layer stands alone, only its chain is known to be sent, the temporal layer 0.
            return new(wanted.Spatial, facts.IsPartOf(_cell) ? temporal : (byte)0);
        }

        // Of everything there is no lower temporal layer: it is more than one decode target.
        return _cell == LayerCell.All ? _cell : new(_cell.Spatial, temporal);
    }

    /// <summary>The highest wanted layers that one may go over to at this frame, else those given.</summary>
    private LayerCell Raised(in FrameFacts facts, LayerCell from, LayerCell wanted)
    {
        if (facts.Switches == 0 || !IsDecodable(facts))
        {
            return from;
        }

        for (int spatial = wanted.Spatial; spatial >= from.Spatial; spatial--)
        {
            if (!CanTake(facts, spatial, from))
            {
                continue;
            }

            var lowest = spatial == from.Spatial ? from.Temporal + 1 : 0;
            for (int temporal = wanted.Temporal; temporal >= lowest; temporal--)
            {
                var cell = new LayerCell((byte)spatial, (byte)temporal);
                if ((facts.Switches & cell.Bit) != 0)
                {
                    return cell;
                }
            }
        }

        return from;
    }

    /// <summary>Higher temporal layers of the same spatial one: the picture ends where it did.</summary>
    private LayerCell RaisedWithinPicture(in FrameFacts facts)
    {
        var wanted = LayerCell.Best(facts.Present, _cap);
        return wanted.Spatial == _cell.Spatial && wanted.Temporal > _cell.Temporal
            ? Raised(facts, _cell, wanted)
            : _cell;
    }

    private bool CanTake(in FrameFacts facts, int spatial, LayerCell from) =>
        facts.Has(FrameFlags.Chains) ? _chains.IsWhole(spatial) : spatial == from.Spatial;

    /// <summary>Layers told by the payload build on each other: spatial ones are left at once and taken at
    /// key frames; a temporal one is taken where the stream says so, one at a time.</summary>
    /// <remarks>U of VP9 is taken as its encoders set it: the picture itself refers to lower layers only,
    /// as Y of VP8 says (libwebrtc's structures; mediasoup reads it so). RFC 9628 §4.2 promises less, that
    /// later pictures of higher layers refer to none of them before this one.</remarks>
    private LayerCell NextByPayload(in FrameFacts facts)
    {
        var spatial = Math.Min(_cell.Spatial, _cap.Spatial);
        var temporal = Math.Min(_cell.Temporal, _cap.Temporal);
        if (
            temporal < _cap.Temporal
            && facts.Has(FrameFlags.Sync)
            && facts.Cell.Temporal == temporal + 1
        )
        {
            temporal++;
        }

        _isTooLow &= spatial < _cap.Spatial;
        return new(spatial, temporal);
    }

    /// <summary>Where the payload tells layers, that a higher one is there shows by its packets only.</summary>
    private bool IsAboveButWanted(in FrameFacts facts) =>
        !facts.Has(FrameFlags.ByDescriptor)
        && facts.Cell.Spatial > _cell.Spatial
        && facts.Cell.Spatial <= _cap.Spatial;
}
