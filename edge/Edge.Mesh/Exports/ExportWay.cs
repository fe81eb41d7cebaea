namespace Edge.Mesh.Exports;

/// <summary>Where a message goes.</summary>
public enum ExportWay : byte
{
    /// <summary>To nodes of this PoP.</summary>
    Near,

    /// <summary>To nodes of other PoPs.</summary>
    Far,
}
