using System.Security.Cryptography;
using Edge.Node.HandOver.Taking;
using Edge.Node.Sessions;
using Edge.Primitives;
using SessionKey = Anycast.Takeover.SessionKey;

namespace Edge.Node.Takeover.Keeping;

/// <summary>A session of a node that has ended, owned by this one, before it goes on here.</summary>
/// <param name="Key">What it is called.</param>
/// <param name="Role">What it does.</param>
/// <param name="Survivor">What is known of it.</param>
/// <param name="Text">What that was read from: secret.</param>
/// <param name="Until">Until when it waits for what it needs.</param>
internal sealed record TakenSession(
    SessionKey Key,
    SessionRole Role,
    Survivor Survivor,
    byte[] Text,
    Instant Until
)
{
    /// <summary>Clears its keys.</summary>
    public void Clear() => CryptographicOperations.ZeroMemory(Text);
}
