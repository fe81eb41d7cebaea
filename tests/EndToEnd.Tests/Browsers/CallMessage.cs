namespace EndToEnd.Tests.Browsers;

/// <summary>A written message in a call.</summary>
/// <param name="From">Who wrote it, as the page shows it.</param>
/// <param name="Text">What.</param>
internal sealed record CallMessage(string From, string Text);
