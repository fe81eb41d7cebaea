using Edge.Native.OpenSsl;
using Edge.Node.Sessions.Identities;
using Edge.Node.Shards;

namespace Edge.Node.Tests.Sessions;

/// <summary>What sessions present that nobody connects to.</summary>
internal static class SampleIdentity
{
    /// <summary>One for all.</summary>
    public static SessionIdentity Shared { get; } = Create();

    /// <summary>Another one.</summary>
    public static SessionIdentity Create() =>
        new(DtlsCertificate.Create(DateTimeOffset.UtcNow), new NodeClock().Anchor);
}
