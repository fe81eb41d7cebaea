namespace Edge.Forwarding.Tests.Thinning;

/// <summary>A frame as its encoder knows it: the truth that forwarding is held to.</summary>
internal sealed record LayeredFrame(int Number, int Picture, int Spatial, int Temporal, bool IsKey)
{
    /// <summary>Numbers of the frames it refers to.</summary>
    public List<int> References { get; } = [];

    /// <summary>What it is to each decode target: one of - D S R.</summary>
    public string Indications { get; set; } = "";

    /// <summary>How far back the last frame of each chain is.</summary>
    public List<int> Chains { get; } = [];

    /// <summary>Whether it refers to lower temporal layers only, and begins a further one.</summary>
    public bool IsSync { get; set; }

    /// <summary>Its packets.</summary>
    public List<long> Packets { get; } = [];
}
