using Edge.Primitives;

namespace Edge.Protocol.Tests.Congestion.Sending.Simulation;

/// <summary>What happened in a simulation, and the numbers of the issue computed from it.</summary>
internal sealed class WorldTrace
{
    private readonly List<Moment> _moments = [];
    private readonly List<(int Ms, double QueuedMs)> _packets = [];

    public void Begin(Bitrate estimate, Bitrate rate, int layer) =>
        _moments.Add(
            new Moment
            {
                Estimate = estimate,
                Rate = rate,
                Layer = layer,
            }
        );

    public void NoteSent(int bytes, TimeSpan queued, bool isQueued)
    {
        var moment = _moments[^1];
        moment.Bytes += isQueued ? bytes : 0;
        _moments[^1] = moment;
        _packets.Add((_moments.Count - 1, queued.TotalMilliseconds));
    }

    public void NoteCross(int bytes)
    {
        var moment = _moments[^1];
        moment.CrossBytes += bytes;
        _moments[^1] = moment;
    }

    /// <summary>The share of the path used, of what others left of it.</summary>
    public double Utilisation(int fromMs, int toMs)
    {
        double used = 0;
        double had = 0;
        for (var ms = fromMs; ms < toMs; ms++)
        {
            used += _moments[ms].Bytes * 8;
            had += _moments[ms].Rate.BitsPerSecond / 1000.0 - _moments[ms].CrossBytes * 8;
        }

        return used / had;
    }

    /// <summary>The wait that 95 of 100 packets do not exceed.</summary>
    public double QueueP95(int fromMs, int toMs)
    {
        var waits = _packets
            .Where(packet => packet.Ms >= fromMs && packet.Ms < toMs)
            .Select(packet => packet.QueuedMs)
            .Order()
            .ToList();
        return waits.Count == 0 ? 0 : waits[(int)(waits.Count * 0.95)];
    }

    /// <summary>The share of the time in which the estimate is at least so.</summary>
    public double ShareAtLeast(int fromMs, int toMs, Bitrate rate)
    {
        var count = 0;
        for (var ms = fromMs; ms < toMs; ms++)
        {
            count += _moments[ms].Estimate >= rate ? 1 : 0;
        }

        return (double)count / (toMs - fromMs);
    }

    /// <summary>How long it takes until the estimate is so, from a moment on.</summary>
    public int MsUntil(int fromMs, Func<Bitrate, bool> condition)
    {
        for (var ms = fromMs; ms < _moments.Count; ms++)
        {
            if (condition(_moments[ms].Estimate))
            {
                return ms - fromMs;
            }
        }

        return int.MaxValue;
    }

    /// <summary>How long it takes until a layer is sent, from a moment on.</summary>
    public int MsUntilLayer(int fromMs, int layer)
    {
        var index = _moments.FindIndex(fromMs, moment => moment.Layer == layer);
        return index < 0 ? int.MaxValue : index - fromMs;
    }

    /// <summary>How often another layer is sent than before.</summary>
    public int Switches(int fromMs, int toMs)
    {
        var switches = 0;
        for (var ms = fromMs + 1; ms < toMs; ms++)
        {
            switches += _moments[ms].Layer == _moments[ms - 1].Layer ? 0 : 1;
        }

        return switches;
    }

    /// <summary>How often the estimate crosses a rate downwards, as a layer of that rate would be left.</summary>
    public int Falls(int fromMs, int toMs, Bitrate below)
    {
        var falls = 0;
        for (var ms = fromMs + 1; ms < toMs; ms++)
        {
            falls += _moments[ms - 1].Estimate >= below && _moments[ms].Estimate < below ? 1 : 0;
        }

        return falls;
    }

    private struct Moment
    {
        public Bitrate Estimate;
        public Bitrate Rate;
        public int Bytes;
        public int CrossBytes;
        public int Layer;
    }
}
