namespace Edge.Bus.Lan.Queues;

/// <summary>How a frame waits to be sent.</summary>
internal enum FrameUse : byte
{
    /// <summary>It must not be missed, and keeps its place.</summary>
    Control,

    /// <summary>It must not be missed, and overtakes what is not urgent.</summary>
    Urgent,

    /// <summary>It may be dropped, and keeps its place.</summary>
    Message,

    /// <summary>It may be dropped, and overtakes what is not urgent.</summary>
    UrgentMessage,
}
