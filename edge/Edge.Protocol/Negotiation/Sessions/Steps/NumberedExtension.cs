namespace Edge.Protocol.Negotiation.Sessions.Steps;

/// <summary>What an extension identifier means in a session.</summary>
/// <param name="Id">The identifier.</param>
/// <param name="Uri">The extension.</param>
/// <param name="IsFixed">Whether this end wrote it in a description.</param>
internal sealed record NumberedExtension(int Id, string Uri, bool IsFixed);
