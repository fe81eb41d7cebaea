namespace Edge.Node.Steering;

/// <summary>A session as those see it who ask whose an address is: the product's, or one of a simulation.</summary>
internal interface IFlowHolder
{
    /// <summary>Whether it is over: nothing is for it. Threads: any.</summary>
    bool IsClosed { get; }

    /// <summary>Whether its handshake is over, and it is not. Threads: any.</summary>
    bool IsConnected { get; }
}
