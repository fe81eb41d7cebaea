namespace Edge.Protocol.DataChannels.Sending;

/// <summary>How long to wait for an answer (RFC 9260 §6.3.1, as RFC 6298).</summary>
/// <remarks>Deviates from RFC 9260 §6.3.3 in that any progress ends the doubling, not a measured round trip
/// alone: on channels that give messages up hardly any chunk is left to measure. As Chromium.</remarks>
internal sealed partial class RetransmissionTimeout(DataChannelTransportOptions options)
{
    /// <summary>Chosen: doublings beyond any maximum that the options allow.</summary>
    private const int DoublingsMax = 10;

    /// <summary>Chosen: what another process takes of it.</summary>
    private static readonly TimeSpan RoundTripMax = TimeSpan.FromHours(1);

    private TimeSpan _base = options.TimeoutInitial;
    private TimeSpan _smoothed;
    private TimeSpan _variation;
    private int _doublings;

    /// <summary>The timeout, doubled by each that passed since the last answer.</summary>
    public TimeSpan Value
    {
        get
        {
            var value = _base * (1 << _doublings);
            return value > options.TimeoutMax ? options.TimeoutMax : value;
        }
    }

    /// <summary>The smoothed round trip; zero before the first.</summary>
    public TimeSpan RoundTrip => _smoothed;

    /// <summary>Begins anew.</summary>
    public void Start()
    {
        _smoothed = TimeSpan.Zero;
        _base = options.TimeoutInitial;
        _doublings = 0;
    }

    /// <summary>Takes in a measured round trip; one beyond an hour tells of a machine that slept.</summary>
    public void HandleRoundTrip(TimeSpan measured)
    {
        measured = measured > RoundTripMax ? RoundTripMax : measured;
        if (_smoothed == TimeSpan.Zero)
        {
            _smoothed = measured;
            _variation = measured / 2;
        }
        else
        {
            _variation = (_variation * 0.75) + ((_smoothed - measured).Duration() * 0.25);
            _smoothed = (_smoothed * 0.875) + (measured * 0.125);
        }

        var value = _smoothed + (_variation * 4);
        _base = value < options.TimeoutMin ? options.TimeoutMin : value;
        _doublings = 0;
    }

    /// <summary>The peer made progress.</summary>
    public void HandleAnswer() => _doublings = 0;

    /// <summary>Doubles the timeout (RFC 9260 §6.3.3 E2).</summary>
    public void HandleTimeout() => _doublings = Math.Min(_doublings + 1, DoublingsMax);
}
