namespace Control.Server.Apps;

/// <summary>What a caller wants to do with a stream.</summary>
internal enum StreamAction
{
    /// <summary>Send its media: WHIP.</summary>
    Publish,

    /// <summary>Receive its media: WHEP.</summary>
    Play,
}
