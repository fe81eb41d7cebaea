namespace EndToEnd.Tests.Browsers;

/// <summary>A change of state of a connection.</summary>
/// <param name="At">When: milliseconds since 1970, the same for all pages of a machine.</param>
/// <param name="What">Of what, and which state: "ice connected", "dtls closed".</param>
internal sealed record ConnectionChange(double At, string What);
