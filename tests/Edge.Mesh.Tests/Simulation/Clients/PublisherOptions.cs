namespace Edge.Mesh.Tests.Simulation.Clients;

/// <summary>How a simulated publisher encodes, and what its network is like.</summary>
internal sealed record PublisherOptions
{
    /// <summary>Simulcast layers, the smallest first.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>Pictures a second.</summary>
    public int FramesPerSecond { get; init; } = 10;

    /// <summary>Packets of a picture of the first layer; each further layer has one more.</summary>
    public int PacketsPerFrame { get; init; } = 1;

    /// <summary>How many times as many packets a key frame has.</summary>
    public int KeyFrameFactor { get; init; } = 3;

    /// <summary>Bytes of a packet.</summary>
    public int PacketBytes { get; init; } = 100;

    /// <summary>After how long it sends a key frame by itself.</summary>
    public TimeSpan KeyFrameInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether it sends key frames when it is asked, as browsers do and OBS does not.</summary>
    public bool AnswersRequests { get; init; } = true;

    /// <summary>From the request to the picture.</summary>
    public TimeSpan EncoderDelay { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>To its node, one way.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Chance that a packet is lost on the way to its node.</summary>
    public double Loss { get; init; }

    /// <summary>Chance that a lost packet comes by retransmission after all.</summary>
    public double Repair { get; init; } = 0.9;

    /// <summary>The rate of all layers together.</summary>
    public double BitsPerSecond
    {
        get
        {
            var packets = 0;
            for (var layer = 0; layer < Layers; layer++)
            {
                packets += PacketsPerFrame + layer;
            }

            return 8.0 * packets * PacketBytes * FramesPerSecond;
        }
    }
}
