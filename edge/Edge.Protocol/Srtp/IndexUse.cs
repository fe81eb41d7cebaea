namespace Edge.Protocol.Srtp;

/// <summary>How far indices are used, and may be.</summary>
/// <param name="Granted">What is counted, and the last index that may be used.</param>
/// <param name="Used">The highest index used; -1 for none. Some below it may be unused.</param>
public readonly record struct IndexUse(IndexBound Granted, long Used);
