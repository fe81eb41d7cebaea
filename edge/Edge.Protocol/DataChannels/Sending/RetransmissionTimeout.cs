namespace Edge.Protocol.DataChannels.Sending;

/// <summary>How long to wait for an answer (RFC 9260 §6.3.1, as RFC 6298).</summary>
internal sealed class RetransmissionTimeout(DataChannelTransportOptions options)
{
    private TimeSpan _smoothed;
    private TimeSpan _variation;

    /// <summary>The timeout, doubled by each that passed since the last answer.</summary>
    public TimeSpan Value { get; private set; } = options.TimeoutInitial;

    /// <summary>The smoothed round trip; zero before the first.</summary>
    public TimeSpan RoundTrip => _smoothed;

    /// <summary>Begins anew.</summary>
    public void Start()
    {
        _smoothed = TimeSpan.Zero;
        Value = options.TimeoutInitial;
    }

    /// <summary>Takes in a measured round trip.</summary>
    public void HandleRoundTrip(TimeSpan measured)
    {
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

        Set(_smoothed + (_variation * 4));
    }

    /// <summary>Doubles the timeout (RFC 9260 §6.3.3 E2).</summary>
    public void HandleTimeout() => Set(Value * 2);

    private void Set(TimeSpan value)
    {
        value = value < options.TimeoutMin ? options.TimeoutMin : value;
        Value = value > options.TimeoutMax ? options.TimeoutMax : value;
    }
}
