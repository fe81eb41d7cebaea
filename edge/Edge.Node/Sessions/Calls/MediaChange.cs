using Control.Contract.Calls;
using Edge.Forwarding.LayerSelection;
using Edge.Primitives;
using Edge.Protocol.Negotiation;

namespace Edge.Node.Sessions.Calls;

/// <summary>One change of what a session receives or is sent, for its shard to make.</summary>
internal abstract record MediaChange
{
    private MediaChange() { }

    /// <summary>The client sends a track from now on.</summary>
    internal sealed record Publish(CallsTrack Track, MediaAgreement Media) : MediaChange;

    /// <summary>The client does not send a track any more.</summary>
    /// <param name="Track">The track.</param>
    /// <param name="IsFinal">Whether it is gone for all who pull it; else it goes on over another
    /// transport.</param>
    internal sealed record Unpublish(CallsTrack Track, bool IsFinal) : MediaChange;

    /// <summary>The client is sent a track from now on.</summary>
    internal sealed record Play(
        PulledTrack Pulled,
        StreamTrack Stream,
        MediaAgreement Media,
        PlayTerms Terms
    ) : MediaChange;

    /// <summary>A section carries another track, or the same under another agreement; its numbers go on.</summary>
    internal sealed record Retarget(
        PulledTrack Pulled,
        StreamTrack Stream,
        MediaAgreement Media,
        PlayTerms Terms
    ) : MediaChange;

    /// <summary>The client is not sent a track any more.</summary>
    internal sealed record Unplay(PulledTrack Pulled) : MediaChange;

    /// <summary>The client wants to hear something else.</summary>
    internal sealed record Hear(AudioChoice Audio) : MediaChange;

    /// <summary>The client wants a track earlier or later than others, in no worse quality, not for now, or
    /// again.</summary>
    internal sealed record Deliver(PulledTrack Pulled, PlayTerms Terms) : MediaChange;

    /// <summary>The client wants another layer.</summary>
    internal sealed record Prefer(
        PulledTrack Pulled,
        Rid Rid,
        LayerFallback Fallback,
        bool MayStepDown
    ) : MediaChange;
}
