using System.Collections.Immutable;
using Control.Contract.Calls;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Wire.Sdp;

namespace Edge.Node.Sessions.Calls;

/// <summary>What a request asks of the negotiation, and which of its items each part is for.</summary>
/// <remarks>Items that cannot be asked for are refused here and take no part.</remarks>
internal sealed class Requested
{
    private readonly List<SectionRequest> _requests = [];
    private readonly List<int> _items = [];
    private readonly TrackOutcome?[] _outcomes;

    /// <summary>Begins with nothing asked.</summary>
    /// <param name="items">How many items the request has.</param>
    public Requested(int items) => _outcomes = new TrackOutcome?[items];

    /// <summary>What is asked of the negotiation.</summary>
    public ImmutableArray<SectionRequest> Sections => [.. _requests];

    /// <summary>Whether nothing is asked.</summary>
    public bool IsEmpty => _requests.Count == 0;

    /// <summary>The outcomes in the order of the items; only once each has one.</summary>
    public ImmutableArray<TrackOutcome> Outcomes => [.. _outcomes.OfType<TrackOutcome>()];

    /// <summary>The transport of data channels is taken wherever a client offers it.</summary>
    public static ImmutableArray<SectionRequest> Transport(SessionDescription offer) =>
        OffersDataChannels(offer) ? [new SectionRequest.DataChannels()] : [];

    /// <summary>Asks for something on behalf of an item.</summary>
    public void Add(int item, SectionRequest request)
    {
        _requests.Add(request);
        _items.Add(item);
    }

    /// <summary>Asks for what no item stands for.</summary>
    public void AddTransport(SessionDescription offer)
    {
        if (OffersDataChannels(offer))
        {
            _requests.Add(new SectionRequest.DataChannels());
            _items.Add(-1);
        }
    }

    /// <summary>The item that a part was asked for; -1 when none was.</summary>
    public int ItemOf(int request) => _items[request];

    /// <summary>Settles an item.</summary>
    public void Settle(int item, TrackOutcome outcome) => _outcomes[item] = outcome;

    /// <summary>Refuses an item.</summary>
    public void Refuse(int item, TrackRequest request, CallsError error) =>
        _outcomes[item] = new TrackOutcome(request)
        {
            TrackName = request.TrackName,
            Error = error,
        };

    private static bool OffersDataChannels(SessionDescription offer)
    {
        foreach (var section in offer.Sections)
        {
            if (section.Kind == SdpMediaKind.Application && section.Port != 0)
            {
                return true;
            }
        }

        return false;
    }
}
