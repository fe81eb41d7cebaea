using Anycast.Steering;

namespace Edge.Hosting.Tests.Support;

/// <summary>Names of processes.</summary>
internal static class Names
{
    /// <summary>Two names that owner codes cannot tell apart.</summary>
    public static (string First, string Second) FindOfOneNumber()
    {
        // With 16 bits and 600 names a pair is there; which one is does not depend on chance.
        var names = new Dictionary<ushort, string>();
        for (var index = 0; ; index++)
        {
            var name = $"node-{index}";
            if (!names.TryAdd(OwnerCode.NumberOf(name), name))
            {
                return (names[OwnerCode.NumberOf(name)], name);
            }
        }
    }
}
