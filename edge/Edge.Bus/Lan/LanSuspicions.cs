namespace Edge.Bus.Lan;

/// <summary>How often peers were suspected to be dead.</summary>
/// <param name="Silent">Because nothing was heard of them.</param>
/// <param name="Closed">Because their connections ended without a goodbye.</param>
public readonly record struct LanSuspicions(long Silent, long Closed);
