namespace Edge.Bus.Tests.Contract;

/// <summary>A lab whose buses have something between them that may stop without a word.</summary>
public interface INetworkBusLab : IBusLab
{
    /// <summary>What a bus is connected with reads and says nothing any more, and its connection stays.</summary>
    Task StallAsync(int index);

    /// <summary>It goes on.</summary>
    Task ResumeAsync(int index);
}
