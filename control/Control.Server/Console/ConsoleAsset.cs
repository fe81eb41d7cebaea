namespace Control.Server.Console;

/// <summary>A file of the console.</summary>
/// <param name="Bytes">Its content.</param>
/// <param name="ContentType">Its type, with the charset of texts.</param>
/// <param name="EntityTag">A strong tag of the content, quoted.</param>
internal sealed record ConsoleAsset(
    ReadOnlyMemory<byte> Bytes,
    string ContentType,
    string EntityTag
);
