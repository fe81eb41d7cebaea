namespace Edge.Benchmarks;

/// <summary>What the ciphers of a benchmark run on.</summary>
public enum BenchmarkCiphers
{
    /// <summary>What a node takes on this machine.</summary>
    Ours,

    /// <summary>OpenSSL for all.</summary>
    OpenSsl,
}
