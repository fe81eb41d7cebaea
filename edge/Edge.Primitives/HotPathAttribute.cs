namespace Edge.Primitives;

/// <summary>Marks a member of the packet path: it allocates nothing, locks nothing and throws nothing
/// on bytes from the network. An allocation test exists for each (Repository.Tests checks that).</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class HotPathAttribute : Attribute;
