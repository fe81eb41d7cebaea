namespace Control.Server.Calls.Wire;

/// <summary>What became of a request for data channels, in its order.</summary>
internal sealed record DataChannelsAnswer(IReadOnlyList<DataChannelAnswer> DataChannels);
