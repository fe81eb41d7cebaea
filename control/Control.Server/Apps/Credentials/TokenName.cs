namespace Control.Server.Apps.Credentials;

/// <summary>Names a token: its app and its "jti".</summary>
internal readonly record struct TokenName(string AppId, string Id);
