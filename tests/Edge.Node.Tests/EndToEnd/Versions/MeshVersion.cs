namespace Edge.Node.Tests.EndToEnd.Versions;

/// <summary>Whose words a node of a test speaks.</summary>
public enum MeshVersion
{
    /// <summary>This version.</summary>
    Present,

    /// <summary>The oldest whose frames are understood: without whatever was appended since.</summary>
    Before,

    /// <summary>One to come: with something appended to every array and object.</summary>
    After,
}
