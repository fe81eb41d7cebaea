using Edge.Primitives;

namespace Edge.Forwarding.Thinning;

/// <summary>Whether the chain of each spatial layer is whole in what one viewer got.</summary>
/// <remarks>Every frame says how far back the last frame of each chain is. A chain is broken from where such
/// a frame was left out to where it begins again. One that upstream lost may still come: until it does the
/// chain is not whole, and not broken. Source: AV1 RTP specification, appendix A.6.</remarks>
internal partial struct ChainStates
{
    private byte _broken;
    private byte _awaited;
    private AwaitedFrames _frames;

    /// <summary>Takes all chains for whole: nothing was left out until now.</summary>
    public void Reset()
    {
        _broken = 0;
        _awaited = 0;
    }

    /// <summary>Whether the chain of a spatial layer is whole up to the frame handled last.</summary>
    public readonly bool IsWhole(int spatial) => ((_broken | _awaited) & (1 << spatial)) == 0;

    /// <summary>Looks at a new frame, before its own fate is known.</summary>
    [HotPath]
    public void HandleFrame(in FrameFacts facts, FrameLedger ledger)
    {
        for (var spatial = 0; spatial < LayerCell.LayersMax; spatial++)
        {
            var bit = (byte)(1 << spatial);
            if ((_awaited & bit) != 0)
            {
                Settle(spatial, bit, ledger);
            }

            int step = facts.Chains[spatial];
            if (step == 0)
            {
                _broken &= (byte)~bit;
                _awaited &= (byte)~bit;
                continue;
            }

            Follow(spatial, bit, unchecked((ushort)(facts.Frame - step)), ledger);
        }
    }

    private void Follow(int spatial, byte bit, ushort previous, FrameLedger ledger)
    {
        switch (ledger.FateOf(previous))
        {
            case FrameFate.Dropped:
                _broken |= bit;
                break;
            case FrameFate.Unknown when (_awaited & bit) != 0 && _frames[spatial] != previous:
                // A second one is missing; who waits for both needs the next key frame.
                _broken |= bit;
                break;
            case FrameFate.Unknown:
                _awaited |= bit;
                _frames[spatial] = previous;
                break;
            case FrameFate.Forwarded:
            default:
                break;
        }
    }

    private void Settle(int spatial, byte bit, FrameLedger ledger)
    {
        switch (ledger.FateOf(_frames[spatial]))
        {
            case FrameFate.Forwarded:
                _awaited &= (byte)~bit;
                break;
            case FrameFate.Dropped:
                _awaited &= (byte)~bit;
                _broken |= bit;
                break;
            case FrameFate.Unknown:
            default:
                break;
        }
    }

    [System.Runtime.CompilerServices.InlineArray(LayerCell.LayersMax)]
    private struct AwaitedFrames
    {
        private ushort _first;
    }
}
