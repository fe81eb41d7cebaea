using System.Text.Json.Serialization;

namespace Control.Contract;

/// <summary>Names a session. A session of another app is not found, whatever its id.</summary>
/// <param name="AppId">The app the caller is authorised for.</param>
/// <param name="SessionId">The id from the resource's URL.</param>
[method: JsonConstructor]
public readonly record struct SessionKey(string AppId, string SessionId);
