using Control.Server.Apps;
using Control.Server.Apps.Credentials;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Calls;

/// <summary>What the rooms of the API share.</summary>
/// <param name="Apps">The check of credentials.</param>
/// <param name="Store">The apps, keys and revoked tokens.</param>
/// <param name="Limits">The limits.</param>
/// <param name="Stopping">Cancelled when the process ends: streams end then.</param>
internal sealed record CallsParts(
    AppDirectory Apps,
    CredentialStore Store,
    CallsLimits Limits,
    CancellationToken Stopping
);
