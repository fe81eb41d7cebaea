namespace Edge.Node.Sessions.Calls;

/// <summary>What is to be answered as things stand, and what may change it.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Change">Completes when another look may show something else; null when nothing is to be
/// waited for.</param>
internal readonly record struct Outlook<T>(T Answer, Task? Change = null);
