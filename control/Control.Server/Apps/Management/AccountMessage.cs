namespace Control.Server.Apps.Management;

/// <summary>An error or a remark of the account API.</summary>
/// <param name="Code">The HTTP status for errors; 0 for remarks.</param>
/// <param name="Message">A sentence.</param>
internal sealed record AccountMessage(int Code, string Message);
