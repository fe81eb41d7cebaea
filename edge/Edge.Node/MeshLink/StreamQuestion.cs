namespace Edge.Node.MeshLink;

/// <summary>Asks who publishes a stream what its tracks are.</summary>
/// <param name="AppId">The app.</param>
/// <param name="Name">The stream's name.</param>
internal sealed record StreamQuestion(string AppId, string Name);
