using Edge.Primitives;
using Edge.Wire.Mesh;

namespace Edge.Mesh.Demand;

/// <summary>A track of this node with those who watch it elsewhere.</summary>
internal sealed class OwnedTrack(TrackToken token, string app)
{
    /// <summary>Its name.</summary>
    public TrackToken Token => token;

    /// <summary>Its app.</summary>
    public string App => app;

    /// <summary>Who watches it.</summary>
    public List<Watch> Watches { get; } = [];

    /// <summary>What they watch, together.</summary>
    public CarriedLayers Carried { get; set; }

    /// <summary>The other PoPs of whom any node watches it, with the layers that they watch.</summary>
    public List<WatchingPop> FarPops { get; } = [];

    /// <summary>The most of it that any of them can use; zero while none has a viewer.</summary>
    public Bitrate Ceiling { get; set; }

    /// <summary>One node that watches.</summary>
    internal sealed class Watch(NodeAddress watcher, ulong life)
    {
        /// <summary>The node.</summary>
        public NodeAddress Watcher => watcher;

        /// <summary>Which start of it.</summary>
        public ulong Life => life;

        /// <summary>The layers it takes.</summary>
        public uint Layers { get; set; }

        /// <summary>The most that it can use.</summary>
        public Bitrate Ceiling { get; set; }

        /// <summary>Under which node's name it was said last: what is said under another's is not about it. A track that came
        /// from another node is wanted under that one's name until watchers know.</summary>
        public NodeAddress Under { get; set; }

        /// <summary>Whether a message about what is wanted has named it; before, such a message may be older
        /// than the watch and says nothing by not naming it.</summary>
        public bool IsNamed { get; set; }

        /// <summary>When it counts as gone.</summary>
        public Instant ExpiresAt { get; set; }
    }
}
