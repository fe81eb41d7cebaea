namespace Control.Contract.Nodes;

/// <summary>Asks for something of an app.</summary>
/// <param name="AppId">The app.</param>
public sealed record AppRequest(string AppId);
