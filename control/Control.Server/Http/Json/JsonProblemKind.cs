namespace Control.Server.Http.Json;

/// <summary>What kind of wrong a body is.</summary>
internal enum JsonProblemKind
{
    /// <summary>No JSON, or of another form than expected.</summary>
    Form,

    /// <summary>The right form, but more items than are taken.</summary>
    TooMany,

    /// <summary>A member that a closed form does not list.</summary>
    Unknown,
}
