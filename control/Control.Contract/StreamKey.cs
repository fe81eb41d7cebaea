using System.Text.Json.Serialization;

namespace Control.Contract;

/// <summary>Names a stream within an app: what WHIP publishes and WHEP plays.</summary>
/// <param name="AppId">The app.</param>
/// <param name="Name">The stream's name, unique in its app.</param>
[method: JsonConstructor]
public readonly record struct StreamKey(string AppId, string Name);
