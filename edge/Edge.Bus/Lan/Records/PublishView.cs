namespace Edge.Bus.Lan.Records;

/// <summary>The parts of a message's frame.</summary>
internal readonly ref struct PublishView
{
    /// <summary>Where it was published to; not yet checked.</summary>
    public ReadOnlySpan<byte> Subject { get; init; }

    /// <summary>Where an answer is expected; empty for nowhere; not yet checked.</summary>
    public ReadOnlySpan<byte> ReplyTo { get; init; }

    /// <summary>The message.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }
}
