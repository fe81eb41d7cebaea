namespace Edge.Bus.Lan.Links;

/// <summary>What one side says before it ends a connection.</summary>
internal enum Farewell : byte
{
    /// <summary>Its process ends.</summary>
    Leaves = 0,

    /// <summary>Its process lives on.</summary>
    Parts = 1,

    /// <summary>Nothing.</summary>
    Unsaid = byte.MaxValue,
}
