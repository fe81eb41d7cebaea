namespace Edge.Testing;

/// <summary>A step whose allocations <see cref="AllocationAssert"/> counts; implemented by structs.</summary>
public interface IAllocationStep
{
    /// <summary>Does the step once.</summary>
    void Run();
}
