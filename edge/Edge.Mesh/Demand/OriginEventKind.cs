namespace Edge.Mesh.Demand;

/// <summary>What the owner of a track has to do.</summary>
public enum OriginEventKind : byte
{
    /// <summary>Others watch other layers than before, or can use another part of the track;
    /// <see cref="OriginBook.Carried"/> and <see cref="OriginBook.Ceiling"/> say which.</summary>
    CarriedChanged,

    /// <summary>A node begins to take layers: it is sent what is cached of them, and what the track is.</summary>
    Replay,

    /// <summary>A node watches a track and takes no layer: it is told how they are. It hears of none by frames, and
    /// what was said to it alone may have been lost.</summary>
    Idle,

    /// <summary>Somebody needs a key frame.</summary>
    KeyFrameWanted,

    /// <summary>A node watches a track no more.</summary>
    Left,

    /// <summary>A node wants a track that is not here: it is told so.</summary>
    Unknown,
}
