namespace Control.Contract.Nodes;

/// <summary>Why a node gave no answer to a request.</summary>
/// <param name="Kind">What kind of trouble.</param>
/// <param name="Detail">A sentence for the log; no secrets.</param>
/// <param name="RetryAfter">When it makes sense to ask again, if ever.</param>
public sealed record NodeFault(NodeFaultKind Kind, string Detail, TimeSpan? RetryAfter = null);
