namespace Edge.Protocol.DataChannels;

/// <summary>The one set of counters that the parts of a transport share.</summary>
internal sealed class DataChannelCounters
{
    public DataChannelStats Value;
}
