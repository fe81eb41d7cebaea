namespace Control.Server.Calls.Wire;

/// <summary>A session as it is now.</summary>
internal sealed record SessionAnswer(
    string SessionId,
    string State,
    IReadOnlyList<TrackAnswer> Tracks,
    IReadOnlyList<DataChannelAnswer> DataChannels
)
{
    /// <summary>The label of its creation.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The group it is in.</summary>
    public string? Group { get; init; }

    /// <summary>What is heard of the audio tracks it pulls, if it was asked for.</summary>
    public AudioAnswer? Audio { get; init; }

    /// <summary>Whose it is, if a token made it; only the app learns that.</summary>
    public string? Owner { get; init; }
}
