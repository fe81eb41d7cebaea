using System.Runtime.CompilerServices;
using Edge.Native.Sockets;

namespace Edge.Benchmarks.FanOut;

/// <summary>What only a socket does with a batch: projects open their internals to their own tests alone.</summary>
internal static class SendBatches
{
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Empty")]
    public static extern void Empty(SendBatch batch, int refused);
}
