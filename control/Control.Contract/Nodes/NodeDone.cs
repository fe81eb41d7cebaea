namespace Control.Contract.Nodes;

/// <summary>The answer where there is nothing to say but that it was done.</summary>
public sealed record NodeDone;
