namespace Edge.Protocol.Dtls;

/// <summary>What happened to an association.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Failure">Why, when <paramref name="Kind"/> is <see cref="DtlsEventKind.Failed"/>.</param>
public readonly record struct DtlsEvent(DtlsEventKind Kind, DtlsFailure Failure);
